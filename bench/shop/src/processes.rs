//! Souk's process and PostgreSQL's, measured together.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use bench_process::{Process, TICK};

/// How long the processes may go on after the last request.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy)]
pub struct Processes {
    pub souk: Process,
    pub postmaster: Option<Process>,
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
            Some(postmaster) => postmaster.cpu_with_children()?,
            None => Duration::ZERO,
        };
        Ok(Cpu { souk: self.souk.cpu()?, postgres })
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
}
