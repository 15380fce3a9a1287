//! The body of the fuzz target `document` without nightly: on fixed arbitrary bytes, and on the papers spoilt.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout, reason = "tests")]

use std::io::{Cursor, Read as _};
use std::time::{Duration, Instant};

use image::ImageFormat;
use papers::people::{CASTAFIORE, LAMPION};
use papers::{hostile, pdf, picture, xdm};

#[path = "../fuzz/document_body.rs"]
mod body;
mod spoil;

use spoil::{Bounds, Dice, spoil, turns};

/// At most three thousand documents and twenty seconds, whichever comes first; `tests/spoil/mod.rs` says how to go on
/// longer.
const BOUNDS: Bounds = Bounds { inputs: 3_000, time: Duration::from_secs(20) };

/// A document, and where it is spoilt. What is packed is spoilt before it is packed: after, little would be read.
enum Sound {
    Whole(&'static str, Vec<u8>),
    /// One of the files of an archive.
    Archive(&'static str, Vec<(String, Vec<u8>)>),
    /// What draws the only page of a PDF.
    Drawing(Vec<u8>),
}

/// The papers, and the bad ones that end: forms without end are for a room, which has a clock.
fn sound() -> Vec<Sound> {
    let mut sound: Vec<Sound> = body::sound().iter().map(|(name, bytes)| Sound::Whole(name, bytes.clone())).collect();
    for (name, bytes) in body::sound().iter().filter(|(_, bytes)| bytes.starts_with(b"PK")) {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        let files = (0..archive.len()).map(|place| {
            let mut file = archive.by_index(place).expect("a file");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("its bytes");
            (file.name().expect("its name").into_owned(), bytes)
        });
        sound.push(Sound::Archive(name, files.collect()));
    }
    let drawings = pdf::report_contents("Compte rendu", &CASTAFIORE, &LAMPION, &pdf::HOSPITAL, 2);
    sound.extend(drawings.into_iter().map(Sound::Drawing));
    sound.extend([
        Sound::Whole("scan.pdf", pdf::of_jpeg(&picture::encoded(160, 120, ImageFormat::Jpeg), 160, 120, false)),
        Sound::Whole("boucle.pdf", hostile::loops()),
        Sound::Whole("soi.pdf", hostile::form_of_itself()),
        Sound::Whole("geant.pdf", hostile::giant_page()),
        Sound::Whole("mince.pdf", hostile::thin_page()),
        Sound::Whole("dehors.xml", hostile::outside_entity()),
        Sound::Whole("rires.xml", hostile::billion_laughs()),
        Sound::Whole("profond.xml", hostile::deep_cda(60)),
        Sound::Whole("poupees.zip", hostile::nested_zip(3)),
        Sound::Whole("bombe.zip", hostile::overlapping_zip()),
    ]);
    sound
}

impl Sound {
    fn is_drawn(&self) -> bool {
        match self {
            Sound::Whole(name, _) => name.ends_with(".pdf") || name.ends_with(".eml"),
            Sound::Archive(..) => false,
            Sound::Drawing(_) => true,
        }
    }

    fn spoilt(&self, other: &[u8], dice: &mut Dice) -> (&'static str, Vec<u8>) {
        match self {
            Sound::Whole(name, bytes) => (name, spoil(bytes.clone(), other, dice)),
            Sound::Archive(name, files) => {
                let mut files = files.clone();
                let place = dice.below(files.len());
                let file = std::mem::take(&mut files[place].1);
                files[place].1 = spoil(file, other, dice);
                let files: Vec<(&str, &[u8])> =
                    files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
                (name, xdm::zip(&files))
            }
            Sound::Drawing(content) => {
                let content = spoil(content.clone(), other, dice);
                ("dessin.pdf", pdf::pages(pdf::Writer::default(), &[content], pdf::A4, ""))
            }
        }
    }
}

#[test]
fn spoilt_documents_are_shown_within_their_bounds() {
    let sound = sound();
    let mut found = 0;
    turns(&BOUNDS, 0x6775_6963_6865_7432, |dice| {
        let mut chosen = dice.one(&sound);
        // Drawing without optimisation takes as long as a hundred parsers: half of those turns go to something else.
        if chosen.is_drawn() && dice.below(2) == 0 {
            chosen = dice.one(&sound);
        }
        let (_, other) = dice.one(body::sound());
        let (name, bytes) = chosen.spoilt(other, dice);
        found += body::open(name, &bytes);
    });
    assert!(found > 0, "no document in any of them");
}

/// At most twenty thousand inputs and twenty seconds, whichever comes first.
#[test]
fn arbitrary_documents_are_shown_within_their_bounds() {
    let start = Instant::now();
    let mut dice = Dice::of(0x0DDB_1A5E_5BAD_5EED, 0);
    let (mut tried, mut found) = (0, 0);
    while tried < 20_000 && start.elapsed() < BOUNDS.time {
        let length = 2 + dice.below(120);
        let mut data: Vec<u8> = (0..length).map(|_| dice.roll() as u8).collect();
        let (name, _) = body::sound()[usize::from(data[0]) % body::sound().len()];
        // See above: one turn of sixteen.
        if name.ends_with(".pdf") && tried % 16 != 0 {
            data[0] = 0;
        }
        found += body::document(&data);
        tried += 1;
    }
    // A document is found even where nothing of it can be shown.
    assert!(tried > 0 && found >= tried, "{found} documents of {tried} inputs");
}
