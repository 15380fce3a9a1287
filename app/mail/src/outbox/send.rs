//! One message, handed over.
//!
//! ```text
//!   MAIL FROM, RCPT TO…   in one flight where the server can; one recipient refused and nothing is sent
//!   DATA
//!   the message           dots doubled; nothing of it counts without the end
//!   .                     from its first byte on the server may own it
//!   250                   now it does
//! ```

use std::fmt::Write as _;
use std::time::Duration;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::build::{Built, Envelope};
use super::error::{NotSent, RecipientRefusal, SendError, is_about_sender, refusal};
use super::line::{Line, Offers};
use super::ready::Ready;
use super::reply::Reply;
use super::settings::Reports;
use crate::error::Error;

/// Bytes of a message sent under one time limit.
const BLOCK: usize = 32 * 1024;
/// Time for a server that no longer listens to have said why.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// Longest identifier of an envelope, as encoded (RFC 3461 section 4.4).
const LONGEST_ENVELOPE_ID: usize = 100;

/// The server has the message, and answers for it from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What it said.
    pub response: Reply,
}

/// How far a message is. Whoever is interrupted (the card is pulled and the task dropped) says the truth by it: before
/// [`Stage::Ending`] it was not sent, from then on nobody here knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Saying who sends.
    Entering,
    /// Sender and recipients.
    Announcing,
    /// The message itself.
    Sending {
        /// Bytes handed to the line.
        sent: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The end of the message is about to leave.
    Ending,
}

impl Ready {
    /// Sends a message. Nothing is tried twice once it was announced.
    ///
    /// # Errors
    /// [`SendError::NotSent`] if it was certainly not accepted, [`SendError::Unknown`] if it may have been.
    pub async fn send(self, token: &SecretString, built: &Built) -> Result<Accepted, SendError> {
        self.send_telling(token, built, &mut |_| {}).await
    }

    /// The same, telling how far it is. Each stage is told before it begins.
    ///
    /// # Errors
    /// As [`Ready::send`].
    pub async fn send_telling(
        self,
        token: &SecretString,
        built: &Built,
        tell: &mut (dyn FnMut(Stage) + Send),
    ) -> Result<Accepted, SendError> {
        tell(Stage::Entering);
        let reports = self.reports();
        let mut line = self.enter(token).await.map_err(NotSent::Server)?;
        tell(Stage::Announcing);
        if let Err(reason) = announce(&mut line, built, reports).await {
            if !matches!(reason, NotSent::Server(_)) {
                line.give_up().await;
            }
            return Err(reason.into());
        }
        let ended = hand_over(&mut line, built, tell).await;
        if matches!(ended, Ok(_) | Err(SendError::NotSent(NotSent::Rejected(_) | NotSent::Temporary(_)))) {
            line.quit().await;
        }
        ended
    }
}

/// Sender, recipients, `DATA`. All of it or nothing.
async fn announce(line: &mut Line, built: &Built, reports: Reports) -> Result<(), NotSent> {
    let size = built.raw.len() as u64;
    let limit = line.offers.limit;
    if limit.is_some_and(|limit| size > limit) {
        return Err(NotSent::TooLarge { size, limit });
    }
    if built.envelope.needs_utf8() && !line.offers.utf8 {
        return Err(NotSent::AccentedAddress);
    }
    let mail = mail_command(built, &line.offers);
    let recipients: Vec<String> =
        built.envelope.to.iter().map(|to| recipient_command(&built.envelope, to, reports, &line.offers)).collect();
    let time = line.timeouts.command;
    if line.offers.pipelining {
        let mut flight = mail;
        flight.extend(recipients.iter().map(String::as_str));
        line.write(flight.as_bytes(), time).await.map_err(NotSent::Server)?;
    } else {
        line.write(mail.as_bytes(), time).await.map_err(NotSent::Server)?;
    }
    let sender = line.reply(time).await.map_err(NotSent::Server)?;
    let mut refused = vec![];
    if sender.is_yes() || line.offers.pipelining {
        for (command, address) in recipients.iter().zip(&built.envelope.to) {
            if !line.offers.pipelining {
                line.write(command.as_bytes(), time).await.map_err(NotSent::Server)?;
            }
            let reply = line.reply(time).await.map_err(NotSent::Server)?;
            if !reply.is_yes() {
                refused.push(RecipientRefusal { address: address.clone(), reply });
            }
        }
    }
    if !sender.is_yes() {
        return Err(match refusal(expected(sender, "MAIL")?, size, limit) {
            // RFC 5321 section 4.2.3: "mailbox name not allowed", "mailbox unavailable".
            NotSent::Rejected(reply) if matches!(reply.code, 550 | 553) => NotSent::Sender(reply),
            other => other,
        });
    }
    if let Some(first) = refused.first() {
        expected(first.reply.clone(), "RCPT")?;
        if refused.iter().all(|r| is_about_sender(&r.reply)) {
            return Err(NotSent::Sender(first.reply.clone()));
        }
        return Err(NotSent::Recipients(refused));
    }
    match line.run("DATA\r\n").await.map_err(NotSent::Server)? {
        reply if reply.code == 354 => Ok(()),
        reply => Err(refusal(expected(reply, "DATA")?, size, limit)),
    }
}

