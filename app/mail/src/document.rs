//! How many documents a message carries, from its `BODYSTRUCTURE` (RFC 3501 section 7.4.2).

use crate::value::Value;

/// Deepest multipart looked into.
const DEEPEST: usize = 32;
/// Most parts looked at.
const PARTS: usize = 500;

/// Counts the documents; none when the structure was cut or goes beyond the limits.
///
/// `IHE_XDM.ZIP` and a PDF are two forms of one document (the PDF is made from the CDA in the archive, ECO.2.1.5), so
/// an archive only counts where no PDF stands beside it. Signatures, receipts and the text itself do not count.
pub(crate) fn count(structure: &Value<'_>) -> Option<u16> {
    let mut tally = Tally::default();
    tally.part(structure, 0)?;
    Some(tally.others + if tally.pdfs > 0 { tally.pdfs } else { tally.archives })
}

#[derive(Default)]
struct Tally {
    parts: usize,
    pdfs: u16,
    archives: u16,
    others: u16,
}

impl Tally {
    fn part(&mut self, part: &Value<'_>, depth: usize) -> Option<()> {
        self.parts += 1;
        if depth > DEEPEST || self.parts > PARTS {
            return None;
        }
        let fields = part.list()?;
        if matches!(fields.first(), Some(Value::List(_) | Value::Pruned)) {
            for inner in fields.iter().take_while(|v| matches!(v, Value::List(_) | Value::Pruned)) {
                self.part(inner, depth + 1)?;
            }
            return Some(());
        }
        self.leaf(fields);
        Some(())
    }

    fn leaf(&mut self, fields: &[Value<'_>]) {
        let word = |at: usize| fields.get(at).and_then(Value::bytes).unwrap_or_default().to_ascii_lowercase();
        let (kind, subtype) = (word(0), word(1));
        let parameters = fields.get(2).and_then(Value::list).unwrap_or_default();
        // The place of the disposition depends on the type; it is the list that starts with one of two words.
        let disposition = fields.iter().skip(7).filter_map(Value::list).find(|list| {
            list.first()
                .and_then(Value::bytes)
                .is_some_and(|w| w.eq_ignore_ascii_case(b"attachment") || w.eq_ignore_ascii_case(b"inline"))
        });
        let attached = disposition
            .and_then(|d| d.first())
            .and_then(Value::bytes)
            .is_some_and(|w| w.eq_ignore_ascii_case(b"attachment"));
        let named = parameter(parameters, b"name")
            .or_else(|| parameter(disposition?.get(1)?.list()?, b"filename"))
            .map(|name| name.to_ascii_lowercase());
        let name = named.as_deref().unwrap_or_default();
        match (kind.as_slice(), subtype.as_slice()) {
            (b"text", b"plain" | b"html" | b"enriched") if !attached => {}
            (b"message", b"disposition-notification" | b"delivery-status" | b"global-delivery-status") => {}
            (b"application", b"pkcs7-signature" | b"x-pkcs7-signature" | b"pgp-signature" | b"ms-tnef") => {}
            // Pictures of a signature block, referred to from the HTML.
            (b"image", _) if !attached => {}
            (_, b"pdf") => self.pdfs = self.pdfs.saturating_add(1),
            _ if name.ends_with(b".pdf") => self.pdfs = self.pdfs.saturating_add(1),
            _ if name == b"ihe_xdm.zip" => self.archives = self.archives.saturating_add(1),
            _ => self.others = self.others.saturating_add(1),
        }
    }
}

/// A parameter by its name, in one of the forms of RFC 2231 as well (`name*`, `name*0`).
fn parameter<'v>(list: &'v [Value<'_>], name: &[u8]) -> Option<&'v [u8]> {
    list.chunks_exact(2).find_map(|pair| match pair {
        [key, value] => {
            let key = key.bytes()?;
            let (start, rest) = key.split_at_checked(name.len())?;
            (start.eq_ignore_ascii_case(name) && (rest.is_empty() || rest.starts_with(b"*"))).then(|| value.bytes())?
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::value::values;
    use proptest::prelude::*;

    fn documents(structure: &str) -> Option<u16> {
        count(values(structure.as_bytes()).first().unwrap())
    }

    const TEXT: &str = "(\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 20 2 NIL NIL NIL NIL)";
    const HTML: &str = "(\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 20 2 NIL NIL NIL NIL)";
    const PDF: &str = "(\"application\" \"pdf\" (\"name\" \"CR.pdf\") NIL NIL \"base64\" 3000 NIL (\"attachment\" (\"filename\" \"CR.pdf\")) NIL NIL)";
    const XDM: &str = "(\"application\" \"zip\" (\"name\" \"IHE_XDM.ZIP\") NIL NIL \"base64\" 3000 NIL (\"attachment\" (\"filename\" \"IHE_XDM.ZIP\")) NIL NIL)";
    const NOTE: &str = "(\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" 20 2 NIL (\"ATTACHMENT\" (\"filename\" \"notes.txt\")) NIL NIL)";
    const MAIL: &str = "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 900 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) (\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1 NIL NIL NIL NIL) 3 NIL NIL NIL NIL)";

    #[test]
    fn documents_of_usual_messages() {
        assert_eq!(documents(TEXT), Some(0));
        assert_eq!(documents(&format!("({TEXT}{HTML} \"alternative\" (\"boundary\" \"x\") NIL NIL NIL)")), Some(0));
        assert_eq!(documents(&format!("({TEXT}{PDF} \"mixed\" (\"boundary\" \"x\") NIL NIL NIL)")), Some(1));
        assert_eq!(documents(&format!("({TEXT}{PDF}{XDM} \"mixed\" NIL NIL NIL NIL)")), Some(1));
        assert_eq!(documents(&format!("({TEXT}{XDM} \"mixed\" NIL NIL NIL NIL)")), Some(1));
        assert_eq!(
            documents(&format!(
                "(({TEXT}{HTML} \"alternative\" NIL NIL NIL NIL){PDF}{PDF}{NOTE}{MAIL} \"mixed\" NIL NIL NIL NIL)"
            )),
            Some(4)
        );
    }

    #[test]
    fn structures_beyond_the_limits_are_not_guessed() {
        let many = TEXT.repeat(501);
        assert_eq!(documents(&format!("({many} \"mixed\" NIL NIL NIL NIL)")), None);
        let deep = format!("{}{TEXT}{}", "(".repeat(35), " \"mixed\" NIL NIL NIL NIL)".repeat(35));
        assert_eq!(documents(&deep), None);
        let deeper = format!("{}{TEXT}{}", "(".repeat(5000), " \"mixed\" NIL NIL NIL NIL)".repeat(5000));
        assert_eq!(documents(&deeper), None);
        assert_eq!(documents("NIL"), None);
    }

    proptest! {
        #[test]
        fn any_structure_is_counted_without_panic(structure in "(\\(|\\)|NIL|\"pdf\"|\"name\"| |\"attachment\"|1){0,80}") {
            if let Some(value) = values(structure.as_bytes()).first() {
                let _ = count(value);
            }
        }
    }
}
