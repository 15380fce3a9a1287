//! The cards without a reader: what they refuse, what they sign, and that nothing makes them fall.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::Command as Process;

use pki::Pki;
use proptest::prelude::*;

use super::Chip;
use crate::Insert;

fn chip(insert: &Insert) -> Box<dyn Chip> {
    insert.make(Pki::shared().unwrap().dir(), None).unwrap()
}

fn bytes(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// Sends a command in hexadecimal; the answer in hexadecimal.
fn send(chip: &mut dyn Chip, text: &str) -> String {
    chip.apdu(&bytes(text)).iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

/// Sends and fetches everything that waits behind `61 xx`.
fn fetch(chip: &mut dyn Chip, text: &str) -> Vec<u8> {
    let mut answer = chip.apdu(&bytes(text));
    let mut data = Vec::new();
    loop {
        let (body, sw) = answer.split_last_chunk::<2>().unwrap();
        data.extend_from_slice(body);
        match sw {
            [0x61, waiting] => answer = chip.apdu(&[0x00, 0xC0, 0x00, 0x00, *waiting]),
            [0x90, 0x00] => return data,
            _ => panic!("{text}: {sw:02X?}"),
        }
    }
}

const APP: &str = "00 A4 04 0C 0D E8 28 BD 08 0F 80 25 00 00 01 FF 00 10";
const CODE: &str = "00 20 00 01 08 31 32 33 34 FF FF FF FF";
const WRONG: &str = "00 20 00 01 08 39 39 39 39 FF FF FF FF";
const COUNTERS: &str = "00 CB 3F FF 0A 4D 08 70 06 BF 81 01 02 A0 80";

#[test]
fn a_cps3_answers_what_real_ones_were_seen_to_answer() {
    let card = &mut *chip(&Insert::new("doctor"));
    assert_eq!(send(card, "00 A4 00 00 02 3F 00"), "6A 86");
    assert_eq!(send(card, "00 A4 09 0C 02 3F 00"), "90 00");
    // A body and Le do not go together on T=0.
    assert_eq!(send(card, "00 A4 09 04 04 3F 00 D0 03 00"), "67 00");
    assert_eq!(send(card, "00 A4 09 04 04 3F 00 D0 03"), "61 27");
    assert_eq!(send(card, "00 C0 00 00 28"), "6C 27");
    assert!(send(card, "00 C0 00 00 27").starts_with("62 25 80 02 00 0C 82 01 01 83 02 D0 03 88 01 E0 A1 12 8C 07"));
    assert_eq!(send(card, "00 C0 00 00 27"), "69 85");
    assert_eq!(send(card, "00 B0 9C 00 C0"), "5A 0A 80 25 00 00 01 99 21 38 45 0F 62 82");
    assert_eq!(send(card, "00 B0 00 00 00"), "6C 0C");
    // EF.ATR begins with a byte that belongs to no object.
    assert!(send(card, "00 B0 9D 00 39").starts_with("80 43 01 B8 46 04"));
    // EF.DIR has 101 bytes and names the contactless application first.
    assert!(send(card, "00 B0 9E 00 65").ends_with("90 00"));
    assert_eq!(send(card, "00 B0 9E 65 01"), "62 82");
    assert_eq!(send(card, "00 A4 04 0C 0D E8 28 BD 08 0F 80 25 00 00 01 FF 00 20"), "6A 82");
    assert_eq!(send(card, "00 A4 09 0C 04 3F 00 D0 10"), "6A 82");

    assert_eq!(send(card, "00 A4 09 0C 02 3F 00"), "90 00");
    assert_eq!(send(card, COUNTERS), "61 18");
    assert_eq!(
        send(card, "00 C0 00 00 18"),
        "70 16 BF 81 01 12 A0 10 9A 01 03 9B 01 03 A1 08 8C 06 F3 00 00 13 FF 00 90 00"
    );
    assert_eq!(send(card, APP), "90 00");
    assert_eq!(send(card, COUNTERS), "6A 88");
    assert_eq!(send(card, "01 B0 00 00 01"), "6E 00");
}

#[test]
fn the_aodf_of_a_cps3_carries_the_illegal_bit_string_and_ends_in_zeros() {
    let card = &mut *chip(&Insert::new("doctor"));
    send(card, "00 A4 09 0C 06 3F 00 00 01 70 01");
    let file = card.apdu(&bytes("00 B0 00 00 E7"));
    assert!(file.windows(3).any(|window| window == [0x03, 0x01, 0x08]));
    assert!(file.ends_with(&[0, 0, 0, 0, 0, 0, 0, 0, 0x62, 0x82]));
}

#[test]
fn tries_survive_a_reset_and_the_verified_state_does_not() {
    let card = &mut *chip(&Insert::new("doctor"));
    assert_eq!(send(card, "00 20 00 01"), "63 C3");
    assert_eq!(send(card, WRONG), "63 C2");
    card.reset();
    assert_eq!(send(card, "00 20 00 01 00"), "63 C2");
    assert_eq!(send(card, CODE), "90 00");
    assert_eq!((card.tries(), card.verified()), (Some(3), true));
    assert_eq!(send(card, "00 20 00 01"), "90 00");
    card.reset();
    assert_eq!((card.tries(), card.verified()), (Some(3), false));
    // A code of the wrong length is no attempt.
    assert_eq!(send(card, "00 20 00 01 04 39 39 39 39"), "67 00");
    assert_eq!(send(card, WRONG), "63 C2");
    assert_eq!(send(card, WRONG), "63 C1");
    assert_eq!(send(card, WRONG), "63 C0");
    assert_eq!(send(card, CODE), "69 83");
    assert_eq!(send(card, "00 20 00 01"), "69 83");
}

#[test]
fn a_card_without_padding_takes_the_digits_alone() {
    let card = &mut *chip(&Insert::new("doctor").pin("73914682").exact_code());
    assert_eq!(send(card, "00 20 00 01 08 37 33 39 31 34 36 38 32"), "90 00");
    let card = &mut *chip(&Insert::new("doctor").exact_code());
    assert_eq!(send(card, CODE), "63 C2");
    assert_eq!(send(card, "00 20 00 01 04 31 32 33 34"), "90 00");
}

/// `openssl pkeyutl -verify` of a signature over a SHA-256 digest, with the certificate's key.
fn verified(profile: &str, digest: &[u8], signature: &[u8], options: &[&str]) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("digest"), digest).unwrap();
    fs::write(at("signature"), signature).unwrap();
    let run = |command: &mut Process| command.output().unwrap();
    let cert = Pki::shared().unwrap().card_cert_pem(profile);
    let mut arguments = vec!["pkeyutl", "-verify", "-certin", "-pkeyopt", "digest:sha256"];
    for option in options {
        arguments.extend(["-pkeyopt", option]);
    }
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let out = run(Process::new("openssl").args(arguments).args([
        "-inkey",
        &path(&cert),
        "-in",
        &path(&at("digest")),
        "-sigfile",
        &path(&at("signature")),
    ]));
    String::from_utf8_lossy(&out.stdout).contains("Verified Successfully")
}

