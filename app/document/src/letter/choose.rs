//! Which parts of a message are its text, and which came with it.

use super::mime::Part;

/// A text to be shown, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// One part.
    One(usize),
    /// The same text twice (`multipart/alternative`): plain, and HTML. Which is better is seen once both are read.
    Either { plain: Vec<usize>, html: Vec<usize> },
}

/// What the parts of a message are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    pub texts: Vec<Text>,
    /// Parts that came with the letter, and whether they belong into the text.
    pub attachments: Vec<(usize, bool)>,
    /// `message/delivery-status` or `message/disposition-notification`.
    pub report: Option<usize>,
    /// The message that a report is about, or its header.
    pub original: Option<usize>,
    /// `multipart/signed` of S/MIME: the signed part and the signature.
    pub signed: Option<(usize, usize)>,
    /// The whole message is in that `multipart/signed`.
    pub signed_whole: bool,
    /// `multipart/signed` of OpenPGP, or of something else.
    pub signed_otherwise: bool,
    /// `application/pkcs7-mime`, opaque: signed or encrypted.
    pub opaque: Option<usize>,
    /// Encrypted by S/MIME or OpenPGP.
    pub encrypted: bool,
}

/// Looks through all parts, from the root on.
pub(super) fn choose(parts: &[Part]) -> Chosen {
    let mut chosen = Chosen::default();
    Walk { parts, chosen: &mut chosen }.part(0, false);
    chosen
}

/// `application/pkcs7-mime`, under both of its names.
pub(super) fn is_pkcs7(media: &str) -> bool {
    matches!(media, "application/pkcs7-mime" | "application/x-pkcs7-mime")
}

fn is_pkcs7_signature(media: &str) -> bool {
    matches!(media, "application/pkcs7-signature" | "application/x-pkcs7-signature")
}

struct Walk<'a> {
    parts: &'a [Part],
    chosen: &'a mut Chosen,
}

impl Walk<'_> {
    /// `related`: in a `multipart/related`, but not its root.
    fn part(&mut self, index: usize, related: bool) {
        let Some(part) = self.parts.get(index) else { return };
        if !part.is_multipart() {
            return self.leaf(index, part, related);
        }
        match part.media.as_str() {
            "multipart/alternative" => self.alternative(part),
            "multipart/related" => self.related(part),
            "multipart/signed" => self.signed(index, part),
            "multipart/encrypted" => {
                self.chosen.encrypted = true;
                // The first part only says how.
                part.children.iter().skip(1).for_each(|child| self.chosen.attachments.push((*child, false)));
            }
            "multipart/report" => self.report(part),
            _ => part.children.iter().for_each(|child| self.part(*child, related)),
        }
    }

    fn leaf(&mut self, index: usize, part: &Part, related: bool) {
        if is_pkcs7(&part.media) {
            match part.detail.as_deref().map(str::to_ascii_lowercase).as_deref() {
                Some("certs-only") => {}
                Some("enveloped-data" | "authenveloped-data") => {
                    // Inside of something else it is an attachment like any other.
                    self.chosen.encrypted |= index == 0;
                }
                _ if index == 0 => self.chosen.opaque = Some(index),
                _ => {}
            }
        }
        if part.media == "application/applefile" {
            // What a Macintosh kept beside a file.
            return;
        }
        if is_text(part) && !related && self.is_body(index, part) {
            self.chosen.texts.push(Text::One(index));
        } else if part.body.is_empty() && part.name.is_none() {
            // Nothing: not even a name.
        } else {
            self.chosen
                .attachments
                .push((index, related || (part.id.is_some() && part.media.starts_with("image/") && !part.attached)));
        }
    }

    /// A text without a name is read. The first one may have a name: some programs give one to every part.
    fn is_body(&self, index: usize, part: &Part) -> bool {
        !part.attached
            && (part.name.is_none() || (self.chosen.texts.is_empty() && (index <= 1 || part.media == "text/html")))
    }

    fn related(&mut self, part: &Part) {
        let start = part.detail.as_deref().map(|start| start.trim_matches(['<', '>']));
        let root = part
            .children
            .iter()
            .copied()
            .find(|child| start.is_some() && self.parts.get(*child).is_some_and(|part| part.id.as_deref() == start))
            .or(part.children.first().copied());
        for child in &part.children {
            self.part(*child, Some(*child) != root);
        }
    }

    /// Everything but text is kept; of the texts, the last plain one and the last HTML one are the letter.
    fn alternative(&mut self, part: &Part) {
        let before = std::mem::take(&mut self.chosen.texts);
        let (mut plain, mut html) = (Vec::new(), Vec::new());
        for child in &part.children {
            self.part(*child, false);
            let texts: Vec<usize> =
                std::mem::take(&mut self.chosen.texts).into_iter().flat_map(Text::preferred).collect();
            let is_html = texts.iter().any(|text| self.parts.get(*text).is_some_and(|part| part.media == "text/html"));
            match (texts.is_empty(), is_html) {
                (true, _) => {}
                (false, true) => html = texts,
                (false, false) => plain = texts,
            }
        }
        self.chosen.texts = before;
        match (plain.is_empty(), html.is_empty()) {
            (true, _) => self.chosen.texts.extend(html.into_iter().map(Text::One)),
            (false, true) => self.chosen.texts.extend(plain.into_iter().map(Text::One)),
            (false, false) => self.chosen.texts.push(Text::Either { plain, html }),
        }
    }

    fn signed(&mut self, index: usize, part: &Part) {
        if let [content, signature, ..] = part.children.as_slice() {
            let media = self.parts.get(*signature).map(|part| part.media.as_str()).unwrap_or_default();
            if is_pkcs7_signature(media) && self.chosen.signed.is_none() {
                self.chosen.signed = Some((*content, *signature));
                self.chosen.signed_whole = index == 0;
            }
            self.chosen.signed_otherwise |= !is_pkcs7_signature(media);
        }
        for (place, child) in part.children.iter().enumerate() {
            let media = self.parts.get(*child).map(|part| part.media.as_str()).unwrap_or_default();
            // The signature is no document.
            if place == 0 || !(is_pkcs7_signature(media) || media == "application/pgp-signature") {
                self.part(*child, false);
            }
        }
    }

    fn report(&mut self, part: &Part) {
        for child in &part.children {
            let media = self.parts.get(*child).map(|part| part.media.as_str()).unwrap_or_default();
            match media {
                "message/delivery-status"
                | "message/global-delivery-status"
                | "message/disposition-notification"
                | "message/global-disposition-notification" => {
                    self.chosen.report.get_or_insert(*child);
                }
                "text/rfc822-headers" | "message/global-headers" => {
                    self.chosen.original.get_or_insert(*child);
                }
                "message/rfc822" | "message/global" => {
                    self.chosen.original.get_or_insert(*child);
                    self.part(*child, false);
                }
                _ => self.part(*child, false),
            }
        }
    }
}

