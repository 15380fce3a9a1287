//! The ways a card can sign, and the blocks that are built on our side of the wire (RFC 8017).

use sha2::{Digest, Sha256, Sha384, Sha512};

/// A signature scheme, named as TLS names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5 with SHA-256: `rsa_pkcs1_sha256`, TLS 1.2 at most.
    Pkcs1Sha256,
    /// RSASSA-PKCS1-v1_5 with SHA-384: `rsa_pkcs1_sha384`.
    Pkcs1Sha384,
    /// RSASSA-PKCS1-v1_5 with SHA-512: `rsa_pkcs1_sha512`.
    Pkcs1Sha512,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256, salt of 32 bytes: `rsa_pss_rsae_sha256`. CPS4 only.
    PssSha256,
}

/// DER of `DigestInfo` up to the digest itself (RFC 8017 section 9.2, note 1).
const SHA256_PREFIX: &[u8] =
    &[0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
const SHA384_PREFIX: &[u8] =
    &[0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30];
const SHA512_PREFIX: &[u8] =
    &[0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40];

impl Scheme {
    /// The message's digest, with this scheme's hash.
    pub(crate) fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Pkcs1Sha256 | Self::PssSha256 => Sha256::digest(message).to_vec(),
            Self::Pkcs1Sha384 => Sha384::digest(message).to_vec(),
            Self::Pkcs1Sha512 => Sha512::digest(message).to_vec(),
        }
    }

    /// `DigestInfo` around a digest; `None` for PSS, which has none.
    pub(crate) fn digest_info(self, digest: &[u8]) -> Option<Vec<u8>> {
        let prefix = match self {
            Self::Pkcs1Sha256 => SHA256_PREFIX,
            Self::Pkcs1Sha384 => SHA384_PREFIX,
            Self::Pkcs1Sha512 => SHA512_PREFIX,
            Self::PssSha256 => return None,
        };
        Some([prefix, digest].concat())
    }

    /// The whole block of `length` bytes that a raw RSA operation turns into the signature; `None` when the
    /// modulus is too short for it.
    pub(crate) fn encode(self, digest: &[u8], length: usize) -> Option<Vec<u8>> {
        match self.digest_info(digest) {
            Some(info) => pkcs1(&info, length),
            None => pss_sha256(digest, length),
        }
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 section 9.2).
fn pkcs1(info: &[u8], length: usize) -> Option<Vec<u8>> {
    let padding = length.checked_sub(info.len())?.checked_sub(3)?;
    if padding < 8 {
        return None;
    }
    Some([&[0x00, 0x01][..], &vec![0xFF; padding], &[0x00], info].concat())
}

/// EMSA-PSS with SHA-256 and a 32-byte salt (RFC 8017 section 9.1.1), for a modulus of `8 · length` bits.
///
/// The salt is drawn from the digest itself. Note 4 of that section: security does not rest on a random salt
/// ("typical salt lengths are hLen and 0"); a fixed one keeps the crate free of a random generator.
fn pss_sha256(digest: &[u8], length: usize) -> Option<Vec<u8>> {
    const HASH: usize = 32;
    let salt = Sha256::new().chain_update(b"guichet pss salt").chain_update(digest).finalize();
    let hash = Sha256::new().chain_update([0; 8]).chain_update(digest).chain_update(salt).finalize();
    let zeros = length.checked_sub(2 * HASH + 2)?;
    let mut block = vec![0; zeros];
    block.push(0x01);
    block.extend_from_slice(&salt);
    for (byte, mask) in block.iter_mut().zip(mgf1(&hash)) {
        *byte ^= mask;
    }
    // The modulus has one bit more than the block may have.
    if let Some(first) = block.first_mut() {
        *first &= 0x7F;
    }
    block.extend_from_slice(&hash);
    block.push(0xBC);
    Some(block)
}

/// MGF1 with SHA-256 as an endless stream (RFC 8017 appendix B.2.1).
fn mgf1(seed: &[u8]) -> impl Iterator<Item = u8> {
    (0u32..).flat_map(move |counter| Sha256::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn a_pkcs1_block_fills_the_modulus_with_ff() {
        let digest = Scheme::Pkcs1Sha256.digest(b"abc");
        let block = Scheme::Pkcs1Sha256.encode(&digest, 256).unwrap();
        assert_eq!((block.len(), &block[..3]), (256, &[0x00, 0x01, 0xFF][..]));
        assert_eq!(block[256 - 52], 0x00);
        assert_eq!(&block[256 - 32..], &digest[..]);
    }

    #[test]
    fn a_pss_block_ends_with_bc_and_unmasks_to_its_salt() {
        let digest = Scheme::PssSha256.digest(b"abc");
        let block = Scheme::PssSha256.encode(&digest, 256).unwrap();
        assert_eq!((block.len(), block[0] & 0x80, block[255]), (256, 0, 0xBC));
        let (masked, rest) = block.split_at(256 - 33);
        let mut db: Vec<u8> = masked.iter().zip(mgf1(&rest[..32])).map(|(byte, mask)| byte ^ mask).collect();
        db[0] &= 0x7F;
        let (zeros, salt) = db.split_at(256 - 32 - 33);
        assert!(zeros[..zeros.len() - 1].iter().all(|byte| *byte == 0) && zeros.last() == Some(&1));
        let again = Sha256::new().chain_update([0; 8]).chain_update(&digest).chain_update(salt).finalize();
        assert_eq!(&rest[..32], &again[..]);
    }

    #[test]
    fn a_modulus_too_short_gives_no_block() {
        assert_eq!(Scheme::Pkcs1Sha512.encode(&[0; 64], 64), None);
        assert_eq!(Scheme::PssSha256.encode(&[0; 32], 48), None);
    }
}
