//! A centre for text messages, as little of it as a provider needs (SMPP 3.4): `bind_transmitter`, `submit_sm`,
//! `enquire_link`, `unbind`. What is sent is kept, nothing is delivered.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::sink::{Kept, Message};

const RESPONSE: u32 = 0x8000_0000;
const GENERIC_NACK: u32 = RESPONSE;
const BIND_TRANSMITTER: u32 = 2;
const SUBMIT_SM: u32 = 4;
const UNBIND: u32 = 6;
const ENQUIRE_LINK: u32 = 0x15;
/// `ESME_RINVPASWD`, `ESME_RINVCMDID`, `ESME_RINVCMDLEN`.
const WRONG_PASSWORD: u32 = 0x0e;
const UNKNOWN: u32 = 3;
const LENGTH: u32 = 2;
/// Longest packet taken.
const LARGEST: usize = 4096;

/// A centre at work on loopback. It ends with the process.
#[derive(Debug)]
pub struct Smpp {
    port: u16,
    kept: Arc<Kept>,
}

impl Smpp {
    /// Opens a port for one system, by name and password.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(system: &'static str, password: &'static str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("no port for SMPP")?;
        let port = listener.local_addr()?.port();
        let kept = Arc::new(Kept::default());
        let keep = Arc::clone(&kept);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let keep = Arc::clone(&keep);
                // A client that goes away is none of ours.
                thread::spawn(move || drop(speak(stream, &keep, (system, password))));
            }
        });
        Ok(Smpp { port, kept })
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What was sent.
    #[must_use]
    pub fn kept(&self) -> &Kept {
        &self.kept
    }
}

fn speak(mut stream: TcpStream, kept: &Kept, known: (&str, &str)) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let bound = Mutex::new(false);
    loop {
        let mut head = [0; 16];
        stream.read_exact(&mut head)?;
        let [length, command, _, sequence] = numbers(head);
        let size = usize::try_from(length).unwrap_or(usize::MAX);
        if !(16..=LARGEST).contains(&size) {
            return stream.write_all(&packet(GENERIC_NACK, LENGTH, sequence, b""));
        }
        let mut body = vec![0; size - 16];
        stream.read_exact(&mut body)?;
        let mut fields = Fields(&body);
        let mut bound = bound.lock().unwrap_or_else(PoisonError::into_inner);
        let (status, answer): (u32, &[u8]) = match command {
            BIND_TRANSMITTER => {
                let right = fields.text().zip(fields.text()).is_some_and(|(s, p)| (s.as_str(), p.as_str()) == known);
                *bound = right;
                if right { (0, b"guichet\0") } else { (WRONG_PASSWORD, b"\0") }
            }
            SUBMIT_SM if *bound => match submitted(&mut fields) {
                Some(message) => {
                    kept.keep(message);
                    (0, b"1\0")
                }
                None => (LENGTH, b"\0"),
            },
            ENQUIRE_LINK | UNBIND => (0, b""),
            _ => (UNKNOWN, b""),
        };
        let known =
            matches!(command, BIND_TRANSMITTER | ENQUIRE_LINK | UNBIND) || (command == SUBMIT_SM && status != UNKNOWN);
        let name = if known { command | RESPONSE } else { GENERIC_NACK };
        stream.write_all(&packet(name, status, sequence, answer))?;
        if command == UNBIND {
            return Ok(());
        }
    }
}

fn numbers(head: [u8; 16]) -> [u32; 4] {
    let word = |at: usize| head.iter().skip(at).take(4).fold(0, |word, byte| (word << 8) | u32::from(*byte));
    [word(0), word(4), word(8), word(12)]
}

fn packet(command: u32, status: u32, sequence: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + body.len()).unwrap_or(16);
    let mut packet: Vec<u8> = [length, command, status, sequence].iter().flat_map(|n| n.to_be_bytes()).collect();
    packet.extend_from_slice(body);
    packet
}

/// §4.4.1: service, source and destination with type and plan, class, protocol, priority, schedule, validity,
/// registered, replace, coding, default message, length, text.
fn submitted(fields: &mut Fields<'_>) -> Option<Message> {
    fields.text()?;
    fields.skip(2)?;
    fields.text()?;
    fields.skip(2)?;
    let to = fields.text()?;
    fields.skip(3)?;
    fields.text()?;
    fields.text()?;
    fields.skip(2)?;
    let coding = fields.byte()?;
    fields.skip(1)?;
    let length = fields.byte()?;
    let bytes = fields.take(usize::from(length))?;
    let text = if coding == 8 {
        let units: Vec<u16> =
            bytes.chunks_exact(2).map(|pair| pair.iter().fold(0, |n, b| (n << 8) | u16::from(*b))).collect();
        String::from_utf16_lossy(&units)
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    };
    Some(Message { to, text })
}

struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.take(count).map(|_| ())
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A text that ends with a zero byte.
    fn text(&mut self) -> Option<String> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let text = String::from_utf8_lossy(self.take(end)?).into_owned();
        self.skip(1)?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn exchange(stream: &mut TcpStream, command: u32, body: &[u8]) -> (u32, u32, Vec<u8>) {
        stream.write_all(&packet(command, 0, 7, body)).unwrap();
        let mut head = [0; 16];
        stream.read_exact(&mut head).unwrap();
        let [length, command, status, sequence] = numbers(head);
        let mut body = vec![0; length as usize - 16];
        stream.read_exact(&mut body).unwrap();
        assert_eq!(sequence, 7);
        (command, status, body)
    }

    #[test]
    fn a_text_is_kept_only_after_a_good_password() {
        let smpp = Smpp::start("sms", "secret").unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", smpp.port())).unwrap();
        let text = b"\0\x01\x01Guichet\0\x01\x01+33612345678\0\0\0\0\0\0\0\0\x00\0\x06Code 1";
        assert_eq!(exchange(&mut stream, SUBMIT_SM, text).0, GENERIC_NACK);
        assert_eq!(exchange(&mut stream, BIND_TRANSMITTER, b"sms\0faux\0\0\x34\0\0\0").1, WRONG_PASSWORD);
        assert_eq!(exchange(&mut stream, BIND_TRANSMITTER, b"sms\0secret\0\0\x34\0\0\0").1, 0);
        assert_eq!(exchange(&mut stream, SUBMIT_SM, text).1, 0);
        assert_eq!(exchange(&mut stream, ENQUIRE_LINK, b"").0, ENQUIRE_LINK | RESPONSE);
        assert_eq!(exchange(&mut stream, 0x103, b"").0, GENERIC_NACK);
        assert_eq!(exchange(&mut stream, UNBIND, b"").1, 0);
        let kept = smpp.kept().all();
        assert_eq!((kept.len(), kept[0].to.as_str(), kept[0].text.as_str()), (1, "+33612345678", "Code 1"));
    }
}
