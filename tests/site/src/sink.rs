//! Where messages end when only their text matters: what SMS and e-mail of a test were, and a small SMTP server
//! (RFC 5321, as far as a client on loopback goes) that keeps all it takes.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use mail_parser::MessageParser;

/// A message somebody was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// To whom: an address or a number.
    pub to: String,
    /// Its plain text.
    pub text: String,
}

impl Message {
    /// An e-mail, as it came.
    #[must_use]
    pub fn read(to: &str, message: &[u8]) -> Self {
        let parsed = MessageParser::default().parse(message);
        let text = parsed.and_then(|m| m.body_text(0).map(|text| text.into_owned())).unwrap_or_default();
        Message { to: to.to_owned(), text }
    }

    /// The first six digits in a row.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        let runs = self.text.split(|c: char| !c.is_ascii_alphanumeric());
        runs.filter(|run| run.len() == 6 && run.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned).next()
    }
}

/// Messages in the order they came.
#[derive(Debug, Default)]
pub struct Kept(Mutex<Vec<Message>>);

impl Kept {
    pub(crate) fn keep(&self, message: Message) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message);
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<Message> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until there are so many, and gives the code of the last one.
    ///
    /// # Errors
    /// When they do not come within ten seconds, or there is no code in it.
    pub fn code(&self, count: usize) -> Result<String> {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let kept = self.all();
            if let Some(message) = kept.get(count - 1) {
                return message.code().with_context(|| format!("no code in {}", message.text));
            }
            anyhow::ensure!(Instant::now() < deadline, "{count} messages expected, {} came", kept.len());
            sleep(Duration::from_millis(20));
        }
    }
}

/// An SMTP server on loopback. It ends with the process.
#[derive(Debug)]
pub struct Sink {
    port: u16,
    kept: Arc<Kept>,
}

impl Sink {
    /// Opens a port.
    ///
    /// # Errors
    /// When none can be had.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("no port for SMTP")?;
        let port = listener.local_addr()?.port();
        let kept = Arc::new(Kept::default());
        let keep = Arc::clone(&kept);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let keep = Arc::clone(&keep);
                // A client that goes away is none of ours.
                thread::spawn(move || drop(take(stream, &keep)));
            }
        });
        Ok(Sink { port, kept })
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it took.
    #[must_use]
    pub fn kept(&self) -> &Kept {
        &self.kept
    }
}

fn take(stream: TcpStream, kept: &Kept) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    let mut to: Vec<String> = Vec::new();
    stream.write_all(b"220 localhost ESMTP\r\n")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let verb: String = line.chars().take(4).collect::<String>().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" => b"250-localhost\r\n250 8BITMIME\r\n",
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                to.push(address.to_owned());
                b"250 OK\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                let message = data(&mut lines)?;
                for to in to.drain(..) {
                    kept.keep(Message::read(&to, &message));
                }
                b"250 OK\r\n"
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n"),
            "HELO" | "MAIL" | "RSET" | "NOOP" => b"250 OK\r\n",
            _ => b"502 no\r\n",
        };
        stream.write_all(answer)?;
    }
}

/// A message up to its single dot, without the dots that were doubled on the way.
fn data(lines: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 || line == b".\r\n" {
            return Ok(message);
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_message_is_kept_with_its_text_decoded() {
        let sink = Sink::start().unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", sink.port())).unwrap();
        let said = "EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nVm90cmUgY29kZSA6IDA0MjA0Mi4=\r\n.\r\nQUIT\r\n";
        stream.write_all(said.as_bytes()).unwrap();
        assert_eq!(sink.kept().code(1).unwrap(), "042042");
        assert_eq!(sink.kept().all().first().unwrap().to, "c@d");
    }
}
