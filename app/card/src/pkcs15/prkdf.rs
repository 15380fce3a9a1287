//! EF(PrKDF): the authentication key (PKCS#15 v1.1 section 6.3).

use crate::tlv;

/// `KeyUsageFlags`, by bit number.
const SIGN: usize = 2;
const NON_REPUDIATION: usize = 9;

/// The key that authenticates its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// Matches the certificate's.
    pub(crate) id: Vec<u8>,
    /// Identifier of the PIN that guards it.
    pub(crate) guard: Option<Vec<u8>>,
    /// The card's reference of the key; absent where the entry has none.
    pub(crate) reference: Option<u8>,
    /// Bytes of the modulus, and so of a signature.
    pub(crate) length: usize,
}

/// RSA 2048, which all CPS keys are.
const USUAL_BITS: u32 = 2048;

/// The first key with usage "sign" and without "non repudiation": the other one signs documents and is
/// never used to log in.
pub(crate) fn authentication_key(file: &[u8]) -> Option<Key> {
    super::objects(file).find_map(|object| {
        let usage = object.class.clone().first(tlv::BIT_STRING)?.value;
        if !tlv::bit(usage, SIGN) || tlv::bit(usage, NON_REPUDIATION) {
            return None;
        }
        let integer = |mut walk: tlv::Walk<'_>| tlv::integer(walk.first(tlv::INTEGER)?.value);
        let bits = integer(tlv::walk(object.attributes)).filter(|bits| (1024..=4096).contains(bits));
        Some(Key {
            id: object.id()?.to_vec(),
            guard: object.guard().map(<[u8]>::to_vec),
            reference: integer(object.class.clone()).and_then(|reference| u8::try_from(reference).ok()),
            length: usize::try_from(bits.unwrap_or(USUAL_BITS) / 8).ok()?,
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::simulated::{der, hex};

    /// The authentication entry of a real CPS3, its elided access rules filled in.
    fn authentication() -> Vec<u8> {
        hex("3059 302A 0C0C4350535F505249565F415554 030205E0 040101
             3013 3007 03020001 040101 3008 03030600 40 040101
             301F 040EE828BD080F8025000001FF001002 03020560 0101FF 030204B0 02020082
             A10A 3008 30020400 02020800")
    }

    fn signature() -> Vec<u8> {
        let class = der(0x30, &hex("040EE828BD080F8025000001FF001001 0303060040 0101FF 030204B0 02020081"));
        let common = der(0x30, &hex("0C0C4350535F505249565F534947 03020780 040101"));
        der(0x30, &[common, class, hex("A10A 3008 30020400 02020800")].concat())
    }

    #[test]
    fn the_authentication_key_is_found_behind_the_signature_key() {
        let key = authentication_key(&[signature(), authentication()].concat()).unwrap();
        assert_eq!(key.id, hex("E828BD080F8025000001FF001002"));
        assert_eq!((key.reference, key.length, key.guard), (Some(0x82), 256, Some(vec![1])));
    }

    #[test]
    fn a_card_with_only_a_signature_key_has_no_authentication_key() {
        assert_eq!(authentication_key(&signature()), None);
    }
}
