//! EF(TokenInfo): the number shown to people, and how the card names its algorithms (PKCS#15 v1.1
//! section 6.10).

use crate::file::{self, Want};
use crate::tlv::{self, Tag};

/// File identifier fixed by the standard.
pub(crate) const FILE: [u8; 2] = [0x50, 0x32];

/// `label [0] Label`, and `supportedAlgorithms [2]`.
const LABEL: Tag = 0x80;
const ALGORITHMS: Tag = 0xA2;

/// First bite: long enough for the label, short enough that no card answers "wrong length" to it.
const BITE: usize = 0x40;

/// PKCS#11 mechanism number of `CKM_RSA_PKCS`, with which TokenInfo names the algorithm.
const RSA_PKCS: u32 = 1;

/// Wants the file only as far as the label goes: the code screen waits for nothing else of it.
pub(crate) fn up_to_label(bytes: &[u8]) -> Want {
    if bytes.is_empty() {
        Want::Exactly(BITE)
    } else if label(bytes).is_some() {
        Want::Enough
    } else {
        file::one_object(bytes)
    }
}

/// The label, such as `CPS3v3-2600971845`, from what has been read of the file.
pub(crate) fn label(bytes: &[u8]) -> Option<&[u8]> {
    Some(tlv::walk(tlv::opening(bytes, tlv::SEQUENCE)?).first(LABEL)?.value)
}

/// The card's reference of "RSA, PKCS#1 v1.5, sign".
pub(crate) fn rsa_signature(bytes: &[u8]) -> Option<u8> {
    let algorithms = tlv::walk(tlv::opening(bytes, tlv::SEQUENCE)?).first(ALGORITHMS)?;
    algorithms.children().find_map(|algorithm| {
        let operations = algorithm.children().first(tlv::BIT_STRING)?.value;
        let mut integers = algorithm.children().filter(|object| object.tag == tlv::INTEGER);
        // reference, mechanism, …, reference on the card.
        let mechanism = tlv::integer(integers.nth(1)?.value)?;
        let reference = tlv::integer(integers.next()?.value)?;
        // Bit 1 of Operations: compute a signature.
        (mechanism == RSA_PKCS && tlv::bit(operations, 1)).then(|| u8::try_from(reference).ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::hex;

    const HEAD: &str = "3081D8 020100 0C0A415349502053414E5445 8011435053337633 2D32363030393731383435 030206C0";

    #[test]
    fn the_label_is_found_before_the_file_is_whole() {
        assert_eq!(label(&hex(HEAD)), Some(&b"CPS3v3-2600971845"[..]));
        assert!(matches!(up_to_label(&hex(HEAD)), Want::Enough));
        assert!(matches!(up_to_label(&hex("3081D8020100")), Want::Exactly(0xDB)));
    }

    #[test]
    fn the_signature_algorithm_is_told_from_deciphering_with_the_same_mechanism() {
        let decipher = "301A 020106 020101 0500 03020204 06092A864886F70D010101 02011A".replace(' ', "");
        let sign = "301A 020105 020101 0500 03020640 06092A864886F70D010101 020102".replace(' ', "");
        let file = hex(&format!("303D 020100 A238 {decipher}{sign}"));
        assert_eq!(rsa_signature(&file), Some(0x02));
    }
}
