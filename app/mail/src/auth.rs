//! SASL with an access token, and the inbox selected in the same flight.
//!
//! ```text
//!   G1 AUTHENTICATE XOAUTH2 dXNlcj0…     initial response (RFC 4959), if advertised and short enough
//!   G2 SELECT INBOX                      pipelined: needs nothing from the answer to G1
//! ```
//!
//! A refused token is not a plain `NO`: the server first sends a challenge that describes the error, and waits for an
//! answer to it (RFC 7628 section 3.2.3, and the same for XOAUTH2). When commands were pipelined it has taken the
//! `SELECT` line for that answer, so nothing more is sent. Servers that advertise the initial response and do not
//! take it, or choke on a long line, are met again on a new connection the slow way ([`Attempt::Again`]).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use std::time::Duration;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::error::{Error, Refusal};
use crate::flag::Keeps;
use crate::folder::quote;
use crate::line::{Ending, Event, Line, Tag};
use crate::reply::{Status, Untagged};
use crate::settings::{Mechanism, Server, Settings};
use crate::snapshot::Snapshot;

/// Where the access token of a mailbox comes from. It is asked for at every authentication: a session outlives a token.
///
/// ```
/// use mail::Tokens as _;
/// let of_the_moment = || secrecy::SecretString::from("…");
/// let _ = of_the_moment.token();
/// ```
pub trait Tokens: Send + Sync {
    /// The token of the moment. It must not block.
    fn token(&self) -> SecretString;
}

impl<F: Fn() -> SecretString + Send + Sync> Tokens for F {
    fn token(&self) -> SecretString {
        self()
    }
}

/// One token and no other.
impl Tokens for SecretString {
    fn token(&self) -> SecretString {
        self.clone()
    }
}

/// Longest line sent, tag to CRLF. RFC 7162 section 4 asks servers for 8192; Dovecot's buffer is just that.
const LONGEST_LINE: usize = 8192;
/// How long a pipelined `SELECT` may stay unanswered after `AUTHENTICATE` succeeded, before it is sent again: some
/// servers throw away what came with it.
const PATIENCE: Duration = Duration::from_secs(2);

/// How much is put in one flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// The token in the `AUTHENTICATE` line.
    pub initial_response: bool,
    /// `SELECT` right behind.
    pub pipelining: bool,
}

impl Style {
    /// One answer at a time.
    pub const SLOW: Style = Style { initial_response: false, pipelining: false };
}

/// What came of an attempt.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// Authenticated, the inbox selected.
    Open(Snapshot),
    /// The connection is spent; another one with [`Style::SLOW`] may succeed.
    Again,
}

/// Authenticates and selects the inbox.
pub(crate) async fn open(
    line: &mut Line,
    server: &Server,
    settings: &Settings,
    address: &str,
    token: &SecretString,
    style: Style,
) -> Result<Attempt, Error> {
    let mechanism = choose(line, &settings.mechanisms)?;
    let response = response(mechanism, server, address, token)?;
    let mut select = Selected::default();
    let (tag, head) = line.tagged(&format!("AUTHENTICATE {}", mechanism.name()));
    let direct = style.initial_response && line.can("SASL-IR") && head.len() + 1 + response.len() <= LONGEST_LINE;
    let (select_tag, select_line) = line.tagged("SELECT INBOX");
    // A server can do more for somebody it knows, and says so in its answer or when asked.
    line.capabilities = None;
    let behind = if style.pipelining { select_line.as_str() } else { "" };
    if direct {
        line.write(&joined(&[head.trim_end(), " ", &response, "\r\n", behind])).await?;
    } else {
        line.write(head.as_bytes()).await?;
    }
    let exchange = Exchange { tag, mechanism, direct, pipelined: style.pipelining };
    let answer = joined(&[&response, "\r\n", behind]);
    let limit = line.timeouts.command;
    let again = match timeout(limit, exchange.run(line, &answer, &mut select)).await.map_err(|_| Error::TimedOut)? {
        Ok(()) => false,
        Err(Failure::Final(error)) => return Err(error),
        Err(Failure::Style) => true,
    };
    if again {
        return if style == Style::SLOW { Err(Error::Protocol("AUTHENTICATE")) } else { Ok(Attempt::Again) };
    }
    if style.pipelining {
        let patience = PATIENCE.min(limit);
        match line.finish_within(patience, &[select_tag], &mut |u| select.listen(&u)).await {
            Ok(endings) if endings.iter().all(|e| e.status == Status::Ok) => {
                endings.iter().for_each(|ending| select.end(ending));
                return select.snapshot().map(Attempt::Open);
            }
            Ok(endings) if endings.iter().any(|e| e.status == Status::No) => {
                for ending in endings {
                    ending.ok("SELECT")?;
                }
            }
            Ok(_) | Err(Error::TimedOut) => {}
            Err(error) => return Err(error),
        }
    }
    select_folder(line, "INBOX").await.map(Attempt::Open)
}

