//! The code porteur: sent once, in the card's own form, and the counter told truly.

use super::{open_cps3, open_cps4, pin};
use crate::simulated::cps::{CPS3_ATR, Cps};
use crate::simulated::hex;
use crate::transmit::{Transmit, TransmitError};
use crate::{Card, Error, Tries};

#[test]
fn the_right_code_opens_the_card_on_both_families() {
    for (cps, open) in [(Cps::cps3(), open_cps3 as fn(&Cps) -> _), (Cps::cps4(), open_cps4)] {
        let mut card = open(&cps).unwrap();
        card.verify(&pin("1234")).unwrap();
        assert_eq!(card.tries_left(), Tries::Verified);
        assert!(cps.state().verified);
        assert_eq!(cps.pins_seen(), 1);
    }
}

#[test]
fn a_verification_is_one_command_once_the_holder_was_read() {
    let mut card = open_cps3(&Cps::cps3()).unwrap();
    card.holder().unwrap();
    let before = card.traffic().commands;
    card.verify(&pin("1234")).unwrap();
    assert_eq!(card.traffic().commands - before, 1);
}

#[test]
fn wrong_codes_count_down_to_a_blocked_card_that_is_left_alone() {
    for (cps, open) in [(Cps::cps3(), open_cps3 as fn(&Cps) -> _), (Cps::cps4(), open_cps4)] {
        let mut card = open(&cps).unwrap();
        for left in [2, 1] {
            let tries_left = Tries::Left(left);
            assert_eq!(card.verify(&pin("4321")), Err(Error::PinWrong { tries_left }));
            assert_eq!(card.tries_left(), tries_left);
        }
        assert_eq!(card.verify(&pin("4321")), Err(Error::PinBlocked));
        assert_eq!(card.tries_left(), Tries::Blocked);
        assert_eq!(card.verify(&pin("1234")), Err(Error::PinBlocked));
        assert_eq!(cps.pins_seen(), 3, "a blocked card is sent no further code");
    }
}

#[test]
fn what_is_not_four_to_eight_digits_never_leaves() {
    let cps = Cps::cps3();
    let mut card = open_cps3(&cps).unwrap();
    for refused in ["", "123", "123456789", "12e4", "１２３４"] {
        assert_eq!(card.verify(&pin(refused)), Err(Error::PinRefusedFormat));
    }
    assert_eq!((cps.pins_seen(), cps.state().tries), (0, 3));
}

#[test]
fn an_unreadable_pin_description_costs_no_try() {
    let cps = Cps::cps3();
    cps.state().files.get_mut("3F0000017001").unwrap().fill(0xA5);
    let mut card = open_cps3(&cps).unwrap();
    assert!(card.holder().is_ok(), "the name can still be shown");
    assert_eq!(card.verify(&pin("1234")), Err(Error::Malformed("AODF")));
    assert_eq!(cps.pins_seen(), 0);
}

#[test]
fn a_code_without_padding_is_sent_bare_when_the_card_says_so() {
    let cps = Cps::cps3();
    {
        let mut state = cps.state();
        state.block = b"123456".to_vec();
        let aodf = state.files.get_mut("3F0000017001").unwrap();
        let flags = aodf.windows(4).position(|four| four == [0x03, 0x02, 0x02, 0x0C]).unwrap();
        aodf[flags + 3] = 0x08;
    }
    open_cps3(&cps).unwrap().verify(&pin("123456")).unwrap();
}

#[test]
fn a_counter_that_belongs_to_another_pin_is_told_before_any_code_is_sent() {
    let cps = Cps::cps3();
    {
        let mut state = cps.state();
        // The directory names PIN 2, whose counter the simulated card does not give.
        let aodf = state.files.get_mut("3F0000017001").unwrap();
        let reference = aodf.windows(3).position(|three| three == [0x80, 0x01, 0x01]).unwrap();
        aodf[reference + 2] = 0x02;
    }
    let mut card = open_cps3(&cps).unwrap();
    assert_eq!(card.tries_left(), Tries::Left(3));
    assert_eq!(card.verify(&pin("1234")), Err(Error::TriesChanged { tries_left: Tries::Unknown }));
    assert_eq!(cps.pins_seen(), 0);
}

/// Answers as the card does until a PIN comes, then as told.
struct AtVerify(Cps, Result<u16, TransmitError>);

impl Transmit for AtVerify {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>) -> Result<(), TransmitError> {
        if command[1] == 0x20 && command.len() > 5 {
            self.0.state().log.push(command.iter().map(|byte| format!("{byte:02X}")).collect());
            response.extend(self.1.clone()?.to_be_bytes());
            return Ok(());
        }
        self.0.transmit(command, response)
    }
}

#[test]
fn a_code_is_sent_once_whatever_the_card_answers() {
    for sw in [0x6C08, 0x6C00, 0x6985, 0x6881, 0x6700, 0x6F00, 0x6300, 0x0000] {
        let cps = Cps::cps3();
        let mut card = Card::open(Box::new(AtVerify(cps.clone(), Ok(sw))), &hex(CPS3_ATR)).unwrap();
        assert!(card.verify(&pin("1234")).is_err(), "{sw:04X}");
        assert_eq!(cps.pins_seen(), 1, "{sw:04X}");
        assert_eq!(card.tries_left(), Tries::Left(3), "the counter is read again after {sw:04X}");
    }
}

#[test]
fn a_card_pulled_in_the_middle_of_a_verification_leaves_the_counter_unknown() {
    for failure in [TransmitError::Removed, TransmitError::Reset, TransmitError::TimedOut] {
        let cps = Cps::cps3();
        let wire = Box::new(AtVerify(cps.clone(), Err(failure.clone())));
        let mut card = Card::open(wire, &hex(CPS3_ATR)).unwrap();
        assert_eq!(card.verify(&pin("1234")), Err(failure.into()));
        assert_eq!((card.tries_left(), cps.pins_seen()), (Tries::Unknown, 1));
    }
}

#[test]
fn no_error_and_no_print_of_the_card_carries_the_code() {
    let cps = Cps::cps3();
    let mut card = open_cps3(&cps).unwrap();
    let code = pin("739184");
    let error = card.verify(&code).unwrap_err();
    let printed = format!("{error} {error:?} {card:?} {code:?}");
    assert!(!printed.contains("739184") && !printed.contains("37 33") && !printed.contains("55, 51"), "{printed}");
}
