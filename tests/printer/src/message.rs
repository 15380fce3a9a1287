//! IPP messages for the scripted printer, written and read without anything of the product's.

/// Operations.
pub mod operation {
    #![allow(missing_docs, reason = "as RFC 8011 calls them")]
    pub const PRINT_JOB: u16 = 2;
    pub const VALIDATE_JOB: u16 = 4;
    pub const CREATE_JOB: u16 = 5;
    pub const SEND_DOCUMENT: u16 = 6;
    pub const CANCEL_JOB: u16 = 8;
    pub const GET_JOB_ATTRIBUTES: u16 = 9;
    pub const GET_PRINTER_ATTRIBUTES: u16 = 11;
}

/// An answer as it grows.
#[derive(Clone, Debug)]
pub struct Message(Vec<u8>);

impl Message {
    /// An answer with a status.
    #[must_use]
    pub fn new(status: u16) -> Self {
        let mut bytes = vec![2, 0];
        bytes.extend(status.to_be_bytes());
        bytes.extend([0, 0, 0, 1, 1]);
        Self(bytes).value(0x47, "attributes-charset", b"utf-8").value(0x48, "attributes-natural-language", b"fr")
    }

    /// Begins a group: 2 for a job, 4 for the printer, 5 for what is not taken.
    #[must_use]
    pub fn group(mut self, tag: u8) -> Self {
        self.0.push(tag);
        self
    }

    /// An integer or enum.
    #[must_use]
    pub fn number(self, tag: u8, name: &str, value: i32) -> Self {
        self.value(tag, name, &value.to_be_bytes())
    }

    /// Keywords.
    #[must_use]
    pub fn words(self, name: &str, values: &[&str]) -> Self {
        let each = values.iter().enumerate();
        each.fold(self, |message, (index, value)| {
            message.value(0x44, if index == 0 { name } else { "" }, value.as_bytes())
        })
    }

    /// Any value.
    #[must_use]
    pub fn value(mut self, tag: u8, name: &str, value: &[u8]) -> Self {
        self.0.push(tag);
        for part in [name.as_bytes(), value] {
            self.0.extend(u16::try_from(part.len()).unwrap_or(0).to_be_bytes());
            self.0.extend(part);
        }
        self
    }

    /// The bytes, ended.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.0.push(3);
        self.0
    }
}

/// A request, as far as its attributes.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Major and minor version.
    pub version: (u8, u8),
    /// What is asked.
    pub operation: u16,
    /// Names and values, in order, groups ignored; further values of a set carry the name of the first.
    pub attributes: Vec<(String, Vec<u8>)>,
}

impl Request {
    /// Reads the attributes and says where the document begins. None while they are not all there.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let mut request = Self {
            version: (*bytes.first()?, *bytes.get(1)?),
            operation: u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?),
            attributes: Vec::new(),
        };
        let mut at = 8;
        loop {
            let tag = *bytes.get(at)?;
            at += 1;
            match tag {
                3 => return Some((request, at)),
                0..16 => continue,
                _ => {}
            }
            let mut part = || {
                let length = usize::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
                let part = bytes.get(at + 2..at + 2 + length)?;
                at += 2 + length;
                Some(part)
            };
            let name = String::from_utf8_lossy(part()?).into_owned();
            let value = part()?.to_vec();
            let last = request.attributes.last().map(|(name, _)| name.clone()).unwrap_or_default();
            request.attributes.push((if name.is_empty() { last } else { name }, value));
        }
    }

    /// The first value of an attribute as text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        let (_, value) = self.attributes.iter().find(|(known, _)| known == name)?;
        Some(String::from_utf8_lossy(value).into_owned())
    }
}