/// Selects a folder, whose name can be sent.
pub(crate) async fn select_folder(line: &mut Line, folder: &str) -> Result<Snapshot, Error> {
    let name = if folder == "INBOX" { folder.to_owned() } else { quote(folder) };
    let mut selected = Selected::default();
    let tags = line.send(&[&format!("SELECT {name}")], &mut |u| selected.listen(&u)).await?;
    for ending in line.finish(&tags, &mut |u| selected.listen(&u)).await? {
        selected.end(&ending);
        ending.ok("SELECT")?;
    }
    selected.snapshot()
}

fn choose(line: &Line, allowed: &[Mechanism]) -> Result<Mechanism, Error> {
    allowed.iter().copied().find(|m| line.can(&format!("AUTH={}", m.name()))).ok_or(Error::NoMechanism)
}

/// The response that carries the token, in base 64.
pub(crate) fn response(
    mechanism: Mechanism,
    server: &Server,
    address: &str,
    token: &SecretString,
) -> Result<Zeroizing<String>, Error> {
    let token = token.expose_secret();
    if address.chars().any(|c| c.is_control() || c == ' ') {
        return Err(Error::BadAddress);
    }
    if token.bytes().any(|b| !(0x21..0x7f).contains(&b)) {
        return Err(Error::Refused(Refusal::Token));
    }
    // Room for everything at once: a string that grows leaves copies behind.
    let mut plain = Zeroizing::new(String::with_capacity(token.len() + 3 * address.len() + server.host.len() + 64));
    match mechanism {
        Mechanism::XOAuth2 => plain.extend(["user=", address, "\x01auth=Bearer ", token, "\x01\x01"]),
        Mechanism::OAuthBearer => {
            // RFC 5801 section 4: a comma and an equals sign are escaped in a name.
            let name = address.replace('=', "=3D").replace(',', "=2C");
            let port = server.port.to_string();
            plain.extend(["n,a=", &name, ",\x01host=", &server.host, "\x01port=", &port, "\x01auth=Bearer ", token]);
            plain.push_str("\x01\x01");
        }
    }
    let mut coded = Zeroizing::new(String::with_capacity(plain.len().div_ceil(3) * 4));
    STANDARD.encode_string(plain.as_bytes(), &mut coded);
    Ok(coded)
}

fn joined(parts: &[&str]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(parts.iter().map(|p| p.len()).sum()));
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
    out
}

enum Failure {
    Final(Error),
    /// This way of asking does not suit the server.
    Style,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Final(error)
    }
}

struct Exchange {
    tag: Tag,
    mechanism: Mechanism,
    direct: bool,
    pipelined: bool,
}

