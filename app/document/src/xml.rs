//! XML as a bounded tree. No entity but the five of the standard and character references, no document type, no
//! name space resolution: CDA and ebRIM are told by local names.

use encoding_rs::{Encoding, UTF_8};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use crate::error::Refusal;
use crate::limits::{XML_DEPTH, XML_NODES};

/// An element, its attributes and what is in it. Names are local names.
#[derive(Default)]
pub(crate) struct Element {
    pub(crate) name: Box<str>,
    attributes: Vec<(Box<str>, Box<str>)>,
    pub(crate) nodes: Vec<Node>,
}

pub(crate) enum Node {
    Element(Element),
    Text(String),
}

/// Reads a document. Refuses one that declares a document type: health documents have none, and everything that XML can
/// do to a reader (entities that multiply, files fetched from elsewhere) begins there.
pub(crate) fn parse(bytes: &[u8]) -> Result<Element, Refusal> {
    let text = decode(bytes);
    let mut reader = Reader::from_str(&text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut nodes = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_| Refusal::Broken)?;
        nodes += 1;
        if nodes > XML_NODES {
            return Err(Refusal::TooLarge);
        }
        match event {
            Event::Start(start) => {
                if open.len() >= XML_DEPTH {
                    return Err(Refusal::TooLarge);
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => close(element(&start)?, &mut open, &mut root)?,
            Event::End(_) => {
                let element = open.pop().ok_or(Refusal::Broken)?;
                close(element, &mut open, &mut root)?;
            }
            Event::Text(text) => add(&mut open, &text.xml10_content()),
            Event::CData(text) => add(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => add(&mut open, character.encode_utf8(&mut [0; 4])),
                Ok(None) => match quick_xml::escape::resolve_predefined_entity(&reference) {
                    Some(text) => add(&mut open, text),
                    None => return Err(Refusal::Broken),
                },
                Err(_) => return Err(Refusal::Broken),
            },
            Event::DocType(_) => return Err(Refusal::Broken),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    if open.is_empty() { root.ok_or(Refusal::Broken) } else { Err(Refusal::Broken) }
}

/// The local name of the root element, from the first bytes of a document; none if they are not XML.
pub(crate) fn root_name(bytes: &[u8]) -> Option<String> {
    const ENOUGH: usize = 64 * 1024;
    let text = decode(bytes.get(..ENOUGH.min(bytes.len()))?);
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if !text.starts_with('<') {
        return None;
    }
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) => return Some(start.local_name().as_ref().to_owned()),
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The text of a document in the encoding its mark or declaration names; UTF-8 otherwise.
fn decode(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    let declared = || {
        let start = String::from_utf8_lossy(bytes.get(..200.min(bytes.len())).unwrap_or_default()).into_owned();
        let declaration = start.split_once("?>").filter(|(before, _)| before.contains("<?xml"))?.0.to_owned();
        let (_, after) = declaration.split_once("encoding")?;
        let name = after.split(['"', '\'']).nth(1)?;
        Encoding::for_label(name.as_bytes())
    };
    let encoding = Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or_else(declared).unwrap_or(UTF_8);
    encoding.decode(bytes).0
}

fn element(start: &BytesStart<'_>) -> Result<Element, Refusal> {
    let mut attributes = Vec::new();
    // Checks for doubles compare every pair: a thousand attributes would be a million comparisons.
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| Refusal::Broken)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Refusal::Broken)?;
        attributes.push((attribute.key.local_name().as_ref().into(), value.as_ref().into()));
    }
    Ok(Element { name: start.local_name().as_ref().into(), attributes, nodes: Vec::new() })
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), Refusal> {
    match open.last_mut() {
        Some(parent) => parent.nodes.push(Node::Element(element)),
        None if root.is_none() => *root = Some(element),
        None => return Err(Refusal::Broken),
    }
    Ok(())
}

