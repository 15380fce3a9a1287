//! SASL with an access token, over SMTP (RFC 4954).
//!
//! ```text
//!   AUTH XOAUTH2 dXNlcj0…      where the whole line fits in 512 bytes (RFC 4954 section 4)
//!
//!   AUTH XOAUTH2               where it does not: a token of Keycloak is two kilobytes. Servers that take longer
//!   334                        lines exist, but one that does not answers as if the token were wrong (Postfix) or the
//!   dXNlcj0…                   command unknown (Dovecot)
//! ```
//!
//! A server that takes one form and not the other says so by a syntax error, and is asked again in the other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::line::Line;
use super::reply::Reply;
use super::settings::Settings;
use crate::error::{Error, Refusal};
use crate::settings::{Mechanism, Server};

/// Longest command line, CRLF included (RFC 5321 section 4.5.3.1.4).
const LONGEST_COMMAND: usize = 512;

/// Says who sends. The line is usable afterwards only if this succeeds.
pub(super) async fn enter(
    line: &mut Line,
    server: &Server,
    settings: &Settings,
    address: &str,
    token: &SecretString,
) -> Result<(), Error> {
    let offered = |m: &Mechanism| line.offers.auth.iter().any(|name| name == m.name());
    let mechanism = settings.mechanisms.iter().copied().find(offered).ok_or(Error::NoMechanism)?;
    let response = crate::auth::response(mechanism, server, address, token)?;
    let fits = "AUTH  \r\n".len() + mechanism.name().len() + response.len() <= LONGEST_COMMAND;
    let exchange = Exchange { mechanism, response };
    let first = exchange.run(line, fits).await?;
    let last = match first.code {
        // Another form, unless the line is too long for one.
        500 | 501 | 504 if fits => exchange.run(line, false).await?,
        _ => first,
    };
    judge(&last)
}

struct Exchange {
    mechanism: Mechanism,
    response: Zeroizing<String>,
}

impl Exchange {
    /// One attempt, up to an answer that is not a question.
    async fn run(&self, line: &mut Line, at_once: bool) -> Result<Reply, Error> {
        let limit = line.timeouts.command;
        let name = self.mechanism.name();
        let mut given = at_once;
        if at_once {
            line.write(&joined(&["AUTH ", name, " ", &self.response, "\r\n"]), limit).await?;
        } else {
            line.write(&joined(&["AUTH ", name, "\r\n"]), limit).await?;
        }
        let mut answered = false;
        loop {
            let reply = line.reply(limit).await?;
            if reply.code != 334 {
                return Ok(reply);
            }
            match (given, reply.text.trim().is_empty()) {
                (false, _) => {
                    line.write(&joined(&[&self.response, "\r\n"]), limit).await?;
                    given = true;
                }
                // It did not take what came with the command, or asks in vain.
                (true, true) if at_once && !answered => {
                    line.write(&joined(&[&self.response, "\r\n"]), limit).await?;
                    answered = true;
                }
                (true, false) if !answered => {
                    // Not a question: the error, in JSON, and the server waits for a word before it says 535 (RFC 7628
                    // section 3.2.3, and the same for XOAUTH2).
                    let refusal = read_challenge(&reply.text);
                    let word: &[u8] = match self.mechanism {
                        Mechanism::XOAuth2 => b"\r\n",
                        Mechanism::OAuthBearer => b"AQ==\r\n",
                    };
                    line.write(word, limit).await?;
                    let end = line.reply(limit).await?;
                    // A server that says why and then that it cannot for now meant the latter.
                    return if end.is_temporary() { Ok(end) } else { Err(Error::Refused(refusal)) };
                }
                _ => return Err(Error::Protocol("AUTH asks again")),
            }
        }
    }
}

fn judge(reply: &Reply) -> Result<(), Error> {
    match reply.code {
        235 => Ok(()),
        400..500 => Err(Error::Unavailable),
        // Authentication succeeded, and this mailbox is not for this person (RFC 4954 section 6: 5.7.0 is vaguer).
        550 | 553 => Err(Error::Refused(Refusal::Mailbox)),
        535 | 530 | 534 | 538 | 554 => Err(Error::Refused(Refusal::Token)),
        // Without its text: a server that says the command back would put the token into it.
        500..600 => Err(Error::Server { command: "AUTH", text: String::new() }),
        _ => Err(Error::Protocol("AUTH")),
    }
}

fn joined(parts: &[&str]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(parts.iter().map(|p| p.len()).sum()));
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
    out
}

/// `{"status":"invalid_token",…}` of RFC 7628, `{"status":"401",…}` of the others.
fn read_challenge(text: &str) -> Refusal {
    // What is kept of a long answer may have been cut.
    let coded: String =
        text.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')).collect();
    let plain = coded.get(..coded.len() / 4 * 4).and_then(|coded| STANDARD.decode(coded).ok()).unwrap_or_default();
    let plain = String::from_utf8_lossy(&plain);
    let status = plain.split_once("\"status\"").map_or("", |(_, after)| after);
    match status.split('"').nth(1).unwrap_or_default() {
        "insufficient_scope" | "403" => Refusal::Mailbox,
        _ => Refusal::Token,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_says_whether_the_token_or_the_mailbox_is_refused() {
        let challenge = |json: &str| read_challenge(&STANDARD.encode(json));
        assert_eq!(challenge(r#"{"status":"401","schemes":"bearer","scope":"mail"}"#), Refusal::Token);
        assert_eq!(challenge(r#"{"status":"insufficient_scope"}"#), Refusal::Mailbox);
        let long = STANDARD.encode(format!(r#"{{"status":"403","openid-configuration":"{}"}}"#, "x".repeat(400)));
        let cut: String = long.chars().take(257).chain(['…']).collect();
        assert_eq!(read_challenge(&cut), Refusal::Mailbox);
        for nonsense in ["", "=", "é", "AQ==", "e30="] {
            assert_eq!(read_challenge(nonsense), Refusal::Token);
        }
    }
}
