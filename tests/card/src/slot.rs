//! A card in one reader of vsmartcard's `vpcd` driver.
//!
//! The protocol (TCP, the card is the client): every message is a big-endian 16-bit length and a
//! body. A body of one byte is a control: 0 power off, 1 power on, 2 reset, none of which is
//! answered, and 4, answered with the ATR. Anything else is an APDU. Connecting is insertion,
//! closing is removal.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::linux::net::TcpStreamExt as _;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::chip::Chip;

/// Pause between two attempts to reach a reader that is not there.
const RETRY: Duration = Duration::from_millis(50);
/// Most exchanges the log keeps.
const LOG_MAX: usize = 20_000;

/// How a card behaves besides answering.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// Wait before each answer.
    pub delay: Duration,
    /// Answers this many APDUs, then none.
    pub hang_after: Option<u64>,
    /// Never answers this instruction, nor anything after it.
    pub hang_on: Option<u8>,
    /// Answers this many APDUs, then is pulled.
    pub remove_after: Option<u64>,
}

/// What passed since the insertion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Commands received.
    pub apdus: u64,
    /// Bytes of them.
    pub received: u64,
    /// Bytes of the answers, status words included.
    pub sent: u64,
}

struct State {
    chip: Box<dyn Chip>,
    stream: Option<TcpStream>,
    traffic: Traffic,
    log: Vec<String>,
    /// The reader has spoken to the card since it was connected.
    taken: bool,
    hung: bool,
    gone: bool,
}

/// A card put in a reader; it stays there, through deaths of pcscd, until [`Inserted::pull`].
pub struct Inserted {
    profile: String,
    manner: Manner,
    state: Mutex<State>,
    changed: Condvar,
}

