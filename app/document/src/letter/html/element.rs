//! Elements, by what they do to a text.

/// What an element does to the text around and inside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing: it is in the line.
    Inline,
    /// Stands in lines of its own.
    Division,
    Paragraph,
    Heading,
    List,
    Item,
    Table,
    Row,
    Cell,
    /// `thead`, `tbody`, `tfoot`
    Rows,
    Preformatted,
    Quotation,
    /// A line through it.
    Struck,
    /// Small figures above or below the line.
    Raised,
    Lowered,
    /// Never shown.
    Hidden,
    Break,
    Rule,
    Picture,
    /// Has no content and no meaning here.
    Void,
    /// The page itself.
    Page,
}

/// The role of an element by its name.
pub(super) fn role(name: &[u8]) -> Role {
    match name {
        b"div" | b"section" | b"article" | b"center" | b"address" | b"form" | b"fieldset" | b"header" | b"footer"
        | b"main" | b"nav" | b"aside" | b"figure" | b"figcaption" | b"details" | b"summary" | b"dl" | b"dt" | b"dd"
        | b"legend" | b"dialog" | b"hgroup" | b"noscript" => Role::Division,
        b"p" => Role::Paragraph,
        b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Role::Heading,
        b"ul" | b"ol" | b"menu" | b"dir" => Role::List,
        b"li" => Role::Item,
        b"table" => Role::Table,
        b"tr" => Role::Row,
        b"td" | b"th" => Role::Cell,
        b"caption" => Role::Paragraph,
        b"thead" | b"tbody" | b"tfoot" | b"colgroup" => Role::Rows,
        b"pre" | b"listing" => Role::Preformatted,
        b"blockquote" => Role::Quotation,
        b"s" | b"strike" | b"del" => Role::Struck,
        b"sup" => Role::Raised,
        b"sub" => Role::Lowered,
        b"script" | b"style" | b"title" | b"textarea" | b"iframe" | b"noembed" | b"noframes" | b"xmp" | b"select"
        | b"svg" | b"object" | b"applet" | b"audio" | b"video" | b"canvas" | b"template" | b"datalist" | b"xml" => {
            Role::Hidden
        }
        b"br" => Role::Break,
        b"hr" => Role::Rule,
        b"img" => Role::Picture,
        b"input" | b"meta" | b"link" | b"wbr" | b"col" | b"area" | b"base" | b"basefont" | b"embed" | b"source"
        | b"track" | b"param" | b"frame" | b"image" => Role::Void,
        b"html" | b"head" | b"body" => Role::Page,
        _ => Role::Inline,
    }
}

impl Role {
    /// Ends a paragraph that is open.
    pub fn is_block(self) -> bool {
        !matches!(
            self,
            Role::Inline
                | Role::Struck
                | Role::Raised
                | Role::Lowered
                | Role::Hidden
                | Role::Break
                | Role::Picture
                | Role::Void
                | Role::Page
        )
    }

    /// End tags of elements inside do not close those outside.
    pub fn is_scope(self) -> bool {
        matches!(self, Role::Table | Role::Cell)
    }

    /// Belongs to a table.
    pub fn is_of_table(self) -> bool {
        matches!(self, Role::Table | Role::Row | Role::Cell | Role::Rows)
    }
}

/// Figures and signs above the line: `10<sup>9</sup>/L` is not `109/L`.
pub(super) fn raised(c: char) -> char {
    match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32('⁴' as u32 + (c as u32 - '4' as u32)).unwrap_or(c),
        '+' => '⁺',
        '-' | '−' | '–' => '⁻',
        '=' => '⁼',
        '(' => '⁽',
        ')' => '⁾',
        c => c,
    }
}

/// Figures and signs below the line.
pub(super) fn lowered(c: char) -> char {
    match c {
        '0'..='9' => char::from_u32('₀' as u32 + (c as u32 - '0' as u32)).unwrap_or(c),
        '+' => '₊',
        '-' | '−' | '–' => '₋',
        '=' => '₌',
        '(' => '₍',
        ')' => '₎',
        c => c,
    }
}

/// The mark of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct List {
    /// The number of the next item; `None` in a list without numbers.
    pub number: Option<u32>,
    /// `a.` `b.` instead of numbers.
    pub letters: bool,
    /// Lists around it.
    pub depth: u8,
}

impl List {
    /// The mark of the next item.
    pub fn mark(&mut self) -> String {
        match self.number {
            None if self.depth == 0 => "• ".to_owned(),
            None => "– ".to_owned(),
            Some(number) => {
                self.number = Some(number.saturating_add(1));
                let letter =
                    number.checked_sub(1).and_then(|n| u8::try_from(n).ok()).filter(|n| self.letters && *n < 26);
                match letter {
                    Some(letter) => format!("{}. ", char::from(b'a' + letter)),
                    None => format!("{number}. "),
                }
            }
        }
    }
}

/// What Word writes before an item: `·        `, `1.      `, `o   `. Its mark, and how long it is.
pub(super) fn word_mark(text: &str) -> Option<(String, usize)> {
    let space = |c: char| c == ' ' || c == '\u{a0}';
    let end = text.find(space)?;
    let mark = text.get(..end)?;
    let rest = text.get(end..)?;
    let length = end + (rest.len() - rest.trim_start_matches(space).len());
    let mut chars = mark.chars();
    let mark = match (chars.next()?, chars.next()) {
        ('·' | '•' | '§' | '●' | '▪' | '■' | '♦' | '\u{FFFD}' | 'Ø' | 'v' | '➢' | '✓', None) => {
            "• ".to_owned()
        }
        ('o' | '-' | '–' | '—' | '*', None) => "– ".to_owned(),
        _ if mark.chars().count() <= 6
            && mark.ends_with(['.', ')'])
            && mark.chars().all(|c| c.is_alphanumeric() || ".)(".contains(c)) =>
        {
            format!("{mark} ")
        }
        _ => return None,
    };
    Some((mark, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_above_and_below_the_line() {
        assert_eq!("0123456789+-".chars().map(raised).collect::<String>(), "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻");
        assert_eq!("0123456789".chars().map(lowered).collect::<String>(), "₀₁₂₃₄₅₆₇₈₉");
        assert_eq!("er".chars().map(raised).collect::<String>(), "er");
    }

    #[test]
    fn marks_of_word() {
        assert_eq!(word_mark("·\u{a0}\u{a0} Repos"), Some(("• ".into(), 7)));
        assert_eq!(word_mark("1)  Repos"), Some(("1) ".into(), 4)));
        assert_eq!(word_mark("Repos strict"), None);
    }
}
