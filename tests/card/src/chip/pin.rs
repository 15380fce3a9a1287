//! The code porteur: a global PIN of the master file, three tries.

use super::apdu::{Answer, Sw};

/// Tries a card starts with.
pub const MAX_TRIES: u8 = 3;
/// Stored length when the code is padded (bytes).
pub const STORED: usize = 8;

/// The code and its counter. No `Debug`: the code stays in here.
#[derive(Clone)]
pub struct Pin {
    code: Vec<u8>,
    tries: u8,
    verified: bool,
    padded: bool,
}

impl Pin {
    /// A code of 4 to 8 digits, with so many tries left. `padded` cards store eight bytes filled
    /// with FF and refuse any other length; the others take the digits alone. AODF says which.
    pub fn new(code: &str, tries: u8, padded: bool) -> Self {
        Self { code: code.as_bytes().to_vec(), tries: tries.min(MAX_TRIES), verified: false, padded }
    }

    /// Tries left.
    pub fn tries(&self) -> u8 {
        self.tries
    }

    /// Verified since the last reset.
    pub fn verified(&self) -> bool {
        self.verified
    }

    /// Whether the code must be filled to eight bytes.
    pub fn padded(&self) -> bool {
        self.padded
    }

    /// Forgets that the code was verified.
    pub fn reset(&mut self) {
        self.verified = false;
    }

    /// VERIFY (ISO/IEC 7816-4 clause 11.5.6). An empty body asks for the tries left.
    pub fn verify(&mut self, body: &[u8]) -> Answer {
        if body.is_empty() {
            return match (self.verified, self.tries) {
                (true, _) => Sw::OK,
                (false, 0) => Sw::BLOCKED,
                (false, left) => Sw::tries(left),
            }
            .into();
        }
        if self.tries == 0 {
            return Sw::BLOCKED.into();
        }
        // A wrong length is a wrong command, not a wrong code: it costs no try.
        let length_fits = if self.padded { body.len() == STORED } else { (4..=STORED).contains(&body.len()) };
        if !length_fits {
            return Sw::WRONG_LENGTH.into();
        }
        let digits = if self.padded {
            let end = body.iter().rposition(|&byte| byte != 0xFF).map_or(0, |last| last + 1);
            body.get(..end).unwrap_or_default()
        } else {
            body
        };
        if digits == self.code {
            self.verified = true;
            self.tries = MAX_TRIES;
            return Sw::OK.into();
        }
        self.verified = false;
        self.tries -= 1;
        // The last failure says that nothing is left; only the next command says blocked.
        Sw::tries(self.tries).into()
    }
}
