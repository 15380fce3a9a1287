//! As much HTTP/1.1 as the floor needs (RFC 9112): a request in one write, an answer read to its end.

use crate::secure::Stream;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// An answer.
pub struct Answer {
    /// Status code.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Where it sends: path and query, the host left out.
    pub fn location(&self) -> Result<&str> {
        let location = self.header("location").context("no Location")?;
        let path = location.strip_prefix("https://").and_then(|rest| rest.find('/').map(|at| &rest[at..]));
        Ok(path.unwrap_or(location))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Cookies by name.
#[derive(Default)]
pub struct Cookies(BTreeMap<String, String>);

impl Cookies {
    /// Keeps those of an answer.
    pub fn keep(&mut self, answer: &Answer) {
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                match value {
                    "" => self.0.remove(name),
                    _ => self.0.insert(name.to_owned(), value.to_owned()),
                };
            }
        }
    }

    /// The header that gives them back.
    pub fn header(&self) -> String {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("Cookie: {}\r\n", pairs.join("; "))
    }
}

/// Sends a request; `headers` end with CRLF each.
pub fn ask(stream: &mut Stream, line: &str, host: &str, headers: &str, body: &str) -> Result<()> {
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let request = format!("{line} HTTP/1.1\r\nHost: {host}\r\n{headers}{length}\r\n{body}");
    stream.write_all(request.as_bytes())?;
    Ok(stream.flush()?)
}

/// Reads the answer.
pub fn hear(stream: &mut Stream) -> Result<Answer> {
    let mut read = Vec::new();
    let mut piece = [0; 16 * 1024];
    loop {
        let count = stream.read(&mut piece)?;
        ensure!(count > 0, "the provider hung up");
        read.extend_from_slice(&piece[..count]);
        let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&read[..end])?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status")?.parse()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let answer = Answer { status, headers, body: Vec::new() };
        let body = &read[end + 4..];
        if answer.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
            if body.ends_with(b"0\r\n\r\n") {
                return Ok(Answer { body: joined(body)?, ..answer });
            }
        } else {
            let length = answer.header("content-length").map_or(Ok(0), str::parse)?;
            if body.len() >= length {
                return Ok(Answer { body: body[..length].to_vec(), ..answer });
            }
        }
    }
}

/// The body out of its chunks.
fn joined(mut chunks: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = chunks.windows(2).position(|two| two == b"\r\n").context("no chunk")?;
        let length = usize::from_str_radix(std::str::from_utf8(&chunks[..line])?.trim(), 16)?;
        if length == 0 {
            return Ok(body);
        }
        body.extend_from_slice(chunks.get(line + 2..line + 2 + length).context("a chunk broke off")?);
        chunks = chunks.get(line + 4 + length..).context("no chunk after a chunk")?;
    }
}
