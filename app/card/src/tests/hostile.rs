//! A card that lies, stutters or never stops: no panic, no loop, a bounded conversation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::collection::vec;
use proptest::prelude::*;

use super::pin;
use crate::simulated::cps::{CPS3_ATR, CPS4_ATR, Cps};
use crate::simulated::hex;
use crate::transmit::{Protocol, Transmit, TransmitError};
use crate::{Card, Error, limits};

/// Gives the same answers round and round, and counts.
struct Parrot {
    answers: Vec<Vec<u8>>,
    said: Arc<AtomicU32>,
    protocol: Protocol,
}

impl Transmit for Parrot {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>) -> Result<(), TransmitError> {
        assert!(command.len() >= 4 && command.len() <= 261);
        let turn = self.said.fetch_add(1, Ordering::Relaxed) as usize;
        response.extend_from_slice(&self.answers[turn % self.answers.len()]);
        Ok(())
    }

    fn protocol(&self) -> Protocol {
        self.protocol
    }
}

/// Lets a card go through everything, and returns the longest of its calls in exchanges.
fn visit(answers: Vec<Vec<u8>>, atr: &str, protocol: Protocol) -> u32 {
    let said = Arc::new(AtomicU32::new(0));
    let mut longest = 0;
    let mut since = 0;
    let mut count = || {
        let now = said.load(Ordering::Relaxed);
        longest = longest.max(now - since);
        since = now;
    };
    let opened = Card::open(Box::new(Parrot { answers, said: said.clone(), protocol }), &hex(atr));
    count();
    if let Ok(mut card) = opened {
        drop(card.holder());
        count();
        drop(card.verify(&pin("1234")));
        count();
        for scheme in card.schemes() {
            drop(card.sign(*scheme, b"message"));
            count();
        }
        assert!(card.number().chars().count() <= limits::TEXT);
        assert_eq!(card.traffic().commands, said.load(Ordering::Relaxed));
    }
    longest
}

#[test]
fn endless_answers_of_every_kind_end() {
    let endless =
        ["6100", "61FF", "6C00", "6C10", "9000", "6282", "6300", "63C3", "6985", "6881", "", "90", "00006110"];
    for answer in endless {
        for atr in [CPS3_ATR, CPS4_ATR, "3B6700002920006F789000"] {
            for protocol in [Protocol::T0, Protocol::T1] {
                let exchanges = visit(vec![hex(answer)], atr, protocol);
                assert!(exchanges <= limits::EXCHANGES_PER_CALL, "{answer}: {exchanges}");
            }
        }
    }
}

#[test]
fn an_answer_longer_than_the_protocol_allows_is_refused() {
    let long = Box::new(Parrot { answers: vec![vec![0x90; 259]], said: Arc::default(), protocol: Protocol::T0 });
    assert_eq!(Card::open(long, &hex(CPS3_ATR)).unwrap_err(), Error::TooLong("answer"));
}

#[test]
fn a_file_that_announces_more_than_any_card_holds_is_not_read() {
    let cps = Cps::cps3();
    cps.state().files.insert("3F000001A002".into(), [hex("3083FFFFFF"), vec![0x30; 600]].concat());
    let mut card = Card::open(cps.boxed(), &hex(CPS3_ATR)).unwrap();
    assert_eq!(card.holder().unwrap_err(), Error::TooLong("file"));
}

#[test]
fn a_card_that_gives_one_byte_at_a_time_is_given_up() {
    struct Stutter(Cps);
    impl Transmit for Stutter {
        fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>) -> Result<(), TransmitError> {
            let mut command = command.to_vec();
            if command[1] == 0xB0 {
                command[4] = 1;
            }
            self.0.transmit(&command, response)
        }
    }
    let cps = Cps::cps3();
    let mut card = Card::open(Box::new(Stutter(cps)), &hex(CPS3_ATR)).unwrap();
    assert!(matches!(card.holder(), Err(Error::TooLong(_) | Error::NoAuthenticationKey)));
}

