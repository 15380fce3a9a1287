//! A list of tokens behind an introspection endpoint (RFC 7662), for tests that need a mail server and no provider.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use anyhow::Result;
use serde_json::json;

/// Answers for as long as the process lives; it holds no state and no resource worth ending.
pub(super) fn serve(tokens: Vec<(String, String)>) -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let port = listener.local_addr()?.port();
    let tokens = Arc::new(tokens);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tokens = Arc::clone(&tokens);
            thread::spawn(move || while answer(&stream, &tokens).is_some() {});
        }
    });
    Ok(port)
}

fn answer(stream: &TcpStream, tokens: &[(String, String)]) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let token = body.split('&').find_map(|pair| pair.strip_prefix("token="))?;
    let reply = match tokens.iter().find(|(known, _)| known == token) {
        Some((_, sub)) => json!({ "active": true, "sub": sub, "SubjectNameID": sub, "scope": "openid scope_all" }),
        None => json!({ "active": false }),
    }
    .to_string();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", reply.len());
    let mut stream = stream;
    stream.write_all(format!("{head}{reply}").as_bytes()).ok()
}
