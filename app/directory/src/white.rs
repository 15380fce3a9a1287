//! The white list of MSSanté: the domains of its operators, and no others.
//!
//! `listeblanchemssante.xml`, as the ANS publishes it (documented, `ansforge/MSS-liste-blanche`, 3.7 MB in 2025):
//!
//! ```xml
//! <ListeBlancheMSSante xmlns="https://listeblanche.mssante.fr/schema">
//!   <DateDeGeneration>2025-03-13T14:54:10Z</DateDeGeneration>
//!   <ListeDomaines>
//!     <Domaine><Nom>15-20.mssante.fr</Nom><Description>…</Description>
//!       <DNCertificatOperateur>CN=…</DNCertificatOperateur> <ResponsableContact/> <SupportContact/> <DateMAJ/></Domaine>
//! ```
//!
//! A domain has a row for each certificate of its operator, some names are in capitals, some have accents. The document
//! carries an XML signature, which is **not verified**: canonical XML and its signatures are a large thing to trust, and
//! the list comes over TLS from an address and an authority that are configured. What it decides is only whether a
//! message may be offered to the operator, who checks the list again.

use std::collections::HashSet;
use std::fmt;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::address;
use crate::error::Error;
use crate::fold::clean;

/// Bytes of a list: four times the one of 2026.
pub(crate) const LARGEST: usize = 20 << 20;
/// Rows of a list: the one of 2026 has 8,655.
const MOST_ROWS: usize = 200_000;
/// Elements inside each other; the list has four, its signature some more.
const DEEPEST: usize = 32;

/// The domains a message may go to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct WhiteList {
    domains: HashSet<Box<str>>,
    generated: String,
    skipped: usize,
}

/// An element, as far as this list cares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Domaine,
    Nom,
    Date,
    Other,
}

impl WhiteList {
    /// Reads the published document.
    ///
    /// No document type and no entity but the five of XML itself: a list has none, and they are how small documents
    /// become large. A row whose name is no domain is skipped and counted; everything else that is wrong refuses the
    /// document, since half a list would refuse half the country.
    ///
    /// # Errors
    /// [`Error::List`] with what is wrong, [`Error::TooLarge`].
    pub fn parse(xml: &[u8]) -> Result<Self, Error> {
        if xml.len() > LARGEST {
            return Err(Error::TooLarge);
        }
        let text = std::str::from_utf8(xml).map_err(|_| Error::List("not UTF-8"))?;
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        reader.config_mut().expand_empty_elements = true;
        let mut list = Self::default();
        let (mut open, mut said, mut rows) = (Vec::new(), String::new(), 0);
        loop {
            match reader.read_event().map_err(|_| Error::List("not well-formed XML"))? {
                Event::Start(start) => {
                    if open.len() >= DEEPEST {
                        return Err(Error::List("nested too deep"));
                    }
                    let element = Element::of(start.local_name().as_ref(), open.last().copied());
                    said.clear();
                    open.push(element);
                }
                Event::End(_) => match open.pop() {
                    Some(Element::Nom) => list.add(&said),
                    Some(Element::Date) if list.generated.is_empty() => list.generated = clean(&said, 40),
                    Some(Element::Domaine) => rows += 1,
                    _ => {}
                },
                Event::Text(text) if is_read(&open) => keep(&mut said, &text.xml10_content()),
                Event::CData(text) if is_read(&open) => keep(&mut said, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let found = match &*reference {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => reference.resolve_char_ref().ok().flatten(),
                    };
                    let character = found.ok_or(Error::List("it uses an entity of its own"))?;
                    if is_read(&open) {
                        keep(&mut said, character.encode_utf8(&mut [0; 4]));
                    }
                }
                Event::DocType(_) => return Err(Error::List("it has a document type")),
                Event::Eof if open.is_empty() => break,
                Event::Eof => return Err(Error::List("it ends too early")),
                _ => {}
            }
            if rows > MOST_ROWS {
                return Err(Error::TooLarge);
            }
        }
        if list.domains.is_empty() {
            return Err(Error::List("it names no domain"));
        }
        Ok(list)
    }