/// An answer that is a refusal; anything else is a fault of the server.
fn expected(reply: Reply, command: &'static str) -> Result<Reply, NotSent> {
    if reply.is_no() { Ok(reply) } else { Err(NotSent::Server(Error::Protocol(command))) }
}

/// The message and its end.
async fn hand_over(
    line: &mut Line,
    built: &Built,
    tell: &mut (dyn FnMut(Stage) + Send),
) -> Result<Accepted, SendError> {
    let (size, limit) = (built.raw.len() as u64, line.offers.limit);
    let time = line.timeouts.block;
    let mut dots = Dots::default();
    let mut sent = 0;
    for block in built.raw.chunks(BLOCK) {
        tell(Stage::Sending { sent, total: size });
        if let Err(error) = line.write(&dots.double(block), time).await {
            // A server that has had enough says why, then closes.
            return Err(match line.reply(LAST_WORDS).await {
                Ok(reply) if reply.is_no() => refusal(reply, size, limit),
                _ => NotSent::Server(error),
            }
            .into());
        }
        sent += block.len() as u64;
    }
    if let Some(early) = line.early() {
        // Nothing was asked yet: whatever this is, the end must not follow.
        return Err(match early {
            Ok(reply) if reply.is_no() => refusal(reply, size, limit),
            Ok(_) => NotSent::Server(Error::Protocol("an answer before the end")),
            Err(error) => NotSent::Server(error),
        }
        .into());
    }
    tell(Stage::Ending);
    let end: &[u8] = if dots.at_start { b".\r\n" } else { b"\r\n.\r\n" };
    // An error here tells nothing certain: the bytes may be on their way. The answer does, should there be one.
    let written = line.write(end, time).await;
    let waited = if written.is_ok() { line.timeouts.accept } else { time.min(line.timeouts.command) };
    match (line.reply(waited).await, written) {
        (Ok(reply), _) if reply.is_yes() => Ok(Accepted { response: reply }),
        (Ok(reply), _) if reply.is_no() => Err(refusal(reply, size, limit).into()),
        (Ok(_), _) => Err(SendError::Unknown(Error::Protocol("not an answer to a message"))),
        (Err(_), Err(error)) | (Err(error), Ok(())) => Err(SendError::Unknown(error)),
    }
}

fn mail_command(built: &Built, offers: &Offers) -> String {
    let envelope = &built.envelope;
    let mut command = format!("MAIL FROM:<{}>", envelope.from);
    if offers.size {
        let _ = write!(command, " SIZE={}", built.raw.len());
    }
    if offers.eight_bit && !built.raw.is_ascii() {
        command.push_str(" BODY=8BITMIME");
    }
    if offers.utf8 && envelope.needs_utf8() {
        command.push_str(" SMTPUTF8");
    }
    if asks(envelope, offers) {
        // RFC 3461: a failure comes back with the header only, so that no document travels twice, and says of which
        // message it is.
        command.push_str(" RET=HDRS");
        let id = xtext(&built.message_id);
        if (1..=LONGEST_ENVELOPE_ID).contains(&id.len()) {
            let _ = write!(command, " ENVID={id}");
        }
    }
    command.push_str("\r\n");
    command
}

fn recipient_command(envelope: &Envelope, to: &str, reports: Reports, offers: &Offers) -> String {
    let notify = match reports {
        _ if !asks(envelope, offers) => "",
        Reports::Failures => " NOTIFY=FAILURE,DELAY",
        Reports::Deliveries => " NOTIFY=SUCCESS,FAILURE,DELAY",
    };
    format!("RCPT TO:<{to}>{notify}\r\n")
}

/// Whether reports on the delivery are asked for. A receipt asks for none: its sender is empty (RFC 8098 section 3).
fn asks(envelope: &Envelope, offers: &Offers) -> bool {
    offers.dsn && !envelope.from.is_empty()
}

/// A value as it stands in a parameter (RFC 3461 section 4, `xtext`); nothing for one that is not ASCII.
fn xtext(value: &str) -> String {
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return String::new();
    }
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '+' => out.push_str("+2B"),
            '=' => out.push_str("+3D"),
            other => out.push(other),
        }
    }
    out
}

