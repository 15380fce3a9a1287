//! Orders in, answers out, on standard input and output, by `read` and `write` alone: that is all the filter allows.

use std::io::{self, ErrorKind};
use std::os::fd::AsFd;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::wire::{self, ORDER, Order, PREFIX};

pub(super) struct Stream;

impl Stream {
    pub(super) fn new() -> Self {
        Stream
    }

    /// The next order and its body; none when the room has closed.
    pub(super) fn order(&mut self) -> io::Result<Option<(Order, Zeroizing<Vec<u8>>)>> {
        let mut prefix = [0; PREFIX];
        if !fill(&mut prefix)? {
            return Ok(None);
        }
        // The parent is ours: its body is bounded by the memory of this process.
        let nonsense = |_| io::Error::from(ErrorKind::InvalidData);
        let (head, body) = wire::lengths(prefix, ORDER, u64::from(u32::MAX)).map_err(nonsense)?;
        let mut bytes = Zeroizing::new(vec![0; head]);
        let mut payload = Zeroizing::new(vec![0; body]);
        if !fill(&mut bytes)? || !fill(&mut payload)? {
            return Ok(None);
        }
        Ok(Some((wire::parse(&bytes).map_err(nonsense)?, payload)))
    }

    /// Sends an answer and its body.
    pub(super) fn answer<T: Serialize>(&mut self, answer: &T, body: &[u8]) -> io::Result<()> {
        let head = wire::head(answer, body.len()).ok_or(ErrorKind::InvalidData)?;
        send(&head)?;
        send(body)
    }
}

/// False when the input ends before the first byte, or inside.
fn fill(mut bytes: &mut [u8]) -> io::Result<bool> {
    let input = io::stdin();
    while !bytes.is_empty() {
        match rustix::io::read(input.as_fd(), &mut *bytes) {
            Ok(0) => return Ok(false),
            Ok(read) => bytes = bytes.get_mut(read..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

fn send(mut bytes: &[u8]) -> io::Result<()> {
    let output = io::stdout();
    while !bytes.is_empty() {
        match rustix::io::write(output.as_fd(), bytes) {
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
