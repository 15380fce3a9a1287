//! The floor of `pin_to_inbox`, and what the floors of the other doors have in common with it: a script that knows this
//! site, and sends the fewest flights its protocols allow.
//!
//! Everything that needs no code is done ahead, as ours is: the authorize request, the handshake with the card host up
//! to the signature, a connection to the token endpoint, a mailbox's server greeted inside TLS. Then, one line a flight:
//!
//! ```text
//!   card      VERIFY, signature
//!   TLS 1.2   certificate, signature, Finished              ─▶ Finished
//!   card host GET /carte/…                                  ─▶ 303
//!   provider  GET /auth/…                                   ─▶ 303 with the code
//!   provider  POST token                                    ─▶ tokens
//!   provider  GET userinfo,  mail AUTHENTICATE + SELECT     ─▶ name, number of messages
//!   mail      FETCH of the 50 newest                        ─▶ rows
//! ```
//!
//! It verifies no signature, keeps no secret and understands nothing of the rows. Not used: TLS False Start (RFC 7918,
//! experimental; no TLS 1.2 client turns it on for such a server), and one flight less in the mailbox by an UIDNEXT
//! remembered from an earlier visit, which a kiosk that remembers nobody does not have.

use crate::http::{self, Cookies};
use crate::secure::{self, Stream, Waiting};
use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use board::reader::Readers;
use card::Card;
use engine::ports::Slot;
use rustls::RootCertStore;
use secrecy::SecretSlice;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Rows, and what is asked of each: as ours.
const ROWS: u32 = 50;
const ITEMS: &str =
    "(UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]<0.4096>)";
/// The verifier of the example in RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Its challenge.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Token host, authorize and card host, mail server.
const NAMES: [&str; 3] = [site::provider::AUTH_HOST, site::provider::WALLET_HOST, "imap.mss.test"];

/// A site as the script knows it, near or far.
pub struct Town {
    realm: String,
    redirect: String,
    main: u16,
    card: u16,
    provider: IpAddr,
    imap: u16,
    provider_roots: Arc<RootCertStore>,
    mail_roots: Arc<RootCertStore>,
}

impl Town {
    /// The site of this description, seen from this place.
    pub fn new(town: &Value, place: &Value) -> Result<Self> {
        let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned).context("an incomplete town");
        let port =
            |value: &Value, name: &str| Ok::<_, anyhow::Error>(u16::try_from(value[name].as_u64().unwrap_or(0))?);
        let issuer = text(town, "issuer")?;
        let realm = issuer.strip_prefix("https://").and_then(|rest| rest.find('/').map(|at| rest[at..].to_owned()));
        Ok(Self {
            realm: realm.context("the issuer has no path")?,
            redirect: text(town, "redirect")?,
            main: port(town, "main")?,
            card: port(town, "card")?,
            provider: text(place, "provider")?.parse()?,
            imap: port(place, "imap")?,
            provider_roots: secure::roots(Path::new(&text(town, "provider_ca")?))?,
            mail_roots: secure::roots(Path::new(&text(town, "mail_ca")?))?,
        })
    }

    /// A connection to the provider, under this name.
    pub fn provider(&self, name: &str) -> Result<Stream> {
        secure::secure(secure::tcp(SocketAddr::new(self.provider, self.main))?, name, &self.provider_roots)
    }

    /// The token endpoint's host, and the path of what is behind it.
    pub fn back_channel(&self) -> (String, String) {
        (format!("{}:{}", NAMES[0], self.main), format!("{}/protocol/openid-connect", self.realm))
    }

    /// The mail server, greeted inside TLS.
    pub fn mail(&self) -> Result<BufReader<Stream>> {
        greet(self.imap, &self.mail_roots)
    }

    /// Does everything that can be done before the code is there. The card is in the reader.
    pub fn prepare(&self, reader: &str, atr: &[u8]) -> Result<Ready> {
        let mut card = Card::open(Readers.open(reader)?, atr)?;
        let certificate = card.holder()?.certificate;
        let [auth, wallet, _] = NAMES;
        let at = |port| SocketAddr::new(self.provider, port);
        let mut front = self.provider(wallet)?;
        let (wallet_host, auth_host) = (format!("{wallet}:{}", self.main), format!("{auth}:{}", self.main));
        let redirect = self.redirect.replace(':', "%3A").replace('/', "%2F");
        let authorize = format!(
            "GET /auth?response_type=code&client_id={}&redirect_uri={redirect}&scope=openid%20scope_all&acr_values=eidas1\
             &state=etat&nonce=unique&code_challenge={CHALLENGE}&code_challenge_method=S256",
            site::provider::CLIENT
        );
        let mut cookies = Cookies::default();
        http::ask(&mut front, &authorize, &wallet_host, "", "")?;
        let answer = http::hear(&mut front)?;
        cookies.keep(&answer);
        let card_page = answer.location()?.to_owned();
        ensure!(card_page.starts_with("/carte/"), "the provider leads to {card_page}");
        let handshake = Waiting::open(at(self.card), wallet, &self.provider_roots, certificate)?;
        let (back, mail) = (self.provider(auth)?, self.mail()?);
        let card_host = format!("{wallet}:{}", self.card);
        let hosts = [card_host, wallet_host, auth_host];
        Ok(Ready { card, handshake, front, back, mail, cookies, card_page, hosts, realm: self.realm.clone(), redirect })
    }
}

