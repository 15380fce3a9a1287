//! Requests.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Operation, tag};

/// Value tags (RFC 8010 section 3.5.2).
const INTEGER: u8 = 0x21;
const BOOLEAN: u8 = 0x22;
const RANGE: u8 = 0x33;
const NAME: u8 = 0x42;
const KEYWORD: u8 = 0x44;
const URI: u8 = 0x45;
const CHARSET: u8 = 0x47;
const LANGUAGE: u8 = 0x48;
const MIME: u8 = 0x49;

/// A request as it grows, in the operation group first.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Message {
    bytes: Vec<u8>,
}

impl Message {
    /// Header and the three attributes every request begins with (RFC 8011 section 4.1.4, 4.1.5).
    pub(crate) fn new(version: (u8, u8), operation: Operation, id: u32, printer: &str) -> Self {
        let mut bytes = Vec::with_capacity(1024);
        bytes.extend_from_slice(&[version.0, version.1]);
        bytes.extend_from_slice(&operation.number().to_be_bytes());
        bytes.extend_from_slice(&id.to_be_bytes());
        bytes.push(tag::OPERATION);
        let mut message = Self { bytes };
        message.value(CHARSET, "attributes-charset", b"utf-8");
        message.value(LANGUAGE, "attributes-natural-language", b"fr");
        message.value(URI, "printer-uri", printer.as_bytes());
        message
    }

    /// Begins the next group. Groups come in the order of their tags.
    pub(crate) fn group(&mut self, tag: u8) {
        self.bytes.push(tag);
    }

    pub(crate) fn integer(&mut self, name: &str, value: i32) {
        self.value(INTEGER, name, &value.to_be_bytes());
    }

    pub(crate) fn boolean(&mut self, name: &str, value: bool) {
        self.value(BOOLEAN, name, &[u8::from(value)]);
    }

    pub(crate) fn range(&mut self, name: &str, from: i32, to: i32) {
        let mut value = from.to_be_bytes().to_vec();
        value.extend_from_slice(&to.to_be_bytes());
        self.value(RANGE, name, &value);
    }

    pub(crate) fn name(&mut self, name: &str, value: &str) {
        self.value(NAME, name, value.as_bytes());
    }

    pub(crate) fn mime(&mut self, name: &str, value: &str) {
        self.value(MIME, name, value.as_bytes());
    }

    pub(crate) fn keyword(&mut self, name: &str, value: &str) {
        self.value(KEYWORD, name, value.as_bytes());
    }

    /// A set of keywords: the name stands before the first only.
    pub(crate) fn keywords(&mut self, name: &str, values: &[&str]) {
        for (index, value) in values.iter().enumerate() {
            self.value(KEYWORD, if index == 0 { name } else { "" }, value.as_bytes());
        }
    }

    /// The bytes, ended. Document data may follow them.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.bytes.push(tag::END);
        std::mem::take(&mut self.bytes)
    }

    /// Names are ours and short; values are cut at what the length field can say, which none of ours comes near.
    fn value(&mut self, tag: u8, name: &str, value: &[u8]) {
        self.bytes.push(tag);
        for part in [name.as_bytes(), value] {
            let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
            self.bytes.extend_from_slice(&length.to_be_bytes());
            self.bytes.extend(part.iter().take(usize::from(length)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_as_in_the_specification() {
        let mut message = Message::new((2, 0), Operation::GetJobAttributes, 7, "ipps://p/");
        message.integer("job-id", 147);
        let expected: &[u8] = b"\x02\x00\x00\x09\x00\x00\x00\x07\
            \x01\x47\x00\x12attributes-charset\x00\x05utf-8\
            \x48\x00\x1battributes-natural-language\x00\x02fr\
            \x45\x00\x0bprinter-uri\x00\x09ipps://p/\
            \x21\x00\x06job-id\x00\x04\x00\x00\x00\x93\x03";
        assert_eq!(message.finish(), expected);
    }

    #[test]
    fn further_values_of_a_set_have_no_name() {
        let mut message = Message::new((2, 0), Operation::GetPrinterAttributes, 1, "");
        let before = message.bytes.len();
        message.keywords("a", &["b", "c"]);
        assert_eq!(message.bytes.get(before..), Some(&b"\x44\x00\x01a\x00\x01b\x44\x00\x00\x00\x01c"[..]));
    }
}
