//! EF(AODF): the PIN, its reference and its padding (PKCS#15 v1.1 section 6.8).

use crate::pin::{PinFormat, USUAL_REFERENCE};
use crate::tlv::{self, Tag};

/// `PinFlags`, by bit number.
const UNBLOCKING: usize = 6;
const NEEDS_PADDING: usize = 5;

/// `pinReference [0]`.
const REFERENCE: Tag = 0x80;

/// Length of a filled block where the card says none, and the longest one believed.
const USUAL_STORED: usize = 8;
const LONGEST: usize = 16;

/// The form of the PIN that guards a key: the object whose identifier the key names, else the first PIN that
/// is not for unblocking.
pub(crate) fn pin(file: &[u8], guard: Option<&[u8]>) -> Option<PinFormat> {
    let pins = || super::objects(file).filter_map(|object| Some((object.id()?, read(object.attributes)?)));
    let named = guard.and_then(|guard| pins().find(|(id, _)| *id == guard));
    named.or_else(|| pins().next()).map(|(_, format)| format)
}

/// `pinFlags, pinType, minLength, storedLength, maxLength?, [0] reference?, padChar?`. `None` for a PIN that
/// unblocks or is not written in ASCII: guessing its form would cost a try.
fn read(attributes: &[u8]) -> Option<PinFormat> {
    let mut walk = tlv::walk(attributes);
    let first = |tag| tlv::walk(attributes).first(tag).map(|object| object.value);
    let flags = walk.first(tlv::BIT_STRING)?.value;
    // 1 ascii-numeric, 2 UTF-8: the same bytes for digits.
    let coding = first(tlv::ENUMERATED).and_then(tlv::integer).unwrap_or(1);
    if tlv::bit(flags, UNBLOCKING) || !matches!(coding, 1 | 2) {
        return None;
    }
    let stored = tlv::walk(attributes).filter(|object| object.tag == tlv::INTEGER).nth(1);
    let stored = stored
        .and_then(|object| usize::try_from(tlv::integer(object.value)?).ok())
        .filter(|length| (4..=LONGEST).contains(length))
        .unwrap_or(USUAL_STORED);
    let filling = first(tlv::OCTET_STRING).and_then(|filling| filling.first()).copied();
    // Flags that are an illegal BIT STRING say nothing: then a filling character speaks for padding.
    let padded = tlv::bit(flags, NEEDS_PADDING) || (flags.len() < 2 && filling.is_some());
    let reference = first(REFERENCE).and_then(tlv::integer).and_then(|reference| u8::try_from(reference).ok());
    Some(PinFormat {
        reference: reference.unwrap_or(USUAL_REFERENCE),
        padding: padded.then_some((stored, filling.unwrap_or(0xFF))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::{der, hex};

    /// A PIN object with the common attributes of a real card: illegal flags, guarded by the PUK.
    fn object(id: u8, attributes: &str) -> Vec<u8> {
        let common = hex("0C04436F6465 030108 040102");
        let kind = der(0xA1, &der(0x30, &hex(attributes)));
        der(0x30, &[der(0x30, &common), der(0x30, &[0x04, 0x01, id]), kind].concat())
    }

    #[test]
    fn the_pin_named_by_the_key_is_taken_not_the_first_one() {
        let file = [
            object(2, "03020234 0A0101 020108 020108 020108 800102 0401FF"),
            object(1, "0302020C 0A0101 020104 020108 020108 800101 0401FF"),
        ]
        .concat();
        let format = pin(&file, Some(&[1]));
        assert_eq!(format, Some(PinFormat { reference: 1, padding: Some((8, 0xFF)) }));
        assert_eq!(pin(&file, Some(&[2])).map(|format| format.reference), Some(2));
    }

    #[test]
    fn an_unblocking_code_is_never_taken_for_the_pin() {
        // Bit 6 of the flags set.
        let puk = object(2, "0302000E 0A0101 020108 020108 020108 800102 0401FF");
        assert_eq!(pin(&puk, None), None);
    }

    #[test]
    fn without_the_padding_flag_only_the_digits_are_sent() {
        let file = object(1, "03020308 0A0101 020104 020104 800101 0401FF");
        assert_eq!(pin(&file, None), Some(PinFormat { reference: 1, padding: None }));
    }

    #[test]
    fn flags_without_bits_leave_the_word_to_the_filling_character() {
        let file = object(1, "030108 0A0101 020104 020108 800101 040100");
        assert_eq!(pin(&file, None), Some(PinFormat { reference: 1, padding: Some((8, 0x00)) }));
    }

    #[test]
    fn a_pin_in_packed_digits_is_passed_over() {
        assert_eq!(pin(&object(1, "0302020C 0A0100 020104 020108 800101"), None), None);
    }
}
