//! A slow line on loopback: a TCP proxy that holds every byte back, and can be cut or swallow everything.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use anyhow::Result;

const OPEN: u8 = 0;
const CUT: u8 = 1;
const HOLE: u8 = 2;

#[derive(Debug)]
struct Line {
    target: SocketAddr,
    one_way: Duration,
    state: AtomicU8,
    ended: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}

/// A proxy at work; its connections are closed when it is dropped.
#[derive(Debug)]
pub struct Delay {
    at: SocketAddr,
    line: Arc<Line>,
}

impl Delay {
    /// Listens on a free port of 127.0.0.1 and passes on to `target`, each direction `one_way_ms` late. A connection
    /// itself costs one round trip, as a real one does.
    ///
    /// # Errors
    /// When there is no port left.
    pub fn start(target: SocketAddr, one_way_ms: u64) -> Result<Self> {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), target, one_way_ms)
    }

    /// The same at an address of one's choice. A server whose port stands in its own links can be met through a slow
    /// line at the same port of another loopback address.
    ///
    /// # Errors
    /// When somebody listens there.
    pub fn start_at(at: SocketAddr, target: SocketAddr, one_way_ms: u64) -> Result<Self> {
        let listener = TcpListener::bind(at)?;
        let at = listener.local_addr()?;
        let line = Arc::new(Line {
            target,
            one_way: Duration::from_millis(one_way_ms),
            state: AtomicU8::new(OPEN),
            ended: AtomicBool::new(false),
            streams: Mutex::default(),
        });
        let shared = Arc::clone(&line);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.ended.load(Ordering::SeqCst) {
                    return;
                }
                let line = Arc::clone(&shared);
                thread::spawn(move || line.carry(client));
            }
        });
        Ok(Delay { at, line })
    }

    /// Where to connect.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.at.port()
    }

    /// Breaks every connection, and every new one as soon as it comes.
    pub fn cut(&self) {
        self.line.state.store(CUT, Ordering::SeqCst);
        self.line.hang_up();
    }

    /// Swallows everything without a word, on connections old and new.
    pub fn blackhole(&self) {
        self.line.state.store(HOLE, Ordering::SeqCst);
    }

    /// Works again. What was swallowed is lost.
    pub fn restore(&self) {
        self.line.state.store(OPEN, Ordering::SeqCst);
    }
}

impl Drop for Delay {
    fn drop(&mut self) {
        self.line.ended.store(true, Ordering::SeqCst);
        self.cut();
        // Wakes the listener up, to find that it has ended.
        let _ = TcpStream::connect(self.at);
    }
}

impl Line {
    fn is(&self, state: u8) -> bool {
        self.state.load(Ordering::SeqCst) == state
    }

    fn streams(&self) -> std::sync::MutexGuard<'_, Vec<TcpStream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hang_up(&self) {
        for stream in self.streams().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn carry(&self, client: TcpStream) {
        sleep(self.one_way * 2);
        if self.is(CUT) {
            return;
        }
        let Ok(server) = TcpStream::connect(self.target) else { return };
        let copies = (|| {
            client.set_nodelay(true)?;
            server.set_nodelay(true)?;
            let mut streams = self.streams();
            streams.push(client.try_clone()?);
            streams.push(server.try_clone()?);
            Ok::<_, std::io::Error>((client.try_clone()?, server.try_clone()?))
        })();
        let Ok((client_again, server_again)) = copies else { return };
        thread::scope(|both| {
            both.spawn(|| self.pump(client, server));
            both.spawn(|| self.pump(server_again, client_again));
        });
    }

    /// One direction: a reader that stamps each piece, a writer that waits for its time.
    fn pump(&self, mut from: TcpStream, mut to: TcpStream) {
        let (pieces, late) = mpsc::channel::<(Instant, Vec<u8>)>();
        thread::scope(|both| {
            both.spawn(move || {
                for (due, piece) in late {
                    sleep(due.saturating_duration_since(Instant::now()));
                    if self.is(HOLE) {
                        continue;
                    }
                    if to.write_all(&piece).is_err() {
                        break;
                    }
                }
                if !self.is(HOLE) {
                    let _ = to.shutdown(Shutdown::Write);
                }
            });
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(n @ 1..) = from.read(&mut buffer) {
                let piece = buffer.get(..n).unwrap_or_default().to_vec();
                if pieces.send((Instant::now() + self.one_way, piece)).is_err() {
                    break;
                }
            }
            drop(pieces);
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// A server that says everything back.
    fn echo() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    let mut again = stream.try_clone().unwrap();
                    std::io::copy(&mut stream, &mut again)
                });
            }
        });
        address
    }

    fn said_back(stream: &mut TcpStream, text: &[u8]) -> bool {
        let mut answer = vec![0; text.len()];
        stream.write_all(text).is_ok() && stream.read_exact(&mut answer).is_ok() && answer == text
    }

    #[test]
    fn bytes_come_late_and_whole_and_a_cut_line_breaks() {
        let line = Delay::start(echo(), 20).unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", line.port())).unwrap();
        let start = Instant::now();
        assert!(said_back(&mut stream, b"bonjour"));
        assert!(start.elapsed() >= Duration::from_millis(80), "a connection and a round trip are two round trips");
        assert!(said_back(&mut stream, &vec![7; 300_000]));
        line.cut();
        assert!(!said_back(&mut stream, b"encore"));
        line.restore();
        assert!(said_back(&mut TcpStream::connect(("127.0.0.1", line.port())).unwrap(), b"encore"));
    }

    #[test]
    fn a_hole_swallows_without_a_word() {
        let line = Delay::start(echo(), 0).unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", line.port())).unwrap();
        assert!(said_back(&mut stream, b"bonjour"));
        line.blackhole();
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        stream.write_all(b"?").unwrap();
        let error = stream.read(&mut [0; 1]).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    }
}
