//! Servers that end with whoever started them.

use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A server in a process group of its own that also ends when this process does: the shell waits for the end of its input,
/// then ends the group.
#[derive(Debug)]
pub(crate) struct Guard(Option<Child>);

impl Guard {
    /// Starts a command of the shell.
    pub(crate) fn start(command: &str) -> Result<Self> {
        let script = format!(
            "setsid {command} & server=$!; cat >/dev/null; kill -- -$server; \
             for n in 1 2 3; do kill -0 -- -$server || break; sleep 0.1; done; kill -9 -- -$server; wait $server"
        );
        let child = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {command}"))?;
        Ok(Self(Some(child)))
    }

    /// Ends it and waits for it.
    pub(crate) fn end(&mut self) {
        if let Some(mut child) = self.0.take() {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.end();
    }
}

/// A port nobody listens on. Not one of those the kernel gives to clients (from 32768 on): between this look and the server's
/// own, a connection of another test would take it.
pub(crate) fn free_port() -> Result<u16> {
    const FIRST: u64 = 10_000;
    const LAST: u64 = 32_000;
    for _ in 0..200 {
        let drawn = RandomState::new().hash_one(std::process::id());
        let port = u16::try_from(FIRST + drawn % (LAST - FIRST))?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port")
}
