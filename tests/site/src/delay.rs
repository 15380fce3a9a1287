//! A slow line on loopback: a TCP proxy that holds every byte back, and can be cut or swallow everything.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use anyhow::Result;

const OPEN: u8 = 0;
const CUT: u8 = 1;
const HOLE: u8 = 2;

#[derive(Debug)]
struct Line {
    one_way: Duration,
    state: AtomicU8,
    /// When the first connection came that was carried since it works.
    met: Mutex<Option<Instant>>,
}

/// A proxy at work; its connections are closed when it is dropped.
#[derive(Debug)]
pub struct Delay {
    line: Arc<Line>,
    proxy: Proxy,
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
        let line = Arc::new(Line {
            one_way: Duration::from_millis(one_way_ms),
            state: AtomicU8::new(OPEN),
            met: Mutex::default(),
        });
        let carrying = Arc::clone(&line);
        let proxy = Proxy::start(at, target, move |crossing| carrying.carry(&crossing))?;
        Ok(Delay { line, proxy })
    }

    /// Where to connect.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.proxy.port()
    }

    /// Breaks every connection, and every new one as soon as it comes.
    pub fn cut(&self) {
        self.line.state.store(CUT, Ordering::SeqCst);
        self.proxy.hang_up();
    }

    /// Swallows everything without a word, on connections old and new.
    pub fn blackhole(&self) {
        self.line.state.store(HOLE, Ordering::SeqCst);
    }

    /// Works again. What was swallowed is lost.
    pub fn restore(&self) {
        *self.line.met() = None;
        self.line.state.store(OPEN, Ordering::SeqCst);
    }

    /// When the first connection came of those that were carried since the start, or since [`Delay::restore`].
    #[must_use]
    pub fn met(&self) -> Option<Instant> {
        *self.line.met()
    }
}

impl Line {
    fn is(&self, state: u8) -> bool {
        self.state.load(Ordering::SeqCst) == state
    }

    fn met(&self) -> MutexGuard<'_, Option<Instant>> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn carry(&self, crossing: &Crossing) {
        let came = Instant::now();
        sleep(self.one_way * 2);
        if !self.is(CUT) {
            self.met().get_or_insert(came);
            crossing.carry(|client, server| self.pump(client, server), |server, client| self.pump(server, client));
        }
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

/// What every line here is made of: who listens, and the connections that are open.
#[derive(Debug)]
pub(crate) struct Proxy {
    at: SocketAddr,
    streams: Arc<Streams>,
}

/// The open connections; none any more once the proxy has ended.
#[derive(Debug)]
struct Streams(Mutex<Option<Vec<TcpStream>>>);

/// Somebody has connected, and is to be carried across.
#[derive(Debug)]
pub(crate) struct Crossing {
    pub(crate) client: TcpStream,
    target: SocketAddr,
    streams: Arc<Streams>,
}

impl Proxy {
    /// Listens, and has everybody who comes carried on a thread of their own.
    pub(crate) fn start(
        at: SocketAddr,
        target: SocketAddr,
        carry: impl Fn(Crossing) + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind(at)?;
        let at = listener.local_addr()?;
        let streams = Arc::new(Streams(Mutex::new(Some(vec![]))));
        let (shared, carry) = (Arc::clone(&streams), Arc::new(carry));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.open().is_none() {
                    return;
                }
                let crossing = Crossing { client, target, streams: Arc::clone(&shared) };
                let carry = Arc::clone(&carry);
                thread::spawn(move || carry(crossing));
            }
        });
        Ok(Proxy { at, streams })
    }

    pub(crate) fn port(&self) -> u16 {
        self.at.port()
    }

    /// Closes every connection.
    pub(crate) fn hang_up(&self) {
        close(self.streams.open().as_mut().map(std::mem::take));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        close(self.streams.open().take());
        // Wakes the listener up, to find that it has ended.
        let _ = TcpStream::connect(self.at);
    }
}

fn close(streams: Option<Vec<TcpStream>>) {
    for stream in streams.into_iter().flatten() {
        let _ = stream.shutdown(Shutdown::Both);
    }
}

impl Streams {
    fn open(&self) -> MutexGuard<'_, Option<Vec<TcpStream>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Crossing {
    /// Connects to the server and carries both ways until both have ended: `up` from client to server, `down` back.
    pub(crate) fn carry(
        &self,
        up: impl FnOnce(TcpStream, TcpStream) + Send,
        down: impl FnOnce(TcpStream, TcpStream) + Send,
    ) {
        let Ok([client, server, client_again, server_again]) = self.connect() else { return };
        thread::scope(|both| {
            both.spawn(|| up(client, server));
            both.spawn(|| down(server_again, client_again));
        });
    }

    /// Client and server, twice; nobody where the proxy has ended meanwhile.
    fn connect(&self) -> io::Result<[TcpStream; 4]> {
        let (client, server) = (self.client.try_clone()?, TcpStream::connect(self.target)?);
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (client_again, server_again) = (client.try_clone()?, server.try_clone()?);
        let kept = [client.try_clone()?, server.try_clone()?];
        self.streams.open().as_mut().ok_or(io::ErrorKind::NotConnected)?.extend(kept);
        Ok([client, server, client_again, server_again])
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
        let restored = Instant::now();
        line.restore();
        assert!(said_back(&mut TcpStream::connect(("127.0.0.1", line.port())).unwrap(), b"encore"));
        assert!(line.met().unwrap() >= restored, "the first connection since then");
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
