//! The signals by which a process is told to stop.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens from when it is made: a process makes it before it says that it serves, so that whoever stops it from
/// then on stops it in order. What arrives before ends the process at once, as the system does by default.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    /// # Errors
    ///
    /// When the system lets the process listen to none of them.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Ctrl-C, or the signal by which supervisors stop a process.
    pub async fn stop(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// The same, or the end of the terminal in which the process was started: nobody is left there to stop it.
    pub async fn stop_or_hangup(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}
