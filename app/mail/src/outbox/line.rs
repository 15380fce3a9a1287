//! One connection to a submission server: commands out, answers in, and the limits on both.

use std::time::Duration;

use futures::FutureExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::reply::{LINES, LONGEST, Reply, read_line};
use super::settings::Timeouts;
use crate::connect::Stream;
use crate::error::Error;

/// Read at once.
const CHUNK: usize = 4096;
/// Time to say goodbye in.
const GOODBYE: Duration = Duration::from_millis(300);

/// What a server offers in its answer to `EHLO`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Offers {
    pub starttls: bool,
    pub pipelining: bool,
    /// RFC 3461.
    pub dsn: bool,
    /// RFC 6152.
    pub eight_bit: bool,
    /// RFC 6531.
    pub utf8: bool,
    /// RFC 1870: whether `SIZE` is known, and the limit where one is told.
    pub size: bool,
    pub limit: Option<u64>,
    /// Names of SASL mechanisms, in capitals.
    pub auth: Vec<String>,
}

impl Offers {
    fn learn(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line).to_ascii_uppercase();
        let mut words = line.split_ascii_whitespace();
        match words.next().unwrap_or_default() {
            "STARTTLS" => self.starttls = true,
            "PIPELINING" => self.pipelining = true,
            "DSN" => self.dsn = true,
            "8BITMIME" => self.eight_bit = true,
            "SMTPUTF8" => self.utf8 = true,
            "SIZE" => {
                self.size = true;
                // Zero says that there is no fixed limit (RFC 1870 section 4).
                self.limit = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
            }
            "AUTH" => self.auth.extend(words.take(30).map(str::to_owned)),
            // "AUTH=LOGIN", as some old servers write it besides.
            word => self.auth.extend(word.strip_prefix("AUTH=").map(str::to_owned)),
        }
    }
}

/// A connection.
pub(super) struct Line {
    stream: Box<dyn Stream>,
    input: Vec<u8>,
    taken: usize,
    /// An answer of which some lines were read.
    begun: Option<Begun>,
    pub offers: Offers,
    pub timeouts: Timeouts,
}

struct Begun {
    reply: Reply,
    lines: usize,
}

impl Line {
    pub fn new(stream: Box<dyn Stream>, timeouts: Timeouts) -> Self {
        let input = Vec::with_capacity(CHUNK);
        Line { stream, input, taken: 0, begun: None, offers: Offers::default(), timeouts }
    }

    /// The stream, to wrap it in TLS. What was received in clear behind the answer to `STARTTLS` could have been put
    /// there by anybody, so it ends the connection (RFC 3207 section 5).
    pub fn into_clear_stream(self) -> Result<Box<dyn Stream>, Error> {
        if self.taken < self.input.len() || self.begun.is_some() {
            return Err(Error::Protocol("clear text after STARTTLS"));
        }
        Ok(self.stream)
    }

    /// Whether the connection ended while nobody looked. A server that gives up says 421 and closes.
    pub fn is_stale(&mut self) -> bool {
        self.answer(&mut |_| {}).now_or_never().is_some()
    }

    /// An answer that came before it was asked for.
    pub fn early(&mut self) -> Option<Result<Reply, Error>> {
        self.answer(&mut |_| {}).now_or_never()
    }

    /// Sends bytes as they are. The caller keeps secrets in memory of its own: nothing is copied or logged here.
    pub async fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<(), Error> {
        let write = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        timeout(limit, write).await.map_err(|_| Error::TimedOut)?.map_err(Error::from_read)
    }

    /// Sends a command and waits for its answer.
    pub async fn run(&mut self, command: &str) -> Result<Reply, Error> {
        let limit = self.timeouts.command;
        self.write(command.as_bytes(), limit).await?;
        self.reply(limit).await
    }

    /// The next answer.
    pub async fn reply(&mut self, limit: Duration) -> Result<Reply, Error> {
        timeout(limit, self.answer(&mut |_| {})).await.map_err(|_| Error::TimedOut)?
    }

