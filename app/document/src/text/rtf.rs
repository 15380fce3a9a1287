//! RTF as plain text (Rich Text Format Specification 1.9.1): paragraphs, tabs, cells, accents. Pictures, objects, fields'
//! instructions, styles and fonts are skipped without being looked into.

use std::collections::HashSet;

use encoding_rs::{Encoding, WINDOWS_1252};

/// Groups inside groups.
const DEPTH: usize = 512;

/// Groups whose text is not the document's.
const SKIPPED: [&str; 38] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "objdata",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "fldinst",
    "bkmkstart",
    "bkmkend",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "themedata",
    "colorschememapping",
    "latentstyles",
    "datastore",
    "xmlnstbl",
    "pgdsctbl",
    "nonshppict",
    "revtbl",
    "annotation",
    "atnid",
    "atnauthor",
    "ftnsep",
    "ftnsepc",
    "mmathPr",
    "filetbl",
    "deleted",
];

/// What is remembered of a group.
#[derive(Clone)]
struct State {
    skipped: bool,
    hidden: bool,
    /// Characters that stand in for one `\u` where Unicode is not understood.
    fallback: usize,
}

/// The text of an RTF document.
pub(crate) fn text(bytes: &[u8], most: usize) -> String {
    let mut out = Out { text: String::new(), bytes: Vec::new(), encoding: WINDOWS_1252, high: None };
    let mut state = State { skipped: false, hidden: false, fallback: 1 };
    let mut groups: Vec<State> = Vec::new();
    let mut left_out = 0_usize;
    let mut tokens = Tokens { rest: bytes };
    let skipped: HashSet<&str> = SKIPPED.into_iter().collect();
    while let Some(token) = tokens.next() {
        if out.text.len() > most {
            break;
        }
        match token {
            Token::Open if groups.len() < DEPTH => groups.push(state.clone()),
            Token::Open => break,
            Token::Close => match groups.pop() {
                Some(before) => state = before,
                None => break,
            },
            Token::Star => state.skipped = true,
            Token::Word(word, number) => match word {
                "bin" => tokens.skip(number.unwrap_or(0)),
                "uc" => state.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(8),
                "ansicpg" => out.code_page(number.unwrap_or(1252)),
                "v" => state.hidden = number != Some(0),
                word if skipped.contains(word) => state.skipped = true,
                _ if state.skipped || state.hidden => {}
                "u" => {
                    out.unit(number.unwrap_or(0));
                    left_out = state.fallback;
                }
                "par" | "line" | "row" | "sect" | "page" => out.add("\n"),
                "tab" => out.add("\t"),
                "cell" | "nestcell" => out.add(" \t"),
                "emdash" => out.add("—"),
                "endash" => out.add("–"),
                "bullet" => out.add("•"),
                "lquote" => out.add("‘"),
                "rquote" => out.add("’"),
                "ldblquote" => out.add("“"),
                "rdblquote" => out.add("”"),
                _ => {}
            },
            _ if state.skipped || state.hidden => {}
            Token::Byte(_) if left_out > 0 => left_out -= 1,
            Token::Byte(byte) => out.bytes.push(byte),
            Token::Symbol(symbol) => out.add(symbol),
        }
    }
    out.flush();
    out.text
}

struct Out {
    text: String,
    /// Bytes of the code page that are not yet characters: some take two.
    bytes: Vec<u8>,
    encoding: &'static Encoding,
    high: Option<u16>,
}

impl Out {
    fn add(&mut self, text: &str) {
        self.flush();
        self.text.push_str(text);
    }

    fn flush(&mut self) {
        if !self.bytes.is_empty() {
            let (text, _) = self.encoding.decode_without_bom_handling(&self.bytes);
            self.text.extend(text.chars().filter(|c| !c.is_control()));
            self.bytes.clear();
        }
    }

    /// One UTF-16 unit, signed as RTF writes it.
    fn unit(&mut self, number: i32) {
        self.flush();
        let unit = (number & 0xFFFF) as u16;
        let pair = [self.high.take().unwrap_or(unit), unit];
        match unit {
            0xD800..=0xDBFF => self.high = Some(unit),
            0xDC00..=0xDFFF => self.text.extend(char::decode_utf16(pair).filter_map(Result::ok).take(1)),
            _ => self.text.extend(char::from_u32(u32::from(unit)).filter(|c| !c.is_control())),
        }
    }

