//! Values of IMAP's data format: words, strings and lists (RFC 3501 section 4).
//!
//! The reader never panics, and a list below [`DEEPEST`] is dropped and marked.

use std::borrow::Cow;

/// Deepest list kept. A multipart in a multipart in a `FETCH` takes two levels, and mail nests less than ten.
pub(crate) const DEEPEST: usize = 40;

/// A value of IMAP's data format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A word, `NIL` included: it is told from a mailbox called `NIL` by where it stands.
    Word(&'a [u8]),
    /// A quoted string (its escapes undone) or a literal.
    Text(Cow<'a, [u8]>),
    /// A list.
    List(Vec<Value<'a>>),
    /// A list that was nested too deep to be kept.
    Pruned,
}

impl<'a> Value<'a> {
    pub fn is_word(&self, word: &str) -> bool {
        matches!(self, Value::Word(w) if w.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Bytes of a word or a string; none for `NIL`.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Word(word) if word.eq_ignore_ascii_case(b"NIL") => None,
            Value::Word(word) => Some(word),
            Value::Text(text) => Some(text),
            Value::List(_) | Value::Pruned => None,
        }
    }

    pub fn list(&self) -> Option<&[Value<'a>]> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<u64> {
        match self {
            Value::Word(word) => number(word),
            _ => None,
        }
    }
}

/// All values of the rest of a response. What cannot be read ends the list.
pub(crate) fn values(input: &[u8]) -> Vec<Value<'_>> {
    let mut reader = Reader { rest: input };
    reader.list(0)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Values up to a closing parenthesis, which is taken, or to the end.
    fn list(&mut self, depth: usize) -> Vec<Value<'a>> {
        let mut out = vec![];
        while let Some((first, after)) = self.rest.split_first() {
            match first {
                b' ' => self.rest = after,
                b')' => {
                    self.rest = after;
                    break;
                }
                b'(' => {
                    self.rest = after;
                    if depth < DEEPEST {
                        out.push(Value::List(self.list(depth + 1)));
                    } else {
                        self.skip();
                        out.push(Value::Pruned);
                    }
                }
                _ => match self.scalar() {
                    Some(value) => out.push(value),
                    None => {
                        self.rest = &[];
                        break;
                    }
                },
            }
        }
        out
    }

    /// Skips a list whose opening parenthesis was taken, without recursion.
    fn skip(&mut self) {
        let mut open = 1usize;
        while let Some((first, after)) = self.rest.split_first() {
            match first {
                b'(' => (self.rest, open) = (after, open + 1),
                b')' => {
                    self.rest = after;
                    open -= 1;
                    if open == 0 {
                        return;
                    }
                }
                b' ' => self.rest = after,
                _ => {
                    if self.scalar().is_none() {
                        self.rest = &[];
                    }
                }
            }
        }
    }

    fn scalar(&mut self) -> Option<Value<'a>> {
        match self.rest.first()? {
            b'"' => self.quoted(),
            b'{' => self.literal().or_else(|| self.word()),
            _ => self.word(),
        }
    }

    fn quoted(&mut self) -> Option<Value<'a>> {
        let inside = self.rest.strip_prefix(b"\"")?;
        let mut escaped = false;
        let mut any = false;
        let end = inside.iter().position(|b| match b {
            _ if escaped => {
                escaped = false;
                false
            }
            b'\\' => {
                (escaped, any) = (true, true);
                false
            }
            b => *b == b'"',
        })?;
        let (text, after) = inside.split_at(end);
        self.rest = after.strip_prefix(b"\"").unwrap_or(after);
        if !any {
            return Some(Value::Text(Cow::Borrowed(text)));
        }
        let mut plain = Vec::with_capacity(text.len());
        let mut bytes = text.iter();
        while let Some(b) = bytes.next() {
            plain.push(if *b == b'\\' { *bytes.next().unwrap_or(b) } else { *b });
        }
        Some(Value::Text(Cow::Owned(plain)))
    }

    fn literal(&mut self) -> Option<Value<'a>> {
        // Bounded, or a line of braces would be searched to its end once a brace.
        let end = self.rest.iter().take(32).position(|b| *b == b'\n')?;
        let (head, after) = self.rest.split_at(end + 1);
        let head = head.strip_suffix(b"\n")?;
        let head = head.strip_suffix(b"\r").unwrap_or(head);
        let digits = head.strip_prefix(b"{")?.strip_suffix(b"}")?;
        let digits = digits.strip_suffix(b"+").unwrap_or(digits);
        let (text, after) = after.split_at_checked(usize::try_from(number(digits)?).ok()?)?;
        self.rest = after;
        Some(Value::Text(Cow::Borrowed(text)))
    }

    /// A word ends at a space or a parenthesis, except inside brackets: `BODY[HEADER.FIELDS (FROM)]<0>` is one.
    fn word(&mut self) -> Option<Value<'a>> {
        let mut inside = false;
        let closes = |at: usize| self.rest.iter().skip(at).take(512).any(|b| *b == b']');
        let end = self
            .rest
            .iter()
            .enumerate()
            .position(|(at, b)| {
                match b {
                    b'[' => inside = inside || closes(at),
                    b']' => inside = false,
                    _ => {}
                }
                !inside && matches!(b, b' ' | b'(' | b')' | b'\r' | b'\n')
            })
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        if word.is_empty() {
            return None;
        }
        self.rest = rest;
        Some(Value::Word(word))
    }
}

/// A number of at most 19 digits.
pub(crate) fn number(word: &[u8]) -> Option<u64> {
    if word.is_empty() || word.len() > 19 || !word.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(word).ok()?.parse().ok()
}