const DIGEST: [u8; 32] = [0x5A; 32];
const INFO: &str = "30 31 30 0D 06 09 60 86 48 01 65 03 04 02 01 05 00 04 20";

fn digest_info() -> String {
    format!("{INFO} {}", "5A".repeat(32))
}

#[test]
fn a_cps3_signs_only_with_the_code_the_key_and_the_directory_right() {
    let card = &mut *chip(&Insert::new("doctor"));
    let order = format!("00 88 00 00 33 {}", digest_info());
    let choose = "00 22 41 A4 06 84 01 82 80 01 02";
    assert_eq!(send(card, &order), "69 85");
    send(card, CODE);
    assert_eq!(send(card, choose), "90 00");
    assert_eq!(send(card, &order), "69 85", "not from the master file");
    send(card, APP);
    assert_eq!(send(card, &order), "61 00");
    let signature = card.apdu(&bytes("00 C0 00 00 00"));
    assert_eq!(signature.len(), 258);
    assert!(verified("doctor", &DIGEST, &signature[..256], &["rsa_padding_mode:pkcs1"]));
    assert!(!verified("nurse", &DIGEST, &signature[..256], &["rsa_padding_mode:pkcs1"]));
    assert!(!verified("doctor", &[0; 32], &signature[..256], &["rsa_padding_mode:pkcs1"]));

    send(card, "00 22 41 A4 06 84 01 81 80 01 02");
    assert_eq!(send(card, &order), "69 85", "the signature key does not authenticate");
    send(card, choose);
    assert_eq!(send(card, &format!("00 88 00 00 67 {}", "00".repeat(0x67))), "67 00", "over 40 % of the modulus");
    card.reset();
    send(card, APP);
    send(card, choose);
    assert_eq!(send(card, &order), "69 82", "no code since the reset");
}