    fn code_page(&mut self, number: i32) {
        self.flush();
        self.encoding = match number {
            10000 => encoding_rs::MACINTOSH,
            65001 => encoding_rs::UTF_8,
            932 => encoding_rs::SHIFT_JIS,
            // DOS western: not one that is kept up; its letters without accents are the same.
            number => Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(WINDOWS_1252),
        };
    }
}

enum Token<'a> {
    Open,
    Close,
    /// `\*`: a group that may be skipped by who does not know it.
    Star,
    Word(&'a str, Option<i32>),
    Byte(u8),
    Symbol(&'static str),
}

struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    fn skip(&mut self, bytes: i32) {
        let bytes = usize::try_from(bytes).unwrap_or(0).min(self.rest.len());
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let (first, rest) = self.rest.split_first()?;
            self.rest = rest;
            return Some(match first {
                b'{' => Token::Open,
                b'}' => Token::Close,
                b'\r' | b'\n' | 0 => continue,
                b'\t' => Token::Symbol("\t"),
                b'\\' => self.control()?,
                byte => Token::Byte(*byte),
            });
        }
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let letters = self.rest.iter().take(32).take_while(|b| b.is_ascii_alphabetic()).count();
        let (word, after) = self.rest.split_at_checked(letters)?;
        if word.is_empty() {
            let (symbol, rest) = self.rest.split_first()?;
            self.rest = rest;
            return Some(match symbol {
                b'\'' => {
                    let digits = self.rest.get(..2).and_then(|two| std::str::from_utf8(two).ok());
                    let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
                    self.rest = self.rest.get(2..).unwrap_or_default();
                    byte.map_or(Token::Symbol(""), Token::Byte)
                }
                b'*' => Token::Star,
                b'~' => Token::Symbol("\u{a0}"),
                b'_' => Token::Symbol("\u{2011}"),
                b'\r' | b'\n' => Token::Symbol("\n"),
                b'{' | b'}' | b'\\' => Token::Byte(*symbol),
                _ => Token::Symbol(""),
            });
        }
        let digits = after.iter().take(11).enumerate();
        let digits = digits.take_while(|(place, b)| b.is_ascii_digit() || (*place == 0 && **b == b'-')).count();
        let (number, after) = after.split_at_checked(digits)?;
        // One space ends a control word and is not text.
        self.rest = after.strip_prefix(b" ").unwrap_or(after);
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
        Some(Token::Word(std::str::from_utf8(word).ok()?, number))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn read(rtf: &str) -> String {
        text(rtf.as_bytes(), 100_000)
    }

    #[test]
    fn paragraphs_and_accents_are_read() {
        assert_eq!(
            read(
                "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}\\f0 Cher confr\\'e8re,\\par\r\nM. Lampion\\tab va bien.\\par}"
            ),
            "Cher confrère,\nM. Lampion\tva bien.\n"
        );
    }

    #[test]
    fn unicode_stands_in_for_its_fallback() {
        assert_eq!(read("{\\rtf1\\uc1 \\u339?uvre \\u8364?{\\uc2 \\u233ab}\\uc0 \\u233 fin}"), "œuvre €ééfin");
        assert_eq!(read("{\\rtf1 \\u-10179?\\u-8704?}"), "😀");
    }

    #[test]
    fn pictures_objects_and_hidden_text_are_skipped() {
        assert_eq!(
            read(
                "{\\rtf1 a{\\pict\\bin4 }}}}}b{\\*\\objdata 4142}{\\object{\\objdata 00}}{\\v cach\\'e9}c{\\field{\\*\\fldinst HYPERLINK}{\\fldrslt lien}}}"
            ),
            "abclien"
        );
    }

    #[test]
    fn tables_are_cells_and_rows() {
        assert_eq!(read("{\\rtf1 Na\\cell 140\\cell\\row K\\cell 4,2\\cell\\row}"), "Na \t140 \t\nK \t4,2 \t\n");
    }

    #[test]
    fn broken_and_deep_ones_end() {
        for rtf in
            ["{\\rtf1", "{\\rtf1 \\'", "{\\rtf1 \\'zz}", "{\\rtf1 \\bin99999999999}", "}}}", "{\\rtf1 \\u}", "\\"]
        {
            let _ = read(rtf);
        }
        let deep = format!("{{\\rtf1 {}a", "{".repeat(1_000_000));
        assert_eq!(text(deep.as_bytes(), 1000), "");
        assert!(text("{\\rtf1 ".to_owned().as_bytes(), 0).is_empty());
    }
}