/// A card whose files hold anything.
fn scrambled(files: Vec<(String, Vec<u8>)>, atr: &str, cps: Cps) {
    cps.state().files.extend(files);
    if let Ok(mut card) = Card::open(cps.boxed(), &hex(atr)) {
        drop(card.holder());
        drop(card.verify(&pin("1234")));
        for scheme in card.schemes() {
            drop(card.sign(*scheme, b"message"));
        }
        assert!(card.traffic().commands <= 8 * limits::EXCHANGES_PER_CALL);
        assert!(cps.pins_seen() <= 1);
    }
}

fn name() -> impl Strategy<Value = String> {
    let names = ["5031", "5032", "7001", "7002", "7005", "A002"];
    (0..names.len()).prop_map(move |index| format!("3F000001{}", names[index]))
}

/// Data objects inside data objects, some of them broken.
fn nested() -> impl Strategy<Value = Vec<u8>> {
    let tag = prop_oneof![
        Just(0x30u8),
        Just(0x04),
        Just(0x03),
        Just(0x02),
        Just(0x80),
        Just(0xA0),
        Just(0xA1),
        Just(0xA4),
        Just(0xA8),
        Just(0x0C),
        any::<u8>()
    ];
    let leaf = vec(any::<u8>(), 0..20);
    leaf.prop_recursive(6, 48, 6, move |inner| {
        vec((tag.clone(), inner, 0u8..20), 0..6).prop_map(|objects| {
            let object = |(tag, value, luck): (u8, Vec<u8>, u8)| {
                let mut bytes = crate::simulated::der(tag, &value);
                if luck == 0 {
                    bytes.truncate(bytes.len() / 2);
                }
                bytes
            };
            objects.into_iter().flat_map(object).collect()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_answers_never_panic_and_never_loop(
        answers in vec(prop_oneof![vec(any::<u8>(), 0..40), vec(any::<u8>(), 240..260)], 1..12),
        which in 0usize..3,
        t1 in any::<bool>(),
    ) {
        let atr = [CPS3_ATR, CPS4_ATR, "3B6700002920006F789000"][which];
        let exchanges = visit(answers, atr, if t1 { Protocol::T1 } else { Protocol::T0 });
        prop_assert!(exchanges <= limits::EXCHANGES_PER_CALL);
    }

    #[test]
    fn arbitrary_status_words_never_panic_and_never_loop(
        statuses in vec((vec(any::<u8>(), 0..6), prop_oneof![Just(0x9000u16), 0x6100u16..0x6200, 0x6C00u16..0x6D00, 0x6200u16..0x6400, any::<u16>()]), 1..16),
        which in 0usize..3,
    ) {
        let answers = statuses.into_iter().map(|(data, sw)| [data, sw.to_be_bytes().to_vec()].concat()).collect();
        let exchanges = visit(answers, [CPS3_ATR, CPS4_ATR, "3B6700002920006F789000"][which], Protocol::T0);
        prop_assert!(exchanges <= limits::EXCHANGES_PER_CALL);
    }

    #[test]
    fn arbitrary_files_never_panic_and_never_cost_a_second_try(
        files in vec((name(), nested()), 1..5),
        cps4 in any::<bool>(),
    ) {
        let (cps, atr) = if cps4 { (Cps::cps4(), CPS4_ATR) } else { (Cps::cps3(), CPS3_ATR) };
        scrambled(files, atr, cps);
    }

    #[test]
    fn one_spoilt_byte_in_a_real_file_never_panics(name in name(), place in any::<prop::sample::Index>(), value in any::<u8>()) {
        let cps = Cps::cps3();
        let mut file = cps.state().files[&name].clone();
        let index = place.index(file.len());
        file[index] = value;
        scrambled(vec![(name, file)], CPS3_ATR, cps);
    }
}