/// Clear greeting, STARTTLS, handshake.
pub fn greet(port: u16, roots: &Arc<RootCertStore>) -> Result<BufReader<Stream>> {
    let mut tcp = secure::tcp(SocketAddr::from(([127, 0, 0, 1], port)))?;
    let mut said = [0; 4096];
    let count = tcp.read(&mut said)?;
    ensure!(said[..count].starts_with(b"* OK"), "no greeting");
    tcp.write_all(b"a0 STARTTLS\r\n")?;
    let count = tcp.read(&mut said)?;
    ensure!(said[..count].starts_with(b"a0 OK"), "no STARTTLS");
    Ok(BufReader::with_capacity(16 * 1024, secure::secure(tcp, NAMES[2], roots)?))
}

/// Everything is open and waits for the code.
pub struct Ready {
    card: Card,
    handshake: Waiting,
    front: Stream,
    back: Stream,
    mail: BufReader<Stream>,
    cookies: Cookies,
    card_page: String,
    /// Card host, authorize host, token host.
    hosts: [String; 3],
    realm: String,
    redirect: String,
}

/// How long each part took.
pub struct Laps {
    /// The card's word on the code.
    pub verified: Duration,
    /// Up to the tokens.
    pub tokens: Duration,
    /// Up to the last row.
    pub rows: Duration,
    /// The access token.
    pub token: String,
}

impl Ready {
    /// Shows the code and goes on to the rows.
    pub fn go(self, code: &str, address: &str) -> Result<Laps> {
        let Self { mut card, handshake, mut front, mut back, mut mail, mut cookies, card_page, hosts, .. } = self;
        let [card_host, wallet_host, auth_host] = hosts;
        let code = SecretSlice::from(code.as_bytes().to_vec());
        let start = Instant::now();
        card.verify(&code)?;
        let verified = start.elapsed();
        let mut shown = handshake.go(card)?;
        http::ask(&mut shown, &format!("GET {card_page}"), &card_host, &cookies.header(), "")?;
        let answer = http::hear(&mut shown)?;
        cookies.keep(&answer);
        http::ask(&mut front, &format!("GET {}", answer.location()?), &wallet_host, &cookies.header(), "")?;
        let answer = http::hear(&mut front)?;
        let location = answer.location()?;
        let code = location.split(['?', '&']).find_map(|pair| pair.strip_prefix("code="));
        let code = code.with_context(|| format!("no code: {} {location}", answer.status))?;
        let body = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={}&code_verifier={VERIFIER}",
            self.redirect
        );
        let headers = client(site::provider::CLIENT, site::provider::CLIENT_SECRET);
        let token = format!("POST {}/protocol/openid-connect/token", self.realm);
        http::ask(&mut back, &token, &auth_host, &headers, &body)?;
        let answer: Value = serde_json::from_slice(&http::hear(&mut back)?.body)?;
        let token = answer["access_token"].as_str().with_context(|| format!("no token: {answer}"))?.to_owned();
        let tokens = start.elapsed();

