//! Another program at the same reader.

use std::io::{BufReader, Read};
use std::process::{Child, Command, Stdio};

use e2e::{Cards, Kiosk, Place, at_the_desk, eventually};
use flow::{Failure, Screen, Touch};
use virtual_card::Handle;

/// OpenSC's explorer, which keeps the card as long as it waits for commands.
struct Other(Child);

impl Other {
    fn holds(card: &Handle) -> Self {
        let mut child = Command::new("opensc-explorer")
            .args(["--reader", "0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        let mut byte = [0];
        while !text.contains("OpenSC [") {
            assert!(said.read(&mut byte).unwrap() == 1, "opensc-explorer ended: {text}");
            text.push(char::from(byte[0]));
        }
        assert!(card.status().unwrap().traffic.apdus > 0);
        Self(child)
    }

    fn ends(mut self) {
        drop(self.0.stdin.take());
        self.0.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_card_another_program_keeps_is_told_and_read_once_it_is_free() {
    at_the_desk(|card| {
        let place = Place::deserted();
        card.insert("doctor").unwrap();
        let other = Other::holds(&card);
        let mut desk = Kiosk::start(&place.config(), Cards::from(&card), |_, _| {});
        let failed = desk.fails_with(Failure::CardBusy);
        assert!(failed.retry && failed.failure.code() == "CARD-09");
        other.ends();
        desk.touches(Touch::Retry);
        desk.sees_the_code_page_of("TOURNESOL");
        desk.leaves();
    });
}

#[test]
fn a_card_kept_for_a_moment_is_waited_for_without_a_word() {
    at_the_desk(|card| {
        let place = Place::deserted();
        card.insert("doctor").unwrap();
        let other = Other::holds(&card);
        let mut desk = Kiosk::start(&place.config(), Cards::from(&card), |_, _| {});
        let mark = desk.mark();
        desk.sees("the reading page", |screen| matches!(screen, Screen::Reading(_)));
        other.ends();
        desk.sees_the_code_page_of("TOURNESOL");
        let failed = desk.shown_since(mark).iter().any(|seen| matches!(seen.view.screen, Screen::Failed(_)));
        assert!(!failed, "{}", desk.lately());
        desk.leaves();
    });
}

/// The card of a visit is ours alone: what a verified code opens is open to nobody else.
#[test]
fn no_other_program_reaches_the_card_of_a_visit() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        eventually("the code is verified", || card.status().unwrap().verified);
        let before = card.status().unwrap().traffic;
        let other =
            Command::new("opensc-tool").args(["--reader", "0", "-c", "default", "-s", "00200001"]).output().unwrap();
        assert!(!other.status.success());
        assert_eq!(card.status().unwrap().traffic, before);
        desk.touches(Touch::Close);
        desk.is_asked_to_take_the_card(flow::RemoveCard::Finished);
        // Free again, and the code forgotten: VERIFY without a code tells three tries left, not «verified».
        eventually("the card is free again", || {
            let other = Command::new("opensc-tool")
                .args(["--reader", "0", "-c", "default", "-s", "00200001"])
                .output()
                .unwrap();
            String::from_utf8_lossy(&other.stdout).contains("SW1=0x63, SW2=0xC3")
        });
        desk.leaves();
    });
}
