//! The card's two RSA-2048 keys and what its processor does with them.

use std::path::Path;

use anyhow::{Context, Result};
use rsa::pkcs8::DecodePrivateKey;
use rsa::rand_core::OsRng;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BigUint, Pkcs1v15Encrypt, Pkcs1v15Sign, Pss, RsaPrivateKey};
use sha2::Sha256;

/// Bytes of an RSA-2048 block.
pub const BLOCK: usize = 256;

/// What DigestInfo puts before a SHA-256 digest (RFC 8017 section 9.2 note 1).
const SHA256_INFO: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// Authentication and signature keys. A trainee's card has no authentication key.
pub struct Keys {
    /// `CPS_PRIV_AUT`.
    pub auth: Option<RsaPrivateKey>,
    /// `CPS_PRIV_SIG`.
    pub sign: RsaPrivateKey,
}

impl Keys {
    /// Reads `key.pem` (may be missing) and `sign-key.pem` of a card's folder.
    ///
    /// # Errors
    /// When a file is unreadable or is not an RSA key of 2048 bits in PKCS#8.
    pub fn load(dir: &Path) -> Result<Self> {
        let auth = dir.join("key.pem");
        Ok(Self { auth: auth.exists().then(|| read(&auth)).transpose()?, sign: read(&dir.join("sign-key.pem"))? })
    }
}

fn read(path: &Path) -> Result<RsaPrivateKey> {
    let key = RsaPrivateKey::read_pkcs8_pem_file(path).with_context(|| format!("no RSA key in {}", path.display()))?;
    anyhow::ensure!(key.size() == BLOCK, "{} is not an RSA-2048 key", path.display());
    Ok(key)
}

/// PKCS#1 v1.5 type 1 padding around whatever was sent, then the private operation
/// (RFC 8017 section 8.2.1 without its hash step).
pub fn pkcs1(key: &RsaPrivateKey, digest_info: &[u8]) -> Option<Vec<u8>> {
    key.sign(Pkcs1v15Sign::new_unprefixed(), digest_info).ok()
}

/// PKCS#1 v1.5 signature over a SHA-256 digest.
pub fn pkcs1_sha256(key: &RsaPrivateKey, digest: &[u8]) -> Option<Vec<u8>> {
    pkcs1(key, &[&SHA256_INFO[..], digest].concat())
}

/// RSASSA-PSS over a SHA-256 digest, salt of 32 bytes (RFC 8017 section 8.1.1).
pub fn pss_sha256(key: &RsaPrivateKey, digest: &[u8]) -> Option<Vec<u8>> {
    key.sign_with_rng(&mut OsRng, Pss::new_with_salt::<Sha256>(32), digest).ok()
}

/// The bare private operation on a block the host has built.
pub fn raw(key: &RsaPrivateKey, block: &[u8]) -> Option<Vec<u8>> {
    let message = BigUint::from_bytes_be(block);
    if block.len() != BLOCK || &message >= key.n() {
        return None;
    }
    let result = message.modpow(key.d(), key.n()).to_bytes_be();
    let mut out = vec![0; BLOCK.saturating_sub(result.len())];
    out.extend_from_slice(&result);
    Some(out)
}

/// Decipher, PKCS#1 v1.5 type 2 padding removed by the card.
pub fn decipher(key: &RsaPrivateKey, block: &[u8]) -> Option<Vec<u8>> {
    key.decrypt(Pkcs1v15Encrypt, block).ok()
}

/// `n` random bytes, for GET CHALLENGE.
pub fn random(n: usize) -> Vec<u8> {
    use rsa::rand_core::RngCore as _;
    let mut out = vec![0; n];
    OsRng.fill_bytes(&mut out);
    out
}
