//! The answer to reset says which card this is, before a single command (ISO 7816-3 clause 8).
//!
//! Contact CPS cards share the historical bytes `00 12 25 00 64 80`; what follows tells the family. They are
//! compared on the historical bytes, not on the whole ATR: interface bytes change with the chip's batch.

/// What was put into the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// CPS3, contacts (IAS-ECC, T=0).
    Cps3,
    /// CPS3 or later through its antenna: no PIN there, not for this desk.
    Cps3Contactless,
    /// CPS4, contacts (ChipDoc, logical channel 1).
    Cps4,
    /// CPS2ter, the generation before: its dialect is retired.
    Cps2ter,
    /// A patient's Carte Vitale.
    Vitale,
    /// A bank card. Never said from an ATR: see [`Card::open`](crate::Card::open).
    Bank,
    /// A card that answers but is none of the above.
    Unknown,
    /// No ATR, or bytes that are none: upside down, dirty or broken.
    Mute,
}

/// Historical bytes that every contact card of the issuer begins with.
const ISSUER: [u8; 6] = [0x00, 0x12, 0x25, 0x00, 0x64, 0x80];

/// Historical bytes of the contactless CPS3.
const CONTACTLESS: &[u8] = &[0x00, 0x31, 0xB8, 0x64, 0x04, 0xB0, 0xEC, 0xC1, 0x73, 0x94, 0x01, 0x80, 0x82, 0x90, 0x00];

/// Says what an ATR belongs to. [`Kind::Unknown`] is worth asking further, every other answer is final.
#[must_use]
pub fn recognise(atr: &[u8]) -> Kind {
    let Some(history) = historical_bytes(atr) else {
        return Kind::Mute;
    };
    if history == CONTACTLESS {
        return Kind::Cps3Contactless;
    }
    match history.strip_prefix(&ISSUER) {
        Some([0x82, ..]) => Kind::Cps2ter,
        Some([0x00, 0x03, ..]) => Kind::Cps3,
        // `04 01 …` on the first series, `00 04 …` on the later one.
        Some([0x04, ..] | [0x00, 0x04, ..]) => Kind::Cps4,
        Some(_) => Kind::Unknown,
        None if is_vitale(atr, history) => Kind::Vitale,
        None => Kind::Unknown,
    }
}

/// Cartes Vitale of the public list of pcsc-tools: `3B 75 13 00 00` with `4x 09 .A 90 00`, and the first
/// generation, `3F 65 25 00` with a mask number, `09`, `x9` or `xA`, `90 00`.
fn is_vitale(atr: &[u8], history: &[u8]) -> bool {
    match history {
        [mask, 0x09, chip, 0x90, 0x00] if atr.starts_with(&[0x3B, 0x75, 0x13, 0x00, 0x00]) => {
            mask & 0xF0 == 0x40 && chip & 0x0F == 0x0A
        }
        [0x22 | 0x2C, 0x09, 0x69 | 0xF9, 0x90, 0x00] | [0x52 | 0xA3 | 0xA4, 0x09, 0x6A, 0x90, 0x00] => {
            atr.starts_with(&[0x3F, 0x65, 0x25, 0x00])
        }
        _ => false,
    }
}

/// The historical bytes of a well-formed ATR; `None` when these bytes are no ATR.
fn historical_bytes(atr: &[u8]) -> Option<&[u8]> {
    let (&initial, rest) = atr.split_first()?;
    // Direct and inverse convention. Everything else is noise.
    if !matches!(initial, 0x3B | 0x3F) || atr.len() > 33 {
        return None;
    }
    let (&format, mut rest) = rest.split_first()?;
    let count = usize::from(format & 0x0F);
    let mut present = format >> 4;
    // TA, TB, TC announced by the high nibble, TD announcing the next round: four rounds fit in an ATR.
    while present != 0 {
        let bytes = present.count_ones() as usize;
        let (round, after) = rest.split_at_checked(bytes)?;
        rest = after;
        present = if present & 0x8 == 0 { 0 } else { round.last()? >> 4 };
    }
    rest.get(..count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hex(text: &str) -> Vec<u8> {
        crate::simulated::hex(text)
    }

    #[test]
    fn every_known_professional_card_is_recognised() {
        for (atr, kind) in [
            ("3BAC00402A001225006480000310009000", Kind::Cps3),
            ("3BAC00402A001225006480820212009000", Kind::Cps2ter),
            ("3B8F80010031B86404B0ECC17394018082 90000E", Kind::Cps3Contactless),
            ("3B9B188001001225006480040100009044", Kind::Cps4),
            ("3B9B188001001225006480000401009044", Kind::Cps4),
            ("3BDC18FF0000122500648000040100 9000", Kind::Cps4),
        ] {
            assert_eq!(recognise(&hex(atr)), kind, "{atr}");
        }
    }

    #[test]
    fn every_vitale_of_the_public_list_is_recognised_and_its_neighbours_are_not() {
        for atr in [
            "3B7513000043 09EA9000",
            "3B7513000044 09EA9000",
            "3B7513000045 09EA9000",
            "3B7513000045 09FA9000",
            "3B7513000046 09EA9000",
            "3B7513000049 09EA9000",
            "3F65250022 09699000",
            "3F6525002C 09F99000",
            "3F65250052 096A9000",
            "3F652500A3 096A9000",
            "3F652500A4 096A9000",
        ] {
            assert_eq!(recognise(&hex(atr)), Kind::Vitale, "{atr}");
        }
        // Cyberflex Access, Bull Scot 5, a pirate pay-TV card: their neighbours in the list.
        for atr in ["3B751300009C02020102", "3F6525002B09EB9000", "3F65250053436890 00"] {
            assert_eq!(recognise(&hex(atr)), Kind::Unknown, "{atr}");
        }
    }

    #[test]
    fn a_professional_card_of_a_later_series_is_asked_not_refused() {
        assert_eq!(recognise(&hex("3BAC00402A001225006480000510009000")), Kind::Unknown);
    }

    #[test]
    fn nothing_and_noise_are_a_mute_card() {
        for atr in ["", "3B", "00", "FFFF", "3BAC0040", "3BFFFFFFFFFFFFFF"] {
            assert_eq!(recognise(&hex(atr)), Kind::Mute, "{atr}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_kind_and_only_the_issuer_makes_a_cps(atr in proptest::collection::vec(any::<u8>(), 0..40)) {
            let kind = recognise(&atr);
            if matches!(kind, Kind::Cps3 | Kind::Cps4 | Kind::Cps2ter) {
                prop_assert!(atr.windows(6).any(|six| six == ISSUER));
            }
        }
    }
}