#[test]
fn a_cps3_hands_its_signature_over_in_pieces_if_need_be() {
    let card = &mut *chip(&Insert::new("doctor").in_pieces_of(100));
    send(card, CODE);
    send(card, APP);
    send(card, "00 22 41 A4 06 84 01 82 80 01 02");
    assert_eq!(send(card, &format!("00 88 00 00 33 {}", digest_info())), "61 64");
    assert!(send(card, "00 C0 00 00 64").ends_with("61 64"));
    assert!(send(card, "00 C0 00 00 10").ends_with("61 64"));
    assert!(send(card, "00 C0 00 00 00").ends_with("61 28"));
    assert!(send(card, "00 C0 00 00 28").ends_with("90 00"));
}

const CARD: &str = "01 A4 04 0C 08 80 25 00 00 01 FF 01 00";

#[test]
fn a_cps4_lives_on_channel_one() {
    let card = &mut *chip(&Insert::new("cps4"));
    assert_eq!(send(card, "00 A4 00 0C 02 3F 00"), "68 81");
    assert_eq!(send(card, "01 B0 9C 00 0C"), "68 81", "not before its application");
    assert_eq!(send(card, CARD), "90 00");
    assert_eq!(send(card, "00 B0 9C 00 0C"), "68 81");
    assert_eq!(send(card, "01 B0 9C 00 0C"), "5A 0A 80 25 00 00 01 99 21 38 50 0F 90 00");
    assert_eq!(send(card, "01 20 00 01"), "63 C3");
    // The template is an FCI, and there is one with P2 = 00.
    assert!(send(card, "01 A4 08 00 04 00 01 50 32 00").starts_with("6F 25 80 02"));
    assert_eq!(send(card, "01 A4 08 00 04 00 01 50 32"), "61 27");
    assert_eq!(send(card, "01 CB 3F FF 0A 4D 08 70 06 BF 81 01 02 A0 80"), "6A 88");
    assert_eq!(send(card, &format!("01 88 00 00 33 {}", digest_info())), "6D 00");

    let card = &mut *chip(&Insert::new("cps4").stubborn());
    assert_eq!(send(card, CARD), "69 85");
    assert_eq!(send(card, "00 A4 04 0C 07 A0 00 00 01 51 00 00"), "90 00");
    assert_eq!(send(card, "00 A4 04 0C 08 80 25 00 00 01 FF 00 02"), "90 00");
    assert_eq!(send(card, CARD), "90 00");
}

#[test]
fn a_cps4_signs_a_raw_block_and_pss_and_openssl_verifies_both() {
    let card = &mut *chip(&Insert::new("cps4"));
    send(card, CARD);
    send(card, "01 22 41 B8 03 83 01 20");
    assert_eq!(send(card, &format!("11 2A 80 86 FF 00 01 {}", "FF".repeat(253))), "90 00");
    assert_eq!(send(card, "01 2A 80 86 01 00"), "69 82");
    assert_eq!(send(card, "01 20 00 01 08 31 32 33 34 FF FF FF FF"), "90 00");

    let block = format!("00 01 {} 00 {}", "FF".repeat(256 - 3 - 51), digest_info());
    let block = bytes(&block);
    let hexadecimal = |part: &[u8]| part.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    send(card, &format!("11 2A 80 86 FF {}", hexadecimal(&block[..255])));
    let raw = fetch(card, &format!("01 2A 80 86 01 {}", hexadecimal(&block[255..])));
    assert!(verified("cps4", &DIGEST, &raw, &["rsa_padding_mode:pkcs1"]));

    send(card, "01 22 81 B6 04 91 02 2C A0");
    let pss = fetch(card, &format!("01 2A 9E 9A 20 {}", "5A".repeat(32)));
    assert!(verified("cps4", &DIGEST, &pss, &["rsa_padding_mode:pss", "rsa_pss_saltlen:32"]));
    send(card, "01 22 81 B6 04 91 02 28 A0");
    let pkcs1 = fetch(card, &format!("01 2A 9E 9A 20 {}", "5A".repeat(32)));
    assert_eq!(pkcs1, raw);

    // A block as large as the modulus is no number to work on; a chain cut short is no block.
    send(card, "01 22 41 B8 03 83 01 20");
    send(card, &format!("11 2A 80 86 FF {}", "FF".repeat(255)));
    assert_eq!(send(card, "01 2A 80 86 01 FF"), "6A 80");
    send(card, &format!("11 2A 80 86 10 {}", "00".repeat(16)));
    assert_eq!(send(card, "01 B0 9C 00 0C"), "68 83");
}