    /// A list written by hand.
    ///
    /// # Errors
    /// [`Error::Settings`] naming what is no domain, or for an empty list.
    pub fn of<D: AsRef<str>>(domains: impl IntoIterator<Item = D>) -> Result<Self, Error> {
        let mut list = Self::default();
        for domain in domains {
            let domain = domain.as_ref().trim();
            let canonical = address::canonical(domain)
                .ok_or_else(|| Error::Settings(format!("{} is not a mail domain", clean(domain, 60))))?;
            list.domains.insert(canonical.into());
        }
        if list.domains.is_empty() {
            return Err(Error::Settings("the list of mail domains is empty".to_owned()));
        }
        Ok(list)
    }

    /// Whether a domain is on the list: the whole of it, whatever its case; a domain says nothing of those below it.
    #[must_use]
    pub fn contains(&self, domain: &str) -> bool {
        address::canonical(domain).is_some_and(|domain| self.domains.contains(domain.as_str()))
    }

    /// Different domains on the list.
    #[must_use]
    pub fn len(&self) -> usize {
        self.domains.len()
    }

    /// Never true of a list that was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.domains.is_empty()
    }

    /// When the list says it was made (ISO 8601); empty if it does not.
    #[must_use]
    pub fn generated(&self) -> &str {
        &self.generated
    }

    /// Rows whose name is no domain.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    fn add(&mut self, name: &str) {
        match address::canonical(name.trim()) {
            Some(domain) => {
                self.domains.insert(domain.into());
            }
            None => self.skipped += 1,
        }
    }
}

impl Element {
    fn of(name: &str, parent: Option<Element>) -> Self {
        match (name, parent) {
            ("Domaine", _) => Element::Domaine,
            ("Nom", Some(Element::Domaine)) => Element::Nom,
            ("DateDeGeneration", _) => Element::Date,
            _ => Element::Other,
        }
    }
}

/// Whether the text here is one that is wanted.
fn is_read(open: &[Element]) -> bool {
    matches!(open.last(), Some(Element::Nom | Element::Date))
}

/// Keeps a piece of text, of which a domain has 253 bytes at most: one longer stays too long to be taken for a domain.
fn keep(said: &mut String, piece: &str) {
    if said.len() <= 512 {
        said.extend(piece.chars().take(512));
    }
}

