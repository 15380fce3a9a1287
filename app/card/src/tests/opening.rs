//! From insertion to the code screen, and to the holder's name.

use super::{open_cps3, open_cps4};
use crate::simulated::cps::{CPS3_ATR, Cps};
use crate::simulated::hex;
use crate::simulated::script::Script;
use crate::{Card, Error, Kind, Traffic, TransmitError, Tries};

const TRIES_OF_A_REAL_CARD: &str = "7016BF810112A0109A01039B0103A1088C06F3000013FF00 9000";
const TOKEN_INFO: &str = "3081D8 020100 0C0A415349502053414E5445 8011435053337633 2D32363030393731383435 030206C0
    A281B2 3019 020101 02020220 0500 03020102 06052B0E03021A 020110";

/// The conversation of a CPS3 fresh from its reset, up to the code screen.
fn opening() -> Script {
    let mut info = hex(TOKEN_INFO);
    info.truncate(0x40);
    let info: String = info.iter().map(|byte| format!("{byte:02X}")).collect();
    Script::new(&[
        ("00CB3FFF0A4D087006BF810102A080", "6118"),
        ("00C0000018", TRIES_OF_A_REAL_CARD),
        ("00A4040C0DE828BD080F8025000001FF0010", "9000"),
        ("00A4090C063F0000015032", "9000"),
        ("00B0000040", &format!("{info}9000")),
    ])
}

#[test]
fn a_cps3_shows_its_number_and_tries_after_five_commands() {
    let script = opening();
    let card = Card::open(script.boxed(), &hex(CPS3_ATR)).unwrap();
    script.assert_over();
    assert_eq!((card.kind(), card.number(), card.tries_left()), (Kind::Cps3, "CPS3v3-2600971845", Tries::Left(3)));
    assert_eq!(card.traffic(), Traffic { commands: 5, bytes_out: 54, bytes_in: 98 });
}

#[test]
fn a_cps4_shows_its_number_and_tries_after_four_commands() {
    let cps = Cps::cps4();
    let card = open_cps4(&cps).unwrap();
    assert_eq!((card.kind(), card.number(), card.tries_left()), (Kind::Cps4, "CPS4v1-4100422868", Tries::Left(3)));
    assert_eq!(card.traffic().commands, 4);
    assert!(cps.state().log.iter().all(|line| line.starts_with("01")), "everything on channel 1");
}

#[test]
fn a_card_left_in_its_application_by_another_program_still_says_its_tries() {
    let script = Script::new(&[
        ("00CB3FFF0A4D087006BF810102A080", "6A88"),
        ("00A4090C023F00", "9000"),
        ("00CB3FFF0A4D087006BF810102A080", "6118"),
        ("00C0000018", "7016BF810112A0109A01039B0101A1088C06F3000013FF00 9000"),
        ("00A4040C0DE828BD080F8025000001FF0010", "9000"),
        ("00A4090C063F0000015032", "9000"),
        ("00B0000040", "300B 020100 8006435053333335 9000"),
    ]);
    let card = Card::open(script.boxed(), &hex(CPS3_ATR)).unwrap();
    assert_eq!((card.number(), card.tries_left()), ("CPS335", Tries::Left(1)));
}

#[test]
fn without_a_counter_object_an_empty_verify_tells_the_tries() {
    let script = Script::new(&[
        ("00CB3FFF0A4D087006BF810102A080", "6D00"),
        ("00A4090C023F00", "6A82"),
        ("0020000100", "6983"),
        ("00A4040C0DE828BD080F8025000001FF0010", "9000"),
        ("00A4090C063F0000015032", "9000"),
        ("00B0000040", "300B 020100 8006435053333335 9000"),
    ]);
    assert_eq!(Card::open(script.boxed(), &hex(CPS3_ATR)).unwrap().tries_left(), Tries::Blocked);
}

#[test]
fn a_blocked_card_opens_and_says_so() {
    for (cps, open) in [(Cps::cps3(), open_cps3 as fn(&Cps) -> _), (Cps::cps4(), open_cps4)] {
        cps.state().tries = 0;
        assert_eq!(open(&cps).unwrap().tries_left(), Tries::Blocked);
    }
}

#[test]
fn the_holder_is_read_by_discovery_on_both_families() {
    for (cps, open) in [(Cps::cps3(), open_cps3 as fn(&Cps) -> _), (Cps::cps4(), open_cps4)] {
        for corrects_length in [true, false] {
            cps.state().corrects_length = corrects_length;
            let mut card = open(&cps).unwrap();
            let holder = card.holder().unwrap();
            assert_eq!(&holder.family_name, "SPECIALISTE");
            assert_eq!(holder.rpps(), Some("99700218896"));
            assert_eq!(holder.certificate, cps.state().files["3F000001A002"]);
            assert!(card.traffic().commands <= 32, "{:?}", card.traffic());
        }
    }
}