#[test]
fn a_bank_card_and_a_vitale_are_neither() {
    let bank = &mut *chip(&Insert::new("bank"));
    assert_eq!(send(bank, APP), "6A 82");
    assert_eq!(send(bank, "00 A4 04 00 0E 31 50 41 59 2E 53 59 53 2E 44 44 46 30 31"), "61 1C");
    assert!(send(bank, "00 C0 00 00 1C").starts_with("6F 1A 84 0E 31 50 41 59"));
    assert!(send(bank, "00 A4 04 00 0E 32 50 41 59 2E 53 59 53 2E 44 44 46 30 31").starts_with("61"));
    let vitale = &mut *chip(&Insert::new("vitale"));
    assert_eq!(send(vitale, APP), "6A 82");
    assert_eq!(send(vitale, "00 20 00 01"), "6D 00");
    assert_eq!(vitale.tries(), None);
}

/// Commands a card knows, with arbitrary parameters and bodies, and bytes that are no command.
fn command() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![0xA4, 0xB0, 0x20, 0xCB, 0x22, 0x88, 0x2A, 0xC0, 0x84]);
    let class = prop::sample::select(vec![0x00, 0x01, 0x10, 0x11]);
    let shaped = (class, known, any::<[u8; 2]>(), prop::collection::vec(any::<u8>(), 0..=255), any::<Option<u8>>())
        .prop_map(|(cla, ins, [p1, p2], body, le)| {
            let mut raw = vec![cla, ins, p1, p2];
            if !body.is_empty() {
                raw.push(u8::try_from(body.len()).unwrap());
                raw.extend(body);
            }
            raw.extend(le);
            raw
        });
    let sensible = prop::sample::select(vec![
        APP,
        CODE,
        WRONG,
        COUNTERS,
        CARD,
        "00 A4 09 0C 02 3F 00",
        "00 22 41 B8 06 84 01 82 80 01 1A",
        "01 22 41 B8 03 83 01 20",
        "00 C0 00 00 00",
    ])
    .prop_map(bytes);
    prop_oneof![4 => shaped, 2 => sensible, 1 => prop::collection::vec(any::<u8>(), 0..300)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_command_makes_a_card_fall_or_find_a_try(
        profile in prop::sample::select(vec!["doctor", "nurse", "cpf", "cps4", "vitale", "bank", "mute"]),
        commands in prop::collection::vec(command(), 1..40),
    ) {
        let mut card = chip(&Insert::new(profile));
        for raw in commands {
            let before = card.tries();
            let answer = card.apdu(&raw);
            prop_assert!((2..=258).contains(&answer.len()), "{} bytes", answer.len());
            let more = card.tries() > before;
            prop_assert!(!more || card.verified(), "tries came back without the code");
            if raw.get(1) != Some(&0x20) {
                prop_assert_eq!(card.tries(), before);
            }
        }
    }

    #[test]
    fn a_blocked_card_signs_nothing_whatever_is_sent(commands in prop::collection::vec(command(), 1..40)) {
        let mut card = chip(&Insert::new("blocked"));
        for raw in commands {
            let answer = card.apdu(&raw);
            prop_assert!(!card.verified());
            prop_assert_eq!(card.tries(), Some(0));
            prop_assert!(answer.len() < 258, "256 bytes of data from a blocked card");
        }
    }
}