impl fmt::Debug for WhiteList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WhiteList({} domains of {})", self.domains.len(), self.generated)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?><ListeBlancheMSSante xmlns="https://listeblanche.mssante.fr/schema">
    <DateDeGeneration>2025-03-13T14:54:10Z</DateDeGeneration>
    <ListeDomaines>"#;
    const TAIL: &str = r#"
    </ListeDomaines>
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:Reference URI=""/></ds:SignedInfo>
<ds:SignatureValue>bGEgc2lnbmF0dXJl</ds:SignatureValue></ds:Signature></ListeBlancheMSSante>"#;

    fn row(name: &str) -> String {
        format!(
            "\n<Domaine><Nom>{name}</Nom><Description>Domaine de l'h&#244;pital &amp; Cie</Description>\
             <DNCertificatOperateur>CN=smtp.{name},O=GIP,ST=Bouches-du-Rhône (13),C=FR</DNCertificatOperateur>\
             <ResponsableContact>08 10 61 50 50, a@b.fr\n</ResponsableContact><SupportContact/>\
             <DateMAJ>2025-03-13T14:54:10Z</DateMAJ></Domaine>"
        )
    }

    fn list(rows: &[&str]) -> Result<WhiteList, Error> {
        let rows: String = rows.iter().map(|name| row(name)).collect();
        WhiteList::parse(format!("{HEAD}{rows}{TAIL}").as_bytes())
    }

    fn why(xml: &str) -> String {
        WhiteList::parse(xml.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn the_published_shape_is_read_row_by_row() {
        let list =
            list(&["15-20.mssante.fr", "15-20.mssante.fr", " UC-CMP.mssante.fr\n", "hôpital.mssante.fr"]).unwrap();
        assert_eq!((list.len(), list.skipped()), (3, 0));
        assert_eq!(list.generated(), "2025-03-13T14:54:10Z");
        assert_eq!(format!("{list:?}"), "WhiteList(3 domains of 2025-03-13T14:54:10Z)");
        for domain in ["15-20.mssante.fr", "15-20.MSSANTE.FR", "uc-cmp.mssante.fr", "xn--hpital-ixa.mssante.fr"] {
            assert!(list.contains(domain), "{domain}");
        }
    }

    #[test]
    fn a_domain_is_on_the_list_whole_or_not_at_all() {
        let list = list(&["mss.test"]).unwrap();
        for domain in ["", "test", "x.mss.test", "xmss.test", "mss.test.", "mss.test.evil.fr", "mss.testx", "mss.test "]
        {
            assert!(!list.contains(domain), "{domain:?}");
        }
    }

    #[test]
    fn names_elsewhere_in_the_document_are_not_domains() {
        let xml =
            format!("{HEAD}<Nom>piege.fr</Nom><Operateur><Nom>autre.fr</Nom></Operateur>{}{TAIL}", row("mss.test"));
        let list = WhiteList::parse(xml.as_bytes()).unwrap();
        assert_eq!(list.len(), 1);
        assert!(!list.contains("piege.fr") && !list.contains("autre.fr"));
    }

    #[test]
    fn a_row_that_is_no_domain_is_skipped_and_counted() {
        let long = "a".repeat(5_000);
        let list = list(&["mss.test", "", "*.mssante.fr", "127.0.0.1", "a b.fr", "a&#10;b.fr", &long]).unwrap();
        assert_eq!((list.len(), list.skipped()), (1, 6));
    }

    #[test]
    fn prefixes_and_cdata_do_not_hide_a_name() {
        let xml =
            "<l:Liste xmlns:l='x'><l:Domaine><l:Nom><![CDATA[mss]]>.te&#115;t<!-- x --></l:Nom></l:Domaine></l:Liste>";
        assert!(WhiteList::parse(xml.as_bytes()).unwrap().contains("mss.test"));
    }

    #[test]
    fn a_billion_laughs_are_not_laughed() {
        let bomb = r#"<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "mss.test"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
            <l><Domaine><Nom>&b;</Nom></Domaine></l>"#;
        assert_eq!(why(bomb), "the white list cannot be used: it has a document type");
        let reference = "<l><Domaine><Nom>&b;</Nom></Domaine></l>";
        assert_eq!(why(reference), "the white list cannot be used: it uses an entity of its own");
        let external = r#"<!DOCTYPE l SYSTEM "file:///etc/passwd"><l><Domaine><Nom>mss.test</Nom></Domaine></l>"#;
        assert_eq!(why(external), "the white list cannot be used: it has a document type");
    }

    #[test]
    fn half_a_list_is_no_list() {
        let whole = format!("{HEAD}{}{TAIL}", row("mss.test"));
        assert!(WhiteList::parse(whole.as_bytes()).is_ok());
        for (xml, reason) in [
            (whole.split_once("<ds:Signature").unwrap().0, "it ends too early"),
            (whole.split_once("</Nom>").unwrap().0, "it ends too early"),
            (whole.get(..whole.len() - 5).unwrap(), "not well-formed XML"),
            ("<html><body>Maintenance</body></html>", "it names no domain"),
            ("<html><br></html>", "not well-formed XML"),
            ("", "it names no domain"),
            ("Bonjour", "it names no domain"),
        ] {
            assert_eq!(why(xml), format!("the white list cannot be used: {reason}"), "{xml}");
        }
        assert!(matches!(WhiteList::parse(b"<l>\xff</l>"), Err(Error::List("not UTF-8"))));
    }

    #[test]
    fn depth_and_size_have_an_end() {
        assert_eq!(why(&"<a>".repeat(100_000)), "the white list cannot be used: nested too deep");
        assert!(matches!(WhiteList::parse(&vec![b' '; LARGEST + 1]), Err(Error::TooLarge)));
    }

    #[test]
    fn ten_thousand_rows_are_read_at_once() {
        let names: Vec<String> = (0..10_000).map(|n| format!("hopital-{n}.mssante.fr")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let start = std::time::Instant::now();
        let list = list(&names).unwrap();
        assert_eq!(list.len(), 10_000);
        assert!(list.contains("hopital-9999.mssante.fr") && !list.contains("hopital-10000.mssante.fr"));
        assert!(start.elapsed() < std::time::Duration::from_secs(5));
    }

    #[test]
    fn a_list_written_by_hand_must_be_of_domains() {
        assert!(WhiteList::of(["mss.test", " Licorne.MSS.test "]).unwrap().contains("licorne.mss.test"));
        assert!(matches!(WhiteList::of(["mss.test", "a@b.fr"]), Err(Error::Settings(_))));
        assert!(matches!(WhiteList::of(Vec::<String>::new()), Err(Error::Settings(_))));
    }
}
