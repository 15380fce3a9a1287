//! Tags and text out of html5gum, a tokenizer as browsers have it. Of each tag only what matters here is kept, and no
//! more of it than a bound: html5ever's tree takes time that grows with the square of its depth, and its tokenizer with
//! the square of the attributes of one tag.

use html5gum::{Emitter, State};

/// Bytes of a name.
const NAME: usize = 24;
/// Bytes of an attribute.
const VALUE: usize = 2_000;
/// Attributes that say how a text is set.
const KNOWN: [&[u8]; 10] =
    [b"style", b"class", b"id", b"type", b"cite", b"hidden", b"alt", b"start", b"colspan", b"name"];

/// A tag.
#[derive(Clone, Default)]
pub(super) struct Tag {
    name: Vec<u8>,
    pub end: bool,
    pub closed: bool,
    attributes: Vec<(&'static [u8], Vec<u8>)>,
}

impl Tag {
    /// A start tag without attributes.
    pub fn named(name: &[u8]) -> Tag {
        Tag { name: name.to_vec(), ..Tag::default() }
    }

    /// Its name in small letters, cut at a bound.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// Its name, as one number that is quickly compared (FNV-1a).
    pub fn key(&self) -> u64 {
        let mix = |key: u64, byte: &u8| (key ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        self.name.iter().fold(0xcbf2_9ce4_8422_2325, mix)
    }

    /// The value of an attribute, in small letters but for `alt`; the first one of its name.
    pub fn get(&self, name: &str) -> Option<String> {
        let (known, value) = self.attributes.iter().find(|(known, _)| *known == name.as_bytes())?;
        let value = String::from_utf8_lossy(value);
        Some(if *known == b"alt" { value.into_owned() } else { value.to_lowercase() })
    }
}

/// Who takes tags and text.
pub(super) trait Take {
    /// A tag, start or end.
    fn tag(&mut self, tag: &Tag);
    /// Text, in pieces.
    fn text(&mut self, text: &str);
    /// Nothing more is wanted.
    fn is_full(&self) -> bool;
}

/// Between the tokenizer and who takes.
pub(super) struct Tokens<'a, T> {
    take: &'a mut T,
    tag: Tag,
    in_tag: bool,
    attribute: Vec<u8>,
    value: Vec<u8>,
    last_start: Vec<u8>,
    /// Text is dropped: it is a script, a style sheet, a title.
    raw: bool,
    /// Bytes of a character that has not come whole.
    pending: Vec<u8>,
}

impl<'a, T: Take> Tokens<'a, T> {
    pub fn new(take: &'a mut T) -> Self {
        Tokens {
            take,
            tag: Tag::default(),
            in_tag: false,
            attribute: Vec::new(),
            value: Vec::new(),
            last_start: Vec::new(),
            raw: false,
            pending: Vec::new(),
        }
    }

    fn init_tag(&mut self, end: bool) {
        self.tag = Tag { end, ..Tag::default() };
        self.in_tag = true;
        self.attribute.clear();
        self.value.clear();
    }

    fn end_attribute(&mut self) {
        let known = KNOWN.iter().find(|known| **known == self.attribute.as_slice());
        if let Some(known) = known
            && !self.tag.attributes.iter().any(|(name, _)| name == known)
        {
            self.tag.attributes.push((known, std::mem::take(&mut self.value)));
        }
        self.attribute.clear();
        self.value.clear();
    }
}

/// What stands between these tags is not text.
fn raw_state(name: &[u8]) -> Option<State> {
    match name {
        b"title" | b"textarea" => Some(State::RcData),
        b"style" | b"xmp" | b"iframe" | b"noembed" | b"noframes" => Some(State::RawText),
        b"script" => Some(State::ScriptData),
        _ => None,
    }
}

fn push(to: &mut Vec<u8>, bytes: &[u8], most: usize) {
    let room = most.saturating_sub(to.len());
    to.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
}

impl<T: Take> Emitter for Tokens<'_, T> {
    type Token = ();

    fn emit_string(&mut self, text: &[u8]) {
        if self.raw || self.take.is_full() {
            return;
        }
        if self.pending.is_empty()
            && let Ok(text) = std::str::from_utf8(text)
        {
            return self.take.text(text);
        }
        self.pending.extend_from_slice(text);
        let whole = match std::str::from_utf8(&self.pending) {
            Ok(_) => self.pending.len(),
            Err(e) if e.error_len().is_none() => e.valid_up_to(),
            Err(_) => self.pending.len(),
        };
        let rest = self.pending.split_off(whole);
        let text = std::mem::replace(&mut self.pending, rest);
        self.take.text(&String::from_utf8_lossy(&text));
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.end_attribute();
        self.in_tag = false;
        let tag = std::mem::take(&mut self.tag);
        if tag.end {
            self.raw = false;
        } else {
            self.last_start.clear();
            self.last_start.extend_from_slice(tag.name());
        }
        if self.take.is_full() {
            return None;
        }
        let state = if tag.end { None } else { raw_state(tag.name()) };
        self.raw = state.is_some();
        self.take.tag(&tag);
        state
    }

    fn init_start_tag(&mut self) {
        self.init_tag(false);
    }

    fn init_end_tag(&mut self) {
        self.init_tag(true);
    }

    fn set_self_closing(&mut self) {
        self.tag.closed = true;
    }

    fn push_tag_name(&mut self, name: &[u8]) {
        push(&mut self.tag.name, name, NAME);
        self.tag.name.make_ascii_lowercase();
    }

    fn init_attribute(&mut self) {
        self.end_attribute();
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        push(&mut self.attribute, name, NAME);
        self.attribute.make_ascii_lowercase();
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        if KNOWN.contains(&self.attribute.as_slice()) {
            push(&mut self.value, value, VALUE);
        }
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.in_tag && self.tag.end && self.tag.name == self.last_start
    }

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start.clear();
        push(&mut self.last_start, name.unwrap_or_default(), NAME);
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    /// A token is how the tokenizer is told to stop.
    fn pop_token(&mut self) -> Option<()> {
        self.take.is_full().then_some(())
    }

    fn emit_error(&mut self, _: html5gum::Error) {}
    fn emit_eof(&mut self) {}
    fn init_comment(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn emit_current_comment(&mut self) {}
    fn init_doctype(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn set_force_quirks(&mut self) {}
    fn emit_current_doctype(&mut self) {}
}
