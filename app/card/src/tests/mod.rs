//! Whole conversations with a card, told as stories.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod hostile;
mod opening;
mod signing;
mod verifying;

use secrecy::SecretSlice;

use crate::simulated::cps::{CPS3_ATR, CPS4_ATR, Cps};
use crate::simulated::hex;
use crate::{Card, Error};

fn open_cps3(card: &Cps) -> Result<Card, Error> {
    Card::open(card.boxed(), &hex(CPS3_ATR))
}

fn open_cps4(card: &Cps) -> Result<Card, Error> {
    Card::open(card.boxed(), &hex(CPS4_ATR))
}

fn pin(digits: &str) -> SecretSlice<u8> {
    SecretSlice::from(digits.as_bytes().to_vec())
}
