//! A line on loopback that breaks at a chosen byte: a TCP proxy for what goes wrong in the middle of something.
//!
//! It sees TLS and not what is inside, so a place is a number of bytes that went up. In the middle of a large message
//! nothing is said but the message, and what comes back next is the answer to the whole of it.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;

use crate::delay::{Crossing, Proxy};

/// A client that has said nothing for this long, once the line is broken, has said all it had to say.
const QUIET: Duration = Duration::from_millis(400);

/// How a line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Both ways at once.
    Whole,
    /// What is sent still arrives and no answer comes back; closed once the client is quiet.
    Answers,
    /// What is sent no longer arrives, though it looks as if; closed once the client is quiet.
    Requests,
    /// As [`Break::Answers`], and never closed.
    AnswersForEver,
}

#[derive(Debug, Default)]
struct Line {
    up: AtomicU64,
    /// Bytes up at which it breaks, and how.
    fault: Mutex<Option<(u64, Break)>>,
}

/// A proxy at work; its connections are closed when it is dropped.
#[derive(Debug)]
pub struct Cut {
    line: Arc<Line>,
    proxy: Proxy,
}

impl Cut {
    /// Listens on a free port of 127.0.0.1 and passes everything on to `target`.
    ///
    /// # Errors
    /// When there is no port left.
    pub fn start(target: SocketAddr) -> Result<Self> {
        let line = Arc::new(Line::default());
        let carrying = Arc::clone(&line);
        let at = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let proxy = Proxy::start(at, target, move |crossing| carrying.carry(&crossing))?;
        Ok(Cut { line, proxy })
    }

    /// Where to connect.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.proxy.port()
    }

    /// Breaks once this many more bytes went up, on all connections together, and stays broken.
    pub fn break_after(&self, bytes: u64, how: Break) {
        let at = self.line.up.load(Ordering::SeqCst) + bytes;
        *self.line.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, how));
    }

    /// Works again for connections to come.
    pub fn repair(&self) {
        *self.line.fault.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Line {
    fn fault(&self) -> Option<(u64, Break)> {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it is broken now, if it is.
    fn broken(&self) -> Option<Break> {
        self.fault().filter(|(at, _)| self.up.load(Ordering::SeqCst) >= *at).map(|(_, how)| how)
    }

    fn carry(&self, crossing: &Crossing) {
        if self.broken().is_none() && crossing.client.set_read_timeout(Some(QUIET)).is_ok() {
            crossing.carry(|client, server| self.up(client, server), |server, client| self.down(server, client));
        }
    }

    fn up(&self, mut client: TcpStream, mut server: TcpStream) {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let read = match client.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    match self.broken() {
                        Some(Break::Answers | Break::Requests) => break,
                        _ => continue,
                    }
                }
                Err(_) => break,
            };
            let before = self.up.fetch_add(read as u64, Ordering::SeqCst);
            let piece = buffer.get(..read).unwrap_or_default();
            // What still arrives of this piece.
            let whole = match self.fault() {
                Some((at, Break::Whole | Break::Requests)) => {
                    usize::try_from(at.saturating_sub(before)).unwrap_or(usize::MAX).min(read)
                }
                _ => read,
            };
            if server.write_all(piece.get(..whole).unwrap_or_default()).is_err() || self.broken() == Some(Break::Whole)
            {
                break;
            }
        }
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    }

    fn down(&self, mut server: TcpStream, mut client: TcpStream) {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = server.read(&mut buffer) {
            let lost = matches!(self.broken(), Some(Break::Answers | Break::AnswersForEver));
            if !lost && client.write_all(buffer.get(..read).unwrap_or_default()).is_err() {
                break;
            }
        }
        if self.broken().is_none() {
            let _ = client.shutdown(Shutdown::Write);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use std::net::TcpListener;
    use std::sync::mpsc;
    use std::thread;

    /// A server that says everything back, and tells what it got.
    fn echo() -> (SocketAddr, mpsc::Receiver<usize>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let tell = tell.clone();
                thread::spawn(move || {
                    let mut buffer = [0; 4096];
                    let mut total = 0;
                    while let Ok(read @ 1..) = stream.read(&mut buffer) {
                        total += read;
                        let _ = stream.write_all(&buffer[..read]);
                    }
                    let _ = tell.send(total);
                });
            }
        });
        (address, told)
    }

    /// What comes back of a hundred bytes sent after ten.
    fn exchange(how: Break) -> (usize, usize) {
        let (server, got) = echo();
        let line = Cut::start(server).unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", line.port())).unwrap();
        stream.write_all(&[1; 10]).unwrap();
        stream.read_exact(&mut [0; 10]).unwrap();
        line.break_after(50, how);
        stream.write_all(&[2; 100]).unwrap();
        let mut back = vec![];
        let _ = stream.read_to_end(&mut back);
        (back.len(), got.recv_timeout(Duration::from_secs(5)).unwrap())
    }

    #[test]
    fn a_line_breaks_at_the_byte_and_in_the_way_that_was_asked() {
        let (back, arrived) = exchange(Break::Whole);
        assert!(back <= 50 && arrived == 60, "{back} {arrived}");
        assert_eq!(exchange(Break::Answers), (0, 110));
        let (back, arrived) = exchange(Break::Requests);
        assert!(back <= 50 && arrived == 60, "{back} {arrived}");
    }

    #[test]
    fn a_line_that_loses_answers_for_ever_is_never_closed() {
        let (server, _got) = echo();
        let line = Cut::start(server).unwrap();
        line.break_after(1, Break::AnswersForEver);
        let mut stream = TcpStream::connect(("127.0.0.1", line.port())).unwrap();
        stream.write_all(&[1; 10]).unwrap();
        stream.set_read_timeout(Some(QUIET * 3)).unwrap();
        assert_eq!(stream.read(&mut [0; 1]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        line.repair();
        let mut again = TcpStream::connect(("127.0.0.1", line.port())).unwrap();
        again.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        again.write_all(&[1; 10]).unwrap();
        again.read_exact(&mut [0; 10]).unwrap();
    }
}