impl Text {
    /// The parts to go on with where a choice stands inside of another one.
    fn preferred(self) -> Vec<usize> {
        match self {
            Text::One(part) => vec![part],
            Text::Either { html, .. } => html,
        }
    }
}

fn is_text(part: &Part) -> bool {
    matches!(part.media.as_str(), "text/plain" | "text/html" | "application/xhtml+xml")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::header::Header;
    use super::super::mime::parts;
    use super::*;

    fn chosen(raw: &str) -> Chosen {
        let (header, body) = Header::split(raw.as_bytes(), 1 << 20);
        choose(&parts(raw.as_bytes(), &header, body, true))
    }

    /// `multipart/KIND` of parts given as `type; parameters`, a `|` before further fields.
    fn multipart(kind: &str, inner: &[&str]) -> String {
        let parts: String =
            inner.iter().map(|part| format!("--b\nContent-Type: {}\n\nx\n", part.replace('|', "\n"))).collect();
        format!("Content-Type: multipart/{kind}; boundary=b\n\n{parts}--b--\n")
    }

    #[test]
    fn of_two_alternatives_both_are_read() {
        let chosen = chosen(&multipart("alternative", &["text/plain", "text/html", "text/calendar"]));
        assert_eq!(chosen.texts, [Text::Either { plain: vec![1], html: vec![2] }]);
        assert_eq!(chosen.attachments, [(3, false)]);
    }

    #[test]
    fn an_alternative_of_one_kind_is_no_choice() {
        assert_eq!(chosen(&multipart("alternative", &["text/html"])).texts, [Text::One(1)]);
        assert_eq!(chosen(&multipart("alternative", &["text/plain", "text/plain"])).texts, [Text::One(2)]);
    }

    #[test]
    fn texts_between_attachments_are_all_read() {
        let chosen =
            chosen(&multipart("mixed", &["text/plain", "application/pdf", "text/plain", "text/plain; name=a.txt"]));
        assert_eq!(chosen.texts, [Text::One(1), Text::One(3)]);
        assert_eq!(chosen.attachments, [(2, false), (4, false)]);
    }

    #[test]
    fn a_text_that_is_attached_is_a_document() {
        let chosen =
            chosen(&multipart("mixed", &["text/plain|Content-Disposition: attachment", "text/html; name=b.html"]));
        assert_eq!(chosen.texts, [Text::One(2)]);
        assert_eq!(chosen.attachments, [(1, false)]);
    }

    #[test]
    fn pictures_of_the_text_are_told_from_documents() {
        let chosen = chosen(&multipart("related", &["text/html", "image/png|Content-ID: <a>", "image/jpeg"]));
        assert_eq!(chosen.attachments, [(2, true), (3, true)]);
        let start = multipart("related; start=\"<b>\"", &["image/png|Content-ID: <a>", "text/html|Content-ID: <b>"]);
        assert_eq!(super::tests::chosen(&start).texts, [Text::One(2)]);
    }

    #[test]
    fn a_signature_is_no_document() {
        let chosen = chosen(&multipart(
            "signed; protocol=\"application/pkcs7-signature\"",
            &["text/plain", "application/pkcs7-signature; name=smime.p7s"],
        ));
        assert_eq!((chosen.signed, chosen.signed_whole), (Some((1, 2)), true));
        assert!(chosen.attachments.is_empty());
    }

    #[test]
    fn a_report_names_its_parts() {
        let chosen = chosen(&multipart("report", &["text/plain", "message/delivery-status", "message/rfc822"]));
        assert_eq!((chosen.report, chosen.original), (Some(2), Some(3)));
        assert_eq!(chosen.attachments, [(3, false)]);
    }

    #[test]
    fn what_is_encrypted_says_so() {
        assert!(
            chosen("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx").encrypted
        );
        assert!(chosen(&multipart("encrypted", &["application/pgp-encrypted", "application/octet-stream"])).encrypted);
        assert_eq!(chosen("Content-Type: application/pkcs7-mime; name=smime.p7m\n\nx").opaque, Some(0));
    }
}