fn add(open: &mut [Element], text: &str) {
    let Some(parent) = open.last_mut() else { return };
    match parent.nodes.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ => parent.nodes.push(Node::Text(text.to_owned())),
    }
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| &**key == name).map(|(_, value)| &**value)
    }

    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |element| &*element.name == name)
    }

    pub(crate) fn first(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| &*element.name == name)
    }

    /// The first element down a path of first elements.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.first(name))
    }

    /// All text within, as it stands.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.collect(&mut text);
        text
    }

    fn collect(&self, into: &mut String) {
        for node in &self.nodes {
            match node {
                Node::Element(element) => element.collect(into),
                Node::Text(text) => into.push_str(text),
            }
        }
    }

    /// All text within, in one line.
    pub(crate) fn line(&self) -> String {
        one_line(&self.text())
    }

    /// The elements within, at any depth, in order, itself first.
    pub(crate) fn descendants(&self) -> Descendants<'_> {
        Descendants { next: vec![self] }
    }
}

/// White space runs into one space; none at the ends.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_ascii_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

pub(crate) struct Descendants<'a> {
    next: Vec<&'a Element>,
}

impl<'a> Iterator for Descendants<'a> {
    type Item = &'a Element;

    fn next(&mut self) -> Option<&'a Element> {
        let element = self.next.pop()?;
        let place = self.next.len();
        self.next.extend(element.elements());
        if let Some(added) = self.next.get_mut(place..) {
            added.reverse();
        }
        Some(element)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn refusal(text: &str) -> Refusal {
        parse(text.as_bytes()).err().unwrap()
    }

    #[test]
    fn elements_attributes_and_text_are_read_by_local_name() {
        let root = parse(
            "<?xml version=\"1.0\"?><h:a xmlns:h='urn:x' b='1 &amp; 2'>un<h:c/> &lt;deux&#233; <![CDATA[<t>]]></h:a>"
                .as_bytes(),
        )
        .unwrap();
        assert_eq!(&*root.name, "a");
        assert_eq!(root.attribute("b"), Some("1 & 2"));
        assert_eq!(root.line(), "un <deuxé <t>");
        assert!(root.first("c").is_some());
    }

    #[test]
    fn the_declared_encoding_is_followed() {
        let root = parse(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>S\xE9raphin</a>").unwrap();
        assert_eq!(root.text(), "Séraphin");
        let wide: Vec<u8> = "\u{feff}<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(parse(&wide).unwrap().text(), "é");
    }

    #[test]
    fn entities_are_never_expanded() {
        // A billion laughs, small and large.
        let mut laughs = String::from("<!DOCTYPE a [<!ENTITY l0 \"ha\">");
        for n in 1..30 {
            laughs.push_str(&format!("<!ENTITY l{n} \"&l{};&l{};\">", n - 1, n - 1));
        }
        laughs.push_str("]><a>&l29;</a>");
        assert_eq!(refusal(&laughs), Refusal::Broken);
        assert_eq!(refusal("<a>&l29;</a>"), Refusal::Broken);
        assert_eq!(refusal("<a b='&l29;'/>"), Refusal::Broken);
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for text in [
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
            "<!DOCTYPE a SYSTEM \"http://127.0.0.1/x.dtd\"><a/>",
            "<!DOCTYPE a [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]><a/>",
        ] {
            assert_eq!(refusal(text), Refusal::Broken, "{text}");
        }
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = format!("{}{}", "<a>".repeat(200_000), "</a>".repeat(200_000));
        assert_eq!(refusal(&deep), Refusal::TooLarge);
        let wide = format!("<a>{}</a>", "<b/>".repeat(XML_NODES));
        assert_eq!(refusal(&wide), Refusal::TooLarge);
        let allowed = format!("{}{}", "<a>".repeat(XML_DEPTH), "</a>".repeat(XML_DEPTH));
        assert!(parse(allowed.as_bytes()).is_ok());
    }

    #[test]
    fn what_stops_too_early_or_does_not_close_is_broken() {
        for text in ["", "texte", "<a>", "<a><b></a>", "</a>", "<a/><b/>", "<a b=>", "<a>&#0;</a>", "<a>&#xD800;</a>"] {
            assert_eq!(refusal(text), Refusal::Broken, "{text}");
        }
    }

    #[test]
    fn descendants_come_in_order() {
        let root = parse(b"<a><b><c/></b><d/></a>").unwrap();
        let names: Vec<&str> = root.descendants().map(|e| &*e.name).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
    }
}