impl Inserted {
    /// Puts the card in the reader that listens at `address`.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn put(address: SocketAddr, profile: &str, chip: Box<dyn Chip>, manner: Manner) -> io::Result<Arc<Self>> {
        let inserted = Arc::new(Self {
            profile: profile.into(),
            manner,
            state: Mutex::new(State {
                chip,
                stream: None,
                traffic: Traffic::default(),
                log: Vec::new(),
                taken: false,
                hung: false,
                gone: false,
            }),
            changed: Condvar::new(),
        });
        let card = Arc::clone(&inserted);
        thread::Builder::new().name("card".into()).spawn(move || card.stay(address))?;
        Ok(inserted)
    }

    /// Pulls the card. The line is closed when this returns.
    pub fn pull(&self) {
        let mut state = self.lock();
        state.gone = true;
        if let Some(stream) = state.stream.take() {
            // The other side may have closed it already.
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.changed.notify_all();
    }

    /// Waits until the reader has spoken to the card (it may be busy noticing that the last one
    /// is gone); false when it did not in time.
    pub fn taken_within(&self, limit: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.lock(), limit, |state| !state.taken && !state.gone);
        waited.unwrap_or_else(PoisonError::into_inner).0.taken
    }

    /// The profile inserted.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// Still in the reader.
    pub fn present(&self) -> bool {
        !self.lock().gone
    }

    /// A reader holds the line to it and has spoken.
    pub fn connected(&self) -> bool {
        self.lock().taken
    }

    /// Tries left of its code porteur.
    pub fn tries(&self) -> Option<u8> {
        self.lock().chip.tries()
    }

    /// Its code porteur has been verified since the last reset.
    pub fn verified(&self) -> bool {
        self.lock().chip.verified()
    }

    /// Counts since the insertion.
    pub fn traffic(&self) -> Traffic {
        self.lock().traffic
    }

    /// The exchanges since the insertion, one line each, codes left out.
    pub fn log(&self) -> Vec<String> {
        self.lock().log.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stay(&self, address: SocketAddr) {
        while self.present() {
            if let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) {
                // Whatever ends the conversation, the card has lost its power.
                let _ = self.converse(stream);
                let mut state = self.lock();
                state.stream = None;
                state.taken = false;
                state.chip.reset();
            }
            drop(self.changed.wait_timeout_while(self.lock(), RETRY, |state| !state.gone));
        }
    }

    fn converse(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        {
            let mut state = self.lock();
            if state.gone {
                return Ok(());
            }
            state.stream = Some(stream.try_clone()?);
        }
        loop {
            let mut length = [0; 2];
            read_all(&mut stream, &mut length)?;
            let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
            read_all(&mut stream, &mut message)?;
            self.take();
            let answer = match message.as_slice() {
                [] => continue,
                [4] => self.lock().chip.atr().to_vec(),
                [_] => {
                    self.lock().chip.reset();
                    continue;
                }
                apdu => match self.exchange(apdu) {
                    Some(answer) => answer,
                    None => continue,
                },
            };
            let length = u16::try_from(answer.len()).unwrap_or(u16::MAX).to_be_bytes();
            stream.write_all(&[&length[..], &answer].concat())?;
        }
    }

    fn take(&self) {
        let mut state = self.lock();
        if !state.taken {
            state.taken = true;
            self.changed.notify_all();
        }
    }

    /// One command; `None` when the card does not answer.
    fn exchange(&self, apdu: &[u8]) -> Option<Vec<u8>> {
        let mut state = self.lock();
        let before = state.traffic.apdus;
        state.traffic.apdus += 1;
        state.traffic.received += apdu.len() as u64;
        if self.manner.remove_after.is_some_and(|limit| before >= limit) {
            state.note(format!("{} | pulled", shown(apdu)));
            drop(state);
            self.pull();
            return None;
        }
        state.hung |= self.manner.hang_after.is_some_and(|limit| before >= limit)
            || self.manner.hang_on.is_some_and(|ins| apdu.get(1) == Some(&ins));
        if state.hung {
            state.note(format!("{} | no answer", shown(apdu)));
            return None;
        }
        let answer = state.chip.apdu(apdu);
        state.traffic.sent += answer.len() as u64;
        state.note(format!("{} | {}", shown(apdu), summed_up(&answer)));
        if !self.manner.delay.is_zero() {
            // A pull ends the wait; the write that follows then fails.
            drop(self.changed.wait_timeout_while(state, self.manner.delay, |state| !state.gone));
        }
        Some(answer)
    }
}

impl State {
    fn note(&mut self, line: String) {
        if self.log.len() < LOG_MAX {
            self.log.push(line);
        }
    }
}

/// A command in hexadecimal; the body of VERIFY, CHANGE and RESET RETRY COUNTER is left out.
fn shown(apdu: &[u8]) -> String {
    let secret = matches!(apdu.get(1), Some(0x20 | 0x24 | 0x2C)) && apdu.len() > 5;
    let (visible, hidden) = if secret { apdu.split_at(5) } else { (apdu, &[][..]) };
    let mut text = hex(visible);
    if !hidden.is_empty() {
        text.push_str(&format!(" ({} bytes withheld)", hidden.len()));
    }
    text
}

fn summed_up(answer: &[u8]) -> String {
    match answer.split_last_chunk::<2>() {
        Some(([], sw)) => hex(sw),
        Some((data, sw)) => format!("{} bytes, {}", data.len(), hex(sw)),
        None => "no status word".into(),
    }
}

fn hex(bytes: &[u8]) -> String {
    let words: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    words.join(" ")
}

/// `read_exact`, with immediate acknowledgement armed again before every read: the driver sends
/// a message in two writes, and a delayed acknowledgement between them costs 40 ms an APDU.
fn read_all(stream: &mut TcpStream, mut buffer: &mut [u8]) -> io::Result<()> {
    while !buffer.is_empty() {
        stream.set_quickack(true)?;
        match stream.read(buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => buffer = buffer.get_mut(n..).unwrap_or_default(),
        }
    }
    Ok(())
}