#[test]
fn files_may_move_as_long_as_the_directory_says_where() {
    let cps = Cps::cps3();
    {
        let files = &mut cps.state().files;
        let keys = files.remove("3F0000017002").unwrap();
        files.insert("3F0000017E77".into(), keys);
        files.insert("3F0000015031".into(), hex("A006300404027E77 A406300404027005 A806300404027001"));
    }
    assert!(open_cps3(&cps).unwrap().holder().is_ok());
}

#[test]
fn an_application_in_another_directory_is_found_by_its_identifier() {
    let cps = Cps::cps3();
    {
        let files = &mut cps.state().files;
        let info = files.remove("3F0000015032").unwrap();
        files.insert("3F0000035032".into(), info);
        files.insert(
            "3F002F00".into(),
            hex("611B 4F0DE828BD080F8025000001FF0020 500443504958 51043F000002
                 6115 4F0DE828BD080F8025000001FF0010 51043F000003 0000"),
        );
    }
    assert_eq!(open_cps3(&cps).unwrap().number(), "CPS3v3-2600971845");
}

#[test]
fn a_card_with_only_a_signature_key_cannot_open_a_mailbox() {
    let cps = Cps::cps3();
    cps.state().files.get_mut("3F0000017002").unwrap().fill(0);
    assert_eq!(open_cps3(&cps).unwrap().holder().unwrap_err(), Error::NoAuthenticationKey);
}

#[test]
fn a_key_without_its_certificate_cannot_open_a_mailbox_either() {
    let cps = Cps::cps3();
    cps.state().files.get_mut("3F0000017005").unwrap().fill(0);
    assert_eq!(open_cps3(&cps).unwrap().holder().unwrap_err(), Error::NoAuthenticationKey);
}

#[test]
fn other_cards_are_told_apart_without_a_single_command() {
    for (atr, kind) in [
        ("3B751300004909EA9000", Kind::Vitale),
        ("3BAC00402A001225006480820212009000", Kind::Cps2ter),
        ("3B8F80010031B86404B0ECC173940180829000 0E", Kind::Cps3Contactless),
        ("", Kind::Mute),
        ("0102", Kind::Mute),
    ] {
        let result = Card::open(Script::default().boxed(), &hex(atr));
        assert_eq!(result.unwrap_err(), Error::NotACps(kind));
    }
}

const SOME_ATR: &str = "3B6700002920006F789000";

#[test]
fn a_bank_card_is_asked_for_its_payment_directory() {
    let asked = Script::new(&[
        ("01A4040C088025000001FF0100", "6E00"),
        ("00A4040C0DE828BD080F8025000001FF0010", "6A82"),
        ("00A404000E315041592E5359532E4444463031", "612B"),
    ]);
    let result = Card::open(asked.boxed(), &hex(SOME_ATR));
    assert_eq!(result.unwrap_err(), Error::NotACps(Kind::Bank));
    asked.assert_over();
}

#[test]
fn an_unknown_card_is_dismissed_after_four_questions() {
    let asked = Script::new(&[
        ("01A4040C088025000001FF0100", "6E00"),
        ("00A4040C0DE828BD080F8025000001FF0010", "6D00"),
        ("00A404000E315041592E5359532E4444463031", "6D00"),
        ("00A404000E325041592E5359532E4444463031", "6D00"),
    ]);
    let result = Card::open(asked.boxed(), &hex(SOME_ATR));
    assert_eq!(result.unwrap_err(), Error::NotACps(Kind::Unknown));
    asked.assert_over();
}

#[test]
fn a_professional_card_with_an_unknown_atr_still_opens() {
    for (cps, kind) in [(Cps::cps3(), Kind::Cps3), (Cps::cps4(), Kind::Cps4)] {
        let mut card = Card::open(cps.boxed(), &hex(SOME_ATR)).unwrap();
        assert_eq!((card.kind(), card.tries_left()), (kind, Tries::Left(3)));
        assert!(card.holder().is_ok());
    }
}

#[test]
fn a_card_pulled_reset_or_hanging_is_said_as_it_is() {
    for (failure, error) in [
        (TransmitError::Removed, Error::Removed),
        (TransmitError::Reset, Error::Reset),
        (TransmitError::TimedOut, Error::Transport(TransmitError::TimedOut)),
        (TransmitError::Sharing, Error::Transport(TransmitError::Sharing)),
    ] {
        let script = Script::default().fails("00CB3FFF0A4D087006BF810102A080", failure);
        assert_eq!(Card::open(script.boxed(), &hex(CPS3_ATR)).unwrap_err(), error);
    }
}

#[test]
fn an_answer_without_a_status_word_is_the_readers_failure() {
    let script = Script::new(&[("00CB3FFF0A4D087006BF810102A080", "90")]);
    assert!(matches!(Card::open(script.boxed(), &hex(CPS3_ATR)), Err(Error::Transport(TransmitError::Reader(_)))));
}

#[test]
fn a_card_never_prints_its_number() {
    assert_eq!(format!("{:?}", open_cps3(&Cps::cps3()).unwrap()), "Card(Cps3)");
}
