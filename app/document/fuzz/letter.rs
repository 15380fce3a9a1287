//! What the fuzz target and the bounded test in `tests/fuzz_letter.rs` both run: a message made of arbitrary bytes, or of
//! a sound one with arbitrary bytes in it. It must not panic, and what is shown must keep within its bounds.

use document::letter::Message;

#[path = "shown.rs"]
mod shown;

/// Sound messages, in small, that the arbitrary bytes spoil.
pub const SOUND: [&[u8]; 6] = [
    b"From: =?utf-8?q?Zo=C3=A9?= <zoe@mss.test>\r\nTo: a@b, c@d\r\nSubject: =?utf-8?b?Wm/DqQ==?=\r\nDate: Thu, 12 Mar 2026 10:22:00 +0100\r\n\r\n\
      Bonjour,\r\n\r\nLe 11/03/2026, X a \xC3\xA9crit :\r\n> oui\r\n>> non\r\n-- \r\nZo\xC3\xA9\r\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nun\r\n--c\r\n\
      Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<table><tr><td>=E9<td>2</table>\r\n--c--\r\n--b\r\n\
      Content-Type: application/pdf; name*0*=utf-8''Zo%C3; name*1*=%A9.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjc=\r\n--b--\r\n",
    b"Content-Type: text/html\r\n\r\n<div style='display:none'>x</div><p>a<br>b<ul><li>c<li>d</ul><blockquote type=cite>e</blockquote><pre>f   g   h\ni   j   k</pre>\
      <s>l</s> 10<sup>9</sup> &eacute; <p class=MsoListParagraph>\xC2\xB7\xC2\xA0\xC2\xA0m</p>",
    b"Content-Type: multipart/report; boundary=r\r\n\r\n--r\r\n\r\nx\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\n\
      Final-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--r\r\nContent-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nz\r\n--r--\r\n",
    b"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=s\r\n\r\n--s\r\n\r\nx\r\n--s\r\nContent-Type: application/pkcs7-signature\r\n\
      Content-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglghkgBZQMEAgEFADCABgkqhkiG9w0BBwEAADGCAA==\r\n--s--\r\n",
    b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\nun \r\ndeux\r\n> trois \r\n> quatre\r\nDe : a\r\nEnvoy\xC3\xA9 : b\r\n\xC3\x80 : c\r\nObjet : d\r\n\r\ne\r\n",
];

/// One message: the first byte chooses how `data` is used, the rest is it. Tells how many blocks and attachments there were.
pub fn read(data: &[u8]) -> (usize, usize) {
    let Some(([mode], rest)) = data.split_first_chunk() else {
        return check(Vec::new(), true);
    };
    let raw = match mode {
        0..=63 => rest.to_vec(),
        _ => spoil(SOUND[usize::from(*mode) % SOUND.len()], rest),
    };
    check(raw, mode & 1 == 0)
}

/// A sound message with some of its bytes overwritten, left out, or others put in: three bytes a change.
fn spoil(sound: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut raw = sound.to_vec();
    for change in changes.chunks(3) {
        let &[high, low, byte] = change else { break };
        let place = usize::from(u16::from_be_bytes([high & 0x3F, low])) % (raw.len() + 1);
        match high >> 6 {
            0 if place < raw.len() => raw[place] = byte,
            1 => raw.insert(place, byte),
            2 => {
                raw.drain(place..(place + usize::from(byte % 16)).min(raw.len()));
            }
            _ => {
                let piece = raw[place..(place + usize::from(byte)).min(raw.len())].to_vec();
                raw.extend(piece);
            }
        }
    }
    raw
}

/// A message as it came, and all that the screen can ask of it.
pub fn check(raw: Vec<u8>, whole: bool) -> (usize, usize) {
    let limits = shown::limits().letter;
    let message = Message::read(raw.clone(), whole, &limits);
    let letter = message.letter();
    shown::letter(&letter, &limits);
    let attachments = message.attachments();
    assert!(attachments.len() <= limits.attachments);
    for attachment in &attachments {
        assert!(!attachment.name.is_empty() && !attachment.name.contains(['/', '\\']));
        assert_eq!(message.bytes(attachment.index).map(|bytes| bytes.len() as u64), Some(attachment.size));
    }
    shown::everything(raw, whole);
    (letter.blocks.len(), attachments.len())
}
