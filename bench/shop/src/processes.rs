//! CPU time and memory of the processes under measurement, as Linux counts them in /proc.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The unit of times in /proc/PID/stat: USER_HZ, which is 100 on every architecture.
const TICK: Duration = Duration::from_millis(10);

/// How long the processes may go on after the last request.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy)]
pub struct Processes {
    pub souk: u32,
    pub postmaster: Option<u32>,
}

/// CPU time used so far, user and system together.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cpu {
    pub souk: Duration,
    pub postgres: Duration,
}

impl Cpu {
    pub fn since(self, earlier: Self) -> Self {
        Self { souk: self.souk - earlier.souk, postgres: self.postgres - earlier.postgres }
    }
}

impl Processes {
    pub fn cpu(&self) -> Result<Cpu> {
        let postgres = match self.postmaster {
            Some(postmaster) => family(postmaster)?,
            None => Duration::ZERO,
        };
        Ok(Cpu { souk: Stat::of(self.souk)?.own, postgres })
    }

    /// Waits until the processes do nothing but look at their clocks.
    pub async fn settle(&self) -> Result<()> {
        const LOOK: Duration = Duration::from_millis(500);
        let end = Instant::now() + PATIENCE;
        let mut before = self.cpu()?;
        while Instant::now() < end {
            tokio::time::sleep(LOOK).await;
            let now = self.cpu()?;
            let used = now.since(before);
            if used.souk + used.postgres <= TICK * 2 {
                return Ok(());
            }
            before = now;
        }
        bail!("the processes are not idle {PATIENCE:?} after the last request")
    }

    /// Bytes of Souk in memory.
    pub fn resident(&self) -> Result<u64> {
        self.status("VmRSS:")
    }

    /// The most there was of Souk in memory, in bytes.
    pub fn peak(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> Result<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.souk))?;
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

/// A process, its children and what its ended children used.
fn family(parent: u32) -> Result<Duration> {
    let head = Stat::of(parent)?;
    let mut sum = head.own + head.ended;
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        // A process may end while the folder is read.
        if let Ok(stat) = Stat::of(pid)
            && stat.parent == parent
        {
            sum += stat.own;
        }
    }
    Ok(sum)
}
