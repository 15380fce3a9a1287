//! The fuzz target's body on twenty thousand fixed pseudo-random inputs, so that every run of the suite
//! exercises it without nightly.
#![allow(clippy::indexing_slicing, reason = "tests")]

#[path = "../fuzz/body.rs"]
mod body;

/// xorshift64*: the same inputs on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32
    }
}

/// Bytes that mean something to a card come up more often than chance would have it.
const LIKELY: [u8; 24] = [
    0x00, 0x01, 0x02, 0x03, 0x04, 0x08, 0x0C, 0x30, 0x61, 0x62, 0x63, 0x69, 0x6A, 0x6C, 0x80, 0x81, 0x82, 0x83, 0x90,
    0xA0, 0xA1, 0xA4, 0xA8, 0xFF,
];

#[test]
fn twenty_thousand_arbitrary_cards_neither_panic_nor_go_on_for_ever() {
    let mut dice = Dice(0x6775_6963_6865_7431);
    let (mut opened, mut verified) = (0, 0);
    for _ in 0..20_000 {
        let length = (dice.roll() % 90) as usize;
        let data: Vec<u8> = (0..length)
            .map(|_| match dice.roll() {
                roll if roll & 0x100 == 0 => roll as u8,
                roll => LIKELY[(roll >> 9) as usize % LIKELY.len()],
            })
            .collect();
        let reached = body::conversation(&data);
        opened += u32::from(reached.0);
        verified += u32::from(reached.1);
    }
    // Inputs that all failed at the door would prove nothing.
    assert!(opened > 1_000 && verified > 300, "{opened} opened, {verified} verified");
}

#[test]
fn the_sound_files_of_the_fuzz_body_make_a_card_that_takes_a_code() {
    // Files, none of their bytes overwritten.
    for atr in 0..3 {
        assert_eq!(body::conversation(&[atr, 0, 0x81]), (true, true));
    }
}
