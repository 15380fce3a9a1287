//! Rooms with real processes: what is read, what dies, and what goes on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use document::{Error, Face, Limits, Program, Reading, Refusal, Room, View};
use papers::mail::{self, Attached};
use papers::people::LAMPION;
use papers::{cda, hostile, pdf, xdm};
use zeroize::Zeroizing;

fn program() -> Program {
    Program { path: env!("CARGO_BIN_EXE_confined").into(), arguments: Vec::new() }
}

async fn open(limits: Limits) -> Room {
    Room::open(&program(), limits).await.unwrap()
}

fn message(attached: &[(&str, &[u8])]) -> Zeroizing<Vec<u8>> {
    let attached: Vec<Attached<'_>> =
        attached.iter().map(|(name, bytes)| Attached { name, media: "application/octet-stream", bytes }).collect();
    Zeroizing::new(mail::message("Compte rendu", "Bonjour,", &attached))
}

async fn read(room: &Room, attached: &[(&str, &[u8])]) -> Reading {
    room.read(message(attached), true).await.unwrap()
}

#[tokio::test]
async fn a_message_is_read_and_its_documents_shown() {
    let room = open(Limits::default()).await;
    let report = pdf::hospital_report(&LAMPION, 3);
    let archive = xdm::of(&cda::biology(&LAMPION));
    let reading = read(&room, &[("CR.pdf", &report), ("IHE_XDM.ZIP", &archive)]).await;
    assert!(reading.looked_inside);
    assert_eq!(reading.letter.subject, "Compte rendu");
    assert_eq!(reading.documents.len(), 2);
    assert_eq!(reading.patient.as_ref().unwrap().family, "LAMPION");
    assert!(matches!(room.view(0, Face::Pages).await.unwrap(), View::Pages { count: 3, .. }));
    // Page by page, back to the text of the other, and to a page again.
    for page in [0, 1, 2, 0] {
        let picture = room.page(0, page, 800).await.unwrap();
        assert_eq!((picture.width, picture.height), (800, 1131));
        assert!(picture.pixels.iter().any(|byte| *byte < 64));
    }
    assert!(matches!(room.view(1, Face::Text).await.unwrap(), View::Body(body) if body.sections.len() > 2));
    assert_eq!(room.page(0, 1, 400).await.unwrap().width, 400);
    assert_eq!(*room.attachment(0).await.unwrap(), report);
    assert_eq!(*room.attachment(1).await.unwrap(), archive);
}

#[tokio::test]
async fn what_does_not_exist_is_missing() {
    let room = open(Limits::default()).await;
    assert!(matches!(room.view(0, Face::Text).await, Err(Error::Missing)));
    assert!(matches!(room.attachment(0).await, Err(Error::Missing)));
    read(&room, &[("a.pdf", &pdf::hospital_report(&LAMPION, 1))]).await;
    assert!(matches!(room.view(1, Face::Text).await, Err(Error::Missing)));
    assert!(matches!(room.page(0, 7, 100).await, Err(Error::Missing)));
    assert!(matches!(room.page(usize::MAX, 0, 100).await, Err(Error::Missing)));
    assert!(matches!(room.attachment(1).await, Err(Error::Missing)));
}

#[tokio::test]
async fn a_second_message_replaces_the_first() {
    let room = open(Limits::default()).await;
    read(&room, &[("a.pdf", &pdf::hospital_report(&LAMPION, 3))]).await;
    let reading = read(&room, &[("b.txt", b"Bonjour")]).await;
    assert_eq!(reading.documents.first().unwrap().name, "b.txt");
    assert!(matches!(room.page(0, 0, 100).await, Err(Error::Missing)));
}

#[tokio::test]
async fn a_document_that_never_ends_is_cut_off_and_the_others_go_on() {
    let room = open(Limits { time: Duration::from_millis(1500), ..Limits::default() }).await;
    let report = pdf::hospital_report(&LAMPION, 1);
    read(&room, &[("sans fin.pdf", &hostile::endless_forms()), ("CR.pdf", &report)]).await;
    let start = Instant::now();
    assert!(matches!(room.page(0, 0, 500).await, Err(Error::TimedOut)));
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    // Another process reads the message again; nobody has to ask for it.
    assert_eq!(room.page(1, 0, 500).await.unwrap().width, 500);
}

