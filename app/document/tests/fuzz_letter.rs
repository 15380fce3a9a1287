//! The fuzz target's body on twenty thousand fixed pseudo-random inputs, so that every run of the suite exercises it
//! without nightly.
#![allow(clippy::indexing_slicing, reason = "tests")]

#[path = "../fuzz/letter.rs"]
mod letter;

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

/// Bytes that mean something in a message come up more often than chance would have it.
const LIKELY: &[u8] = b"\r\n\n\n  ::;;--==??<<>>/\"'%&#.,@bcs0139qutf\x80\xC3\xA9\0";

#[test]
fn twenty_thousand_arbitrary_messages_are_shown_within_their_bounds() {
    let mut dice = Dice(0x6C65_7474_7265_2121);
    let (mut with_text, mut with_attachments) = (0, 0);
    for _ in 0..20_000 {
        let length = (dice.roll() % 120) as usize;
        let data: Vec<u8> = (0..length)
            .map(|_| match dice.roll() {
                roll if roll & 0x100 == 0 => roll as u8,
                roll => LIKELY[(roll >> 9) as usize % LIKELY.len()],
            })
            .collect();
        let (blocks, attachments) = letter::read(&data);
        with_text += u32::from(blocks > 0);
        with_attachments += u32::from(attachments > 0);
    }
    // Inputs that all end at the header would prove nothing.
    assert!(
        with_text > 10_000 && with_attachments > 1_000,
        "{with_text} with text, {with_attachments} with attachments"
    );
}

#[test]
fn the_sound_messages_of_the_fuzz_body_are_read() {
    let read: Vec<(usize, usize)> = (0..6).map(|which| letter::read(&[192 + which])).collect();
    assert_eq!(read, [(5, 0), (1, 1), (7, 0), (1, 1), (1, 0), (4, 0)]);
}