    /// `EHLO`, and what is offered from now on.
    pub async fn hello(&mut self, name: &str) -> Result<(), Error> {
        let limit = self.timeouts.command;
        let name: String = name.chars().filter(char::is_ascii_graphic).take(255).collect();
        self.write(format!("EHLO {name}\r\n").as_bytes(), limit).await?;
        let mut offers = Offers::default();
        let mut first = true;
        // The first line is the server's name.
        let mut learn = |text: &[u8]| {
            if !std::mem::take(&mut first) {
                offers.learn(text)
            }
        };
        let reply = timeout(limit, self.answer(&mut learn)).await.map_err(|_| Error::TimedOut)??;
        match reply.code {
            250 => {
                self.offers = offers;
                Ok(())
            }
            421 | 450..=454 => Err(Error::Unavailable),
            _ => Err(Error::Protocol("no EHLO")),
        }
    }

    /// One whole answer; `each` hears the text of every line. Safe to drop at any point: what was read stays here.
    async fn answer(&mut self, each: &mut (dyn FnMut(&[u8]) + Send)) -> Result<Reply, Error> {
        loop {
            while let Some(line) = self.take_line()? {
                let (code, more, text) = read_line(&line).ok_or(Error::Protocol("not SMTP"))?;
                each(text);
                let begun = match self.begun.take() {
                    Some(begun) if begun.reply.code == code => Begun { lines: begun.lines + 1, ..begun },
                    Some(_) => return Err(Error::Protocol("two codes in one answer")),
                    None => Begun { reply: Reply::new(code, text), lines: 1 },
                };
                if !more {
                    return Ok(begun.reply);
                }
                if begun.lines >= LINES {
                    return Err(Error::TooLarge);
                }
                self.begun = Some(begun);
            }
            if self.input.len() - self.taken > LONGEST {
                return Err(Error::TooLarge);
            }
            self.input.drain(..self.taken);
            self.taken = 0;
            self.input.reserve(CHUNK);
            if self.stream.read_buf(&mut self.input).await.map_err(Error::from_read)? == 0 {
                return Err(Error::Closed);
            }
        }
    }

    /// The next line without its end, if it is all here.
    fn take_line(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let rest = self.input.get(self.taken..).unwrap_or_default();
        let Some(end) = rest.iter().position(|b| *b == b'\n') else { return Ok(None) };
        if end > LONGEST {
            return Err(Error::TooLarge);
        }
        let line = rest.get(..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
        self.taken += end + 1;
        Ok(Some(line))
    }

    /// Forgets a message that was announced and not sent, then leaves.
    pub async fn give_up(mut self) {
        let limit = self.timeouts.command.min(Duration::from_secs(2));
        let _ = timeout(limit, async {
            self.run("RSET\r\n").await?;
            Ok::<_, Error>(())
        })
        .await;
        self.quit().await;
    }

    /// `QUIT`, without waiting for the answer: it tells nothing we do not know.
    pub async fn quit(mut self) {
        let _ = timeout(GOODBYE, async {
            self.stream.write_all(b"QUIT\r\n").await?;
            self.stream.shutdown().await
        })
        .await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_are_read_whatever_their_form() {
        let mut offers = Offers::default();
        for line in ["size 12000000", "AUTH XOAUTH2 OAuthBearer", "AUTH=LOGIN", "dsn", "8BITMIME", "X-UNKNOWN 1", ""] {
            offers.learn(line.as_bytes());
        }
        assert_eq!(offers.limit, Some(12_000_000));
        assert_eq!(offers.auth, ["XOAUTH2", "OAUTHBEARER", "LOGIN"]);
        assert!(offers.size && offers.dsn && offers.eight_bit && !offers.utf8 && !offers.pipelining);
        for line in ["SIZE", "SIZE 0", "SIZE beaucoup", "SIZE 99999999999999999999999"] {
            let mut offers = Offers::default();
            offers.learn(line.as_bytes());
            assert_eq!((offers.size, offers.limit), (true, None), "{line}");
        }
    }
}