/// Doubles the dot that begins a line (RFC 5321 section 4.5.2).
struct Dots {
    at_start: bool,
}

impl Default for Dots {
    fn default() -> Self {
        Dots { at_start: true }
    }
}

impl Dots {
    fn double(&mut self, block: &[u8]) -> Zeroizing<Vec<u8>> {
        // Room for a dot on every line of a message whose lines are empty.
        let mut out = Zeroizing::new(Vec::with_capacity(block.len() + block.len() / 2 + 2));
        for line in block.split_inclusive(|b| *b == b'\n') {
            if self.at_start && line.first() == Some(&b'.') {
                out.push(b'.');
            }
            out.extend_from_slice(line);
            self.at_start = line.last() == Some(&b'\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A message of nine bytes.
    fn built(from: &str, id: &str, ascii: bool) -> Built {
        let raw = if ascii { "A: b\r\n\r\nx" } else { "A: b\r\n\r\né" };
        let envelope = Envelope { from: from.into(), to: vec!["a@mss.test".into()] };
        Built { raw: Zeroizing::new(raw.as_bytes().to_vec()), envelope, message_id: id.into() }
    }

    #[test]
    fn what_the_server_offers_is_asked_for_and_no_more() {
        let offers = Offers { dsn: true, size: true, eight_bit: true, utf8: true, ..Offers::default() };
        let mail = |from, ascii, offers| mail_command(&built(from, "1@mss.test", ascii), offers);
        assert_eq!(mail("b@mss.test", true, &offers), "MAIL FROM:<b@mss.test> SIZE=9 RET=HDRS ENVID=1@mss.test\r\n");
        assert_eq!(mail("", true, &offers), "MAIL FROM:<> SIZE=9\r\n");
        assert_eq!(
            mail("zoé@mss.test", false, &offers),
            "MAIL FROM:<zoé@mss.test> SIZE=10 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=1@mss.test\r\n"
        );
        let nothing = Offers::default();
        assert_eq!(mail("b@mss.test", false, &nothing), "MAIL FROM:<b@mss.test>\r\n");
        let to = |from: &str, reports, offers| {
            recipient_command(&built(from, "1@mss.test", true).envelope, "a@mss.test", reports, offers)
        };
        assert_eq!(to("b@mss.test", Reports::Failures, &offers), "RCPT TO:<a@mss.test> NOTIFY=FAILURE,DELAY\r\n");
        assert_eq!(
            to("b@mss.test", Reports::Deliveries, &offers),
            "RCPT TO:<a@mss.test> NOTIFY=SUCCESS,FAILURE,DELAY\r\n"
        );
        for reports in [Reports::Failures, Reports::Deliveries] {
            assert_eq!(to("", reports, &offers), "RCPT TO:<a@mss.test>\r\n");
            assert_eq!(to("b@mss.test", reports, &nothing), "RCPT TO:<a@mss.test>\r\n");
        }
    }

    #[test]
    fn an_envelope_has_the_name_of_its_message_where_it_can() {
        let offers = Offers { dsn: true, ..Offers::default() };
        let mail = |id: &str| mail_command(&built("b@mss.test", id, true), &offers);
        assert!(mail("a+b=c@mss.test").ends_with(" RET=HDRS ENVID=a+2Bb+3Dc@mss.test\r\n"));
        assert!(mail(&"x".repeat(100)).ends_with(&format!(" ENVID={}\r\n", "x".repeat(100))));
        // A draft of another program keeps the identifier it came with, whatever that is.
        for id in ["", &"x".repeat(101), &"+".repeat(34), "é@mss.test", "a b@mss.test", "a\r\nRCPT TO:<x@y>"] {
            assert!(mail(id).ends_with("MAIL FROM:<b@mss.test> RET=HDRS\r\n"), "{id:?}");
        }
    }

    proptest! {
        #[test]
        fn dots_come_back_whatever_the_blocks(text in "[.a\n]{0,60}", step in 1..20usize) {
            let text = text.replace('\n', "\r\n");
            let mut dots = Dots::default();
            let sent: Vec<u8> = text.as_bytes().chunks(step).flat_map(|block| dots.double(block).to_vec()).collect();
            let sent = String::from_utf8_lossy(&sent).into_owned();
            let around = format!("\r\n{sent}\r\n");
            prop_assert!(!around.contains("\r\n.\r\n"));
            let back: Vec<&str> = sent.split("\r\n").map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
            prop_assert_eq!(back.join("\r\n"), text);
        }
    }
}