impl Exchange {
    async fn run(&self, line: &mut Line, answer: &[u8], select: &mut Selected) -> Result<(), Failure> {
        let mut said = self.direct;
        let mut refusal = None;
        loop {
            match line.next(&mut |u| select.listen(&u)).await? {
                Event::Untagged => {}
                Event::Continue(_) if !said => {
                    line.write(answer).await?;
                    said = true;
                }
                // It wants the response it was already given, and has taken SELECT for it.
                Event::Continue(text) if text.is_empty() && refusal.is_none() => {
                    if self.pipelined || !self.direct {
                        return Err(Failure::Style);
                    }
                    line.write(answer).await?;
                }
                Event::Continue(challenge) => {
                    if refusal.is_some() {
                        return Err(Error::Protocol("two challenges").into());
                    }
                    refusal = Some(self.read_challenge(&challenge));
                    if !self.pipelined {
                        let end: &[u8] = match self.mechanism {
                            Mechanism::XOAuth2 => b"\r\n",
                            Mechanism::OAuthBearer => b"AQ==\r\n",
                        };
                        line.write(end).await?;
                    }
                }
                Event::Done(tag, ending) if tag == self.tag => return self.end(ending, refusal),
                Event::Done(..) => return Err(Failure::Style),
            }
        }
    }

    fn end(&self, ending: Ending, refusal: Option<Refusal>) -> Result<(), Failure> {
        let code = ending.code.split(' ').next().unwrap_or_default().to_owned();
        match (ending.status, code.as_str(), refusal) {
            (Status::Ok, ..) => Ok(()),
            (Status::No, "UNAVAILABLE" | "INUSE" | "LIMIT" | "SERVERBUG", _) => Err(Error::Unavailable.into()),
            (_, "AUTHORIZATIONFAILED" | "NOPERM", _) => Err(Error::Refused(Refusal::Mailbox).into()),
            (_, _, Some(refusal)) => Err(Error::Refused(refusal).into()),
            (Status::No, ..) => Err(Error::Refused(Refusal::Token).into()),
            (Status::Bad, ..) if self.direct || self.pipelined => Err(Failure::Style),
            _ => Err(Error::Server { command: "AUTHENTICATE", text: ending.text }.into()),
        }
    }

    /// `{"status":"invalid_token",…}` of RFC 7628, `{"status":"401",…}` of the others.
    fn read_challenge(&self, challenge: &[u8]) -> Refusal {
        let plain = STANDARD.decode(challenge.trim_ascii()).unwrap_or_default();
        let plain = String::from_utf8_lossy(&plain);
        let status = plain.split_once("\"status\"").map_or("", |(_, after)| after);
        let status = status.split('"').nth(1).unwrap_or_default();
        match status {
            "insufficient_scope" | "403" => Refusal::Mailbox,
            _ => Refusal::Token,
        }
    }
}

/// What `SELECT` says.
#[derive(Debug, Default)]
struct Selected {
    exists: Option<u32>,
    validity: Option<u32>,
    next: Option<u32>,
    keeps: Keeps,
}

impl Selected {
    fn listen(&mut self, untagged: &Untagged<'_>) {
        match untagged {
            Untagged::Exists(n) => self.exists = Some(*n),
            Untagged::Flags(flags) => self.keeps.in_use(flags),
            Untagged::Status(Status::Ok, outcome) => {
                self.validity = outcome.code_number("UIDVALIDITY").or(self.validity);
                self.next = outcome.code_number("UIDNEXT").or(self.next);
                if outcome.is("PERMANENTFLAGS") {
                    self.keeps.permanent(outcome.code.unwrap_or_default());
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, ending: &Ending) {
        if ending.word() == "READ-ONLY" {
            self.keeps.nothing();
        }
    }

    /// The folder as selected. A server that does not say how many messages there are has not selected it.
    fn snapshot(&self) -> Result<Snapshot, Error> {
        let exists = self.exists.ok_or(Error::Protocol("SELECT without EXISTS"))?;
        let (validity, next) = (self.validity.unwrap_or_default(), self.next.unwrap_or_default());
        Ok(Snapshot { keeps: self.keeps, ..Snapshot::new(validity, next, exists) })
    }
}
