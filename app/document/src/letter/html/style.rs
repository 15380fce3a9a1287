//! What attributes say about a text: hidden, struck out, quoted, a signature. Style sheets are not read; mail programs
//! and hospital software write styles into the tags.

use super::tokens::Tag;

/// How an element sets its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// Never shown.
    pub hidden: bool,
    /// `Some(true)`: letters of no size, unless an element inside says otherwise.
    pub sizeless: Option<bool>,
    /// A line through it.
    pub struck: bool,
    /// Line ends of the source count.
    pub keeps_lines: bool,
    /// Word and Outlook set their paragraphs without a space between them.
    pub tight: bool,
    /// An item of a list as Word writes it.
    pub word_item: bool,
    /// The part of a mail that names who writes.
    pub signature: bool,
    /// What is answered to, as mail programs mark it.
    pub cited: bool,
    /// A line at its left, as some programs show a quotation.
    pub lined: bool,
    /// Only moved to the right.
    pub indented: bool,
    /// A `div` that holds what is answered to, without a `blockquote`.
    pub quoting: bool,
}

impl Style {
    /// Whether a `span` set so is to be remembered.
    pub fn matters_in_a_line(self) -> bool {
        self.hidden || self.sizeless.is_some() || self.struck || self.keeps_lines || self.signature
    }
}

/// Reads the attributes of a start tag.
pub(super) fn read(tag: &Tag) -> Style {
    let mut style = Style { hidden: tag.get("hidden").is_some(), ..Style::default() };
    if let Some(css) = tag.get("style") {
        of_css(&css, &mut style);
    }
    let class = tag.get("class").unwrap_or_default();
    let id = tag.get("id").unwrap_or_default();
    let has = |names: &[&str]| class.split_ascii_whitespace().chain([id.as_str()]).any(|word| names.contains(&word));
    style.tight |= class.split_ascii_whitespace().any(|c| {
        c.starts_with("msonormal")
            || c.starts_with("msoplaintext")
            || c.starts_with("xmsonormal")
            || c.starts_with("x_msonormal")
    });
    style.word_item |= class.split_ascii_whitespace().any(|c| c.contains("msolistparagraph"));
    style.signature |= has(&[
        "gmail_signature",
        "moz-signature",
        "signature",
        "x_signature",
        "divtagdefaultwrapper_signature",
        "ms-outlook-mobile-signature",
        "applemailsignature",
        "protonmail_signature_block",
        "zimbra_signature",
        "roundcube_signature",
        "_rc_sig",
    ]);
    style.cited |= tag.get("type").is_some_and(|kind| kind == "cite")
        || tag.get("cite").is_some()
        || has(&["gmail_quote", "protonmail_quote", "moz-cite", "zmail_extra", "cite"]);
    style.quoting |= has(&["yahoo_quoted"]);
    style
}

/// Declarations of a `style` attribute.
fn of_css(css: &str, style: &mut Style) {
    for declaration in css.split(';').take(100) {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let value: String = value.chars().filter(|c| !c.is_whitespace()).collect();
        let value = value.strip_suffix("!important").unwrap_or(&value);
        match name.trim() {
            "display" => style.hidden |= value == "none",
            "visibility" => style.hidden |= value == "hidden" || value == "collapse",
            "mso-hide" => style.hidden |= value == "all",
            "opacity" | "max-height" => style.hidden |= is_zero(value),
            "font-size" => style.sizeless = Some(is_zero(value)),
            "text-decoration" | "text-decoration-line" => style.struck |= value.contains("line-through"),
            "white-space" => style.keeps_lines |= value.starts_with("pre") || value == "break-spaces",
            "mso-list" => style.word_item |= value != "ignore" && value != "none",
            "border-left" => style.lined |= !value.starts_with("none") && !is_zero(value),
            "margin" | "margin-left" | "padding-left" => style.indented = true,
            _ => {}
        }
    }
}

/// `0`, `0px`, `0.0em`; not `0.9em`.
fn is_zero(value: &str) -> bool {
    let number: String = value.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    number.parse::<f32>().is_ok_and(|number| number == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn css(css: &str) -> Style {
        let mut style = Style::default();
        of_css(css, &mut style);
        style
    }

    #[test]
    fn what_is_hidden() {
        for hidden in [
            "display:none",
            "color:red; display : none !important",
            "visibility:hidden",
            "mso-hide:all",
            "opacity:0",
            "max-height:0px",
        ] {
            assert!(css(hidden).hidden, "{hidden}");
        }
        for shown in ["display:block", "opacity:0.9", "font-size:0.9em", "max-height:0.5em"] {
            assert!(!css(shown).hidden && css(shown).sizeless != Some(true), "{shown}");
        }
        assert_eq!(css("font-size:0").sizeless, Some(true));
    }

    #[test]
    fn a_quotation_and_an_indentation() {
        assert!(css("margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex").lined);
        let indented = css("margin:0 0 0 40px;border:none;padding:0px");
        assert!(indented.indented && !indented.lined);
    }
}