        let userinfo = format!("{}/protocol/openid-connect/userinfo", self.realm);
        let whose = Whose { userinfo: &userinfo, host: &auth_host, token: &token, address };
        whose.rows(&mut back, &mut mail)?;
        Ok(Laps { verified, tokens, rows: start.elapsed(), token })
    }
}

/// Whose rows, once there is a token.
pub struct Whose<'a> {
    /// Path of UserInfo.
    pub userinfo: &'a str,
    /// The host it is asked of.
    pub host: &'a str,
    /// The access token.
    pub token: &'a str,
    /// The mailbox.
    pub address: &'a str,
}

impl Whose<'_> {
    /// The name and the rows, side by side.
    pub fn rows(&self, back: &mut Stream, mail: &mut BufReader<Stream>) -> Result<()> {
        let Self { userinfo, host, token, address } = self;
        http::ask(back, &format!("GET {userinfo}"), host, &format!("Authorization: Bearer {token}\r\n"), "")?;
        rows(mail, address, token)?;
        let person: Value = serde_json::from_slice(&http::hear(back)?.body)?;
        ensure!(person["sub"].is_string(), "nobody: {person}");
        Ok(())
    }
}

/// AUTHENTICATE and SELECT in one flight, the newest rows in another.
pub fn rows(mail: &mut BufReader<Stream>, address: &str, token: &str) -> Result<()> {
    let response = STANDARD.encode(format!("user={address}\x01auth=Bearer {token}\x01\x01"));
    tell(mail, &format!("a1 AUTHENTICATE XOAUTH2 {response}\r\na2 SELECT INBOX\r\n"))?;
    let exists = until(mail, "a2 OK", "EXISTS")?;
    let exists: u32 = exists.split(' ').nth(1).context("no EXISTS")?.parse()?;
    tell(mail, &format!("a3 FETCH {}:{exists} {ITEMS}\r\n", exists.saturating_sub(ROWS) + 1))?;
    let last = until(mail, "a3 OK", " FETCH (UID")?;
    ensure!(last.starts_with(&format!("* {exists} ")), "the last row is {last}");
    Ok(())
}

/// Headers of a form that a client with a secret sends.
pub fn client(name: &str, secret: &str) -> String {
    let proof = STANDARD.encode(format!("{name}:{secret}"));
    format!("Authorization: Basic {proof}\r\nContent-Type: application/x-www-form-urlencoded\r\n")
}

fn tell(mail: &mut BufReader<Stream>, words: &str) -> Result<()> {
    mail.get_mut().write_all(words.as_bytes())?;
    Ok(mail.get_mut().flush()?)
}

/// Reads lines up to the one that starts so; gives the last one before that contains `kept`.
fn until(mail: &mut BufReader<Stream>, end: &str, kept: &str) -> Result<String> {
    let mut line = Vec::new();
    let mut found = String::new();
    loop {
        line.clear();
        ensure!(mail.read_until(b'\n', &mut line)? > 0, "the mail server hung up");
        let text = String::from_utf8_lossy(&line);
        if text.contains(kept) {
            found = text.trim_end().to_owned();
        }
        if text.starts_with(end) {
            return Ok(found);
        }
        let refused = text.starts_with('a') && matches!(text.split(' ').nth(1), Some("NO" | "BAD"));
        ensure!(!refused, "the mail server says {text}");
    }
}