#[tokio::test]
async fn a_document_that_eats_memory_ends_as_too_large_and_the_others_go_on() {
    let room = open(Limits { memory: 192 << 20, ..Limits::default() }).await;
    let report = pdf::hospital_report(&LAMPION, 1);
    let bomb = hostile::image_bomb(12_000);
    assert!(bomb.len() < 4 << 20);
    read(&room, &[("bombe.pdf", &bomb), ("CR.pdf", &report)]).await;
    let answer = room.page(0, 0, 500).await;
    assert!(matches!(answer, Err(Error::TooLarge | Error::Crashed | Error::Refused(_))), "{:?}", answer.err());
    assert_eq!(room.page(1, 0, 500).await.unwrap().width, 500);
}

/// The processes that this one started.
fn children() -> Vec<i32> {
    let own = std::process::id();
    let tasks = std::fs::read_dir(format!("/proc/{own}/task")).unwrap();
    let lists = tasks.map(|task| std::fs::read_to_string(task.unwrap().path().join("children")).unwrap_or_default());
    lists.flat_map(|list| list.split_ascii_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<i32>>()).collect()
}

#[tokio::test]
async fn a_killed_process_is_reported_and_a_new_one_opens() {
    let room = open(Limits::default()).await;
    read(&room, &[("CR.pdf", &pdf::hospital_report(&LAMPION, 1))]).await;
    for child in children() {
        let pid = rustix::process::Pid::from_raw(child).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    }
    assert!(matches!(room.page(0, 0, 500).await, Err(Error::Crashed)));
    assert_eq!(room.page(0, 0, 500).await.unwrap().width, 500);
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_refused_and_forgotten() {
    let room = open(Limits { message: 10_000, ..Limits::default() }).await;
    read(&room, &[("a.txt", b"Bonjour")]).await;
    let large = room.read(message(&[("b.txt", &[b'x'; 20_000])]), true).await;
    assert!(matches!(large, Err(Error::TooLarge)));
    assert!(matches!(room.view(0, Face::Text).await, Err(Error::Missing)));
}

#[tokio::test]
async fn bombs_of_every_kind_leave_the_letter_readable() {
    let room = open(Limits::default()).await;
    let attached: Vec<(&str, Vec<u8>)> = vec![
        ("a.zip", hostile::overlapping_zip()),
        ("b.zip", hostile::large_zip(100)),
        ("c.zip", hostile::nested_zip(20)),
        ("d.png", hostile::large_png(30_000)),
        ("e.xml", hostile::billion_laughs()),
        ("f.xml", hostile::deep_cda(100_000)),
        ("g.pdf", hostile::loops()),
        ("h.pdf", hostile::giant_page()),
        ("i.pdf", hostile::form_of_itself()),
        ("j.docx", hostile::large_word(200)),
        ("k.docx", hostile::deep_word(100_000)),
    ];
    let attached: Vec<(&str, &[u8])> = attached.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let reading = read(&room, &attached).await;
    assert!(reading.looked_inside);
    assert_eq!(reading.letter.subject, "Compte rendu");
    for document in 0..reading.documents.len() {
        for face in [Face::Pages, Face::Text] {
            let view = room.view(document, face).await;
            assert!(view.is_ok(), "{document} {face:?}: {:?}", view.err());
        }
        let _ = room.page(document, 0, 300).await;
    }
}

#[tokio::test]
async fn a_pdf_that_nests_without_end_costs_its_own_pages_only() {
    let room = open(Limits::default()).await;
    let report = pdf::hospital_report(&LAMPION, 1);
    let reading = read(&room, &[("profond.pdf", &hostile::deep_arrays(1_000_000)), ("CR.pdf", &report)]).await;
    assert_eq!((reading.letter.subject.as_str(), reading.documents.len()), ("Compte rendu", 2));
    let deep = room.page(0, 0, 300).await;
    assert!(matches!(deep, Ok(_) | Err(Error::Crashed | Error::Refused(_))), "{:?}", deep.err());
    assert_eq!(room.page(1, 0, 500).await.unwrap().width, 500);
}

/// Both processes may take 120 MB together, and the program alone takes 37: the rest is this one's.
#[tokio::test]
async fn twenty_pages_take_little_memory() {
    let room = open(Limits::default()).await;
    read(&room, &[("CR.pdf", &pdf::hospital_report(&LAMPION, 20))]).await;
    for page in 0..20 {
        assert_eq!(room.page(0, page, 1000).await.unwrap().width, 1000);
    }
    let most: Vec<u64> = children()
        .iter()
        .map(|child| {
            let status = std::fs::read_to_string(format!("/proc/{child}/status")).unwrap();
            let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
            line.split_ascii_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
        })
        .collect();
    assert!(most.len() == 1 && most.iter().all(|most| *most <= 83_000_000), "{most:?} bytes");
}

/// Forty megabytes, ten thousand recipients, two hundred thousand elements in each other: `tests/corpus` has them all.
/// Without optimisation the largest take more than the ten seconds of the product, where none takes one.
#[tokio::test]
async fn every_message_of_the_corpus_is_read_in_a_room() {
    let room = open(Limits { time: Duration::from_secs(60), ..Limits::default() }).await;
    let (mut largest, mut most) = (0, 0);
    for sample in corpus::all() {
        let raw = sample.raw();
        largest = largest.max(raw.len());
        let reading = room.read(Zeroizing::new(raw), true).await;
        let reading = reading.unwrap_or_else(|error| panic!("{}: {error}", sample.name));
        assert!(reading.looked_inside, "{}", sample.name);
        let letter = &reading.letter;
        let listed = (letter.to.len() + letter.cc.len()) as u32;
        assert!(listed <= Limits::default().letter.recipients as u32, "{}", sample.name);
        most = most.max(listed + letter.more_recipients);
    }
    assert!(largest >= 40_000_000 && most >= 10_000, "{largest} bytes, {most} recipients");
}

#[tokio::test]
async fn an_asker_who_goes_away_leaves_the_room_in_order() {
    let room = Arc::new(open(Limits::default()).await);
    read(&room, &[("CR.pdf", &pdf::hospital_report(&LAMPION, 20))]).await;
    for page in 0..20 {
        // Given up after a moment, at any point of the exchange.
        let _ = tokio::time::timeout(Duration::from_millis(u64::from(page) * 3), room.page(0, page, 900)).await;
    }
    let picture = room.page(0, 19, 300).await.unwrap();
    assert_eq!((picture.width, picture.pixels.len()), (300, 300 * picture.height as usize * 4));
}

#[tokio::test]
async fn askers_at_once_get_their_own_answers() {
    let room = Arc::new(open(Limits::default()).await);
    read(&room, &[("CR.pdf", &pdf::hospital_report(&LAMPION, 8))]).await;
    let asks = (0..8).map(|page| {
        let room = room.clone();
        tokio::spawn(async move { room.page(0, page, 100 + page).await.unwrap().width })
    });
    for (page, ask) in asks.collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(ask.await.unwrap(), 100 + page as u32);
    }
}

#[tokio::test]
async fn a_refused_document_says_why_both_ways() {
    let room = open(Limits::default()).await;
    read(&room, &[("secret.pdf", &pdf::encrypted(&LAMPION, "tintin"))]).await;
    assert!(matches!(room.view(0, Face::Pages).await.unwrap(), View::Refused(Refusal::Password)));
    assert!(matches!(room.page(0, 0, 100).await, Err(Error::Refused(Refusal::Password))));
}

#[tokio::test]
async fn nothing_of_a_message_is_printed() {
    let room = open(Limits::default()).await;
    let reading = read(&room, &[("LAMPION.zip", &xdm::of(&cda::discharge(&LAMPION)))]).await;
    let view = room.view(0, Face::Text).await.unwrap();
    let printed = format!("{reading:?} {view:?} {:?} {room:?}", reading.documents);
    assert!(!printed.to_lowercase().contains("lampion") && !printed.contains("Bonjour"), "{printed}");
}
