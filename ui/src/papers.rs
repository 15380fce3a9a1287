//! What is said of a document in one line: its kind and size.

use crate::{PaperFacts, PaperKind};
use flow::{DocumentKind, DocumentLine, Language};

/// What the pages say of this document.
pub(crate) fn facts(line: &DocumentLine, language: Language) -> PaperFacts {
    let (size, millions) = size(line.size, language);
    PaperFacts { kind: map_kind(line.kind), ending: line.ending.as_str().into(), size: size.into(), millions }
}

pub(crate) fn map_kind(kind: DocumentKind) -> PaperKind {
    match kind {
        DocumentKind::Pdf => PaperKind::Pdf,
        DocumentKind::Image => PaperKind::Image,
        DocumentKind::Text => PaperKind::Text,
        DocumentKind::Structured => PaperKind::Structured,
        DocumentKind::Biology => PaperKind::Biology,
        DocumentKind::Message => PaperKind::Message,
        DocumentKind::Other => PaperKind::Other,
    }
}

/// A size in thousands of bytes, or in millions with one decimal (`true`); nothing for nothing.
pub(crate) fn size(bytes: u64, language: Language) -> (String, bool) {
    if bytes == 0 {
        return (String::new(), false);
    }
    let thousands = bytes.div_ceil(1_000);
    if thousands < 1_000 {
        return (thousands.to_string(), false);
    }
    let tenths = (bytes + 50_000) / 100_000;
    let comma = match language {
        Language::French => ',',
        Language::English => '.',
    };
    let (whole, tenth) = (tenths / 10, tenths % 10);
    // From ten on, nobody counts tenths.
    if whole >= 10 || tenth == 0 { (whole.to_string(), true) } else { (format!("{whole}{comma}{tenth}"), true) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_and_never_nothing() {
        let french = |bytes| size(bytes, Language::French);
        assert_eq!(french(0), (String::new(), false));
        assert_eq!(french(1), ("1".into(), false));
        assert_eq!(french(212_000), ("212".into(), false));
        assert_eq!(french(212_001), ("213".into(), false));
        assert_eq!(french(999_001), ("1".into(), true));
        assert_eq!(french(1_250_000), ("1,3".into(), true));
        assert_eq!(size(1_250_000, Language::English), ("1.3".into(), true));
        assert_eq!(french(25_400_000), ("25".into(), true));
    }
}
