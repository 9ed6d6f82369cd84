//! CPU time and memory of a process under measurement, as Linux counts them in /proc.
//!
//! Deliberately absent: anything that costs the process something.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// The unit of times in /proc/PID/stat: USER_HZ, which is 100 on every architecture.
pub const TICK: Duration = Duration::from_millis(10);

/// A process by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process(pub u32);

impl Process {
    /// CPU time used so far, user and system together.
    pub fn cpu(self) -> Result<Duration> {
        Ok(Stat::of(self.0)?.own)
    }

    /// The same of the process, its children and what its ended children used.
    pub fn cpu_with_children(self) -> Result<Duration> {
        let head = Stat::of(self.0)?;
        let mut sum = head.own + head.ended;
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
            // A process may end while the folder is read.
            if let Ok(stat) = Stat::of(pid)
                && stat.parent == self.0
            {
                sum += stat.own;
            }
        }
        Ok(sum)
    }

    /// Bytes in memory.
    pub fn resident(self) -> Result<u64> {
        self.status("VmRSS:")
    }

    /// The most there was in memory, in bytes.
    pub fn peak(self) -> Result<u64> {
        self.status("VmHWM:")
    }

    /// Begins anew with what [`Process::peak`] tells.
    pub fn forget_peak(self) -> Result<()> {
        fs::write(format!("/proc/{}/clear_refs", self.0), "5").context("the peak of memory cannot be reset")
    }

    fn status(self, name: &str) -> Result<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line =
            text.lines().find_map(|line| line.strip_prefix(name)).context("a line of /proc/PID/status")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes * 1024)
    }
}

struct Stat {
    parent: u32,
    own: Duration,
    /// Of children that have ended.
    ended: Duration,
}

impl Stat {
    fn of(pid: u32) -> Result<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name, in brackets, may hold anything.
        let (_, rest) = text.rsplit_once(')').context("a line of /proc/PID/stat")?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |from: usize| -> Result<Duration> {
            let two = fields.get(from..from + 2).context("times in /proc/PID/stat")?;
            let sum: u32 = two.iter().map(|field| field.parse::<u32>()).sum::<Result<u32, _>>()?;
            Ok(TICK * sum)
        };
        let parent = fields.get(1).context("a parent in /proc/PID/stat")?.parse()?;
        Ok(Self { parent, own: ticks(11)?, ended: ticks(13)? })
    }
}
