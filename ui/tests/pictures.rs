//! Every state, drawn and held against its reference picture in `screens/`.
//!
//! `UPDATE_SCREENS=1` writes new references, and the test still fails when one has changed: a picture is looked at
//! before it is committed. `UPDATE_SCREENS=compose,sheet` writes those whose name begins so, and draws no other.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{Desk, FURTHER, KEYBOARD, Look, Picture, shapes};
use image::Rgb;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// How far a channel of a flat fill may be from its reference, out of 255: the software renderer is the same arithmetic
/// everywhere but for the last bit, which a processor that fuses multiply and add may round otherwise.
const FLAT: u8 = 2;

/// How far a channel of an anti-aliased edge may be. References have a palette of 256 colours, which keeps the folder
/// at a third of its size: fills and the commonest shades are exact in it, a rare shade is the nearest of those.
const EDGE: u8 = 12;

/// A colour of so many pixels is a fill.
const FILL: u32 = 400;

/// Where actual and difference pictures go.
fn findings() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("screens")
}

fn write(path: &Path, picture: &Picture) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let (palette, indices) = indexed(picture);
    let file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut encoder = png::Encoder::new(file, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_palette(palette.concat());
    encoder.write_header().unwrap().write_image_data(&indices).unwrap();
}

fn read(path: &Path) -> Option<Picture> {
    path.exists().then(|| image::open(path).unwrap().to_rgb8())
}

/// Colours and how many pixels each has, counted run by run: tests are built without optimisation.
fn counted(picture: &Picture) -> HashMap<[u8; 3], u32> {
    let mut counts = HashMap::new();
    let pixels = picture.as_raw().as_chunks::<3>().0;
    for run in pixels.chunk_by(|one, other| one == other) {
        *counts.entry(run[0]).or_default() += u32::try_from(run.len()).unwrap();
    }
    counts
}

fn distance(one: [u8; 3], other: [u8; 3]) -> u8 {
    one.iter().zip(other).map(|(a, b)| a.abs_diff(b)).max().unwrap_or_default()
}

/// The commonest colours, as far apart as need be so that 256 of them come near every colour.
fn indexed(picture: &Picture) -> (Vec<[u8; 3]>, Vec<u8>) {
    let mut colours: Vec<_> = counted(picture).into_iter().collect();
    colours.sort_by_key(|(colour, count)| (Reverse(*count), *colour));
    let spread = |apart: u8| {
        let mut palette: Vec<[u8; 3]> = Vec::new();
        for (colour, count) in &colours {
            if *count >= FILL || palette.iter().all(|known| distance(*known, *colour) > apart) {
                palette.push(*colour);
            }
        }
        palette
    };
    let palette =
        (0..=EDGE).map(spread).find(|palette| palette.len() <= 256).expect("flat fills and text: few colours");
    let nearest: HashMap<[u8; 3], u8> = colours
        .iter()
        .map(|(colour, _)| {
            let place = (0..palette.len()).min_by_key(|place| distance(palette[*place], *colour)).unwrap();
            (*colour, u8::try_from(place).unwrap())
        })
        .collect();
    let indices = picture.pixels().map(|pixel| nearest[&pixel.0]).collect();
    (palette, indices)
}

/// Pixels that are not what they were, and a picture that shows them in red.
fn difference(expected: &Picture, actual: &Picture) -> (usize, Picture) {
    if expected == actual {
        return (0, actual.clone());
    }
    let mut count = 0;
    let mut shown = actual.clone();
    let counts = counted(actual).into_iter();
    let fills: HashSet<[u8; 3]> = counts.filter(|(_, pixels)| *pixels >= FILL).map(|(colour, _)| colour).collect();
    for (x, y, pixel) in shown.enumerate_pixels_mut() {
        let before = expected.get_pixel_checked(x, y);
        let same = before.is_some_and(|before| {
            before == pixel || distance(before.0, pixel.0) <= if fills.contains(&pixel.0) { FLAT } else { EDGE }
        });
        if !same {
            count += 1;
            pixel.0 = [220, 0, 0];
        }
    }
    if expected.dimensions() != actual.dimensions() {
        count = count.max(1);
    }
    (count, shown)
}

/// One size and look, held against its references.
struct Album {
    size: (u32, u32),
    look: Look,
    complaints: Vec<String>,
    /// How the names begin that are drawn and written; `None` without an update.
    update: Option<Vec<String>>,
}

impl Album {
    fn open(size: (u32, u32), look: Look) -> Self {
        let wanted = std::env::var("UPDATE_SCREENS").ok();
        let starts = |wanted: String| match wanted.as_str() {
            "1" => vec![String::new()],
            names => names.split(',').map(String::from).collect(),
        };
        Self { size, look, complaints: Vec::new(), update: wanted.map(starts) }
    }

    fn wants(&self, name: &str) -> bool {
        self.update.as_ref().is_none_or(|starts| starts.iter().any(|start| name.starts_with(start.as_str())))
    }

    fn look_at(&mut self, name: &str, desk: &Desk) {
        if !self.wants(name) {
            return;
        }
        let actual = desk.picture();
        assert_eq!(actual.dimensions(), self.size);
        let folder = format!("{}x{}", self.size.0, self.size.1);
        let file = format!("{name}{}.png", self.look.suffix());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens").join(&folder).join(&file);
        let complaint = match read(&path) {
            None => format!("{folder}/{file} is new"),
            Some(expected) => match difference(&expected, &actual) {
                (0, _) => return,
                (count, shown) => {
                    write(&findings().join(&folder).join(format!("diff-{file}")), &shown);
                    format!("{folder}/{file}: {count} pixels differ")
                }
            },
        };
        write(&if self.update.is_some() { path } else { findings().join(&folder).join(&file) }, &actual);
        self.complaints.push(complaint);
    }
}

/// Tells all complaints at once.
fn close(complaints: &[String]) {
    assert!(
        complaints.is_empty(),
        "{}\nSee {}, look at them, then UPDATE_SCREENS=1 if they are right.",
        complaints.join("\n"),
        findings().display()
    );
}

fn every_state_looks_as_agreed(size: (u32, u32), look: Look) {
    look_as_agreed(shapes(), size, look);
}

fn look_as_agreed(views: Vec<(&'static str, flow::View)>, size: (u32, u32), look: Look) {
    let mut album = Album::open(size, look);
    for (name, view) in views {
        let further: Vec<_> = FURTHER.iter().filter(|further| further.is_beyond(name, look)).collect();
        if !album.wants(name) && !further.iter().any(|further| album.wants(further.name)) {
            continue;
        }
        // A desk of its own: a picture never depends on the one before it.
        let desk = Desk::new(size);
        desk.show_as(&view, look);
        album.look_at(name, &desk);
        for further in further {
            desk.go(further.there, look);
            album.look_at(further.name, &desk);
        }
    }
    close(&album.complaints);
}

/// The keyboard's own states, a touch away from an answer that is written or from a login: what is not as agreed.
fn keyboard(size: (u32, u32), look: Look) -> Vec<String> {
    let mut album = Album::open(size, look);
    for name in KEYBOARD.into_iter().filter(|name| album.wants(name)).collect::<Vec<_>>() {
        let desk = Desk::new(size);
        let page = if name.contains("login") { "service-form" } else { "compose" };
        desk.show_as(&common::sample(page), look);
        match name {
            "keyboard-figures" => desk.click("Chiffres et signes"),
            "keyboard-signs" => {
                desk.click("Chiffres et signes");
                desk.click("Autres signes");
            }
            "keyboard-login-signs" => desk.click("Signes"),
            "keyboard-login-more" => {
                desk.click("Signes");
                desk.click("Autres signes");
            }
            "keyboard-capitals" => desk.click("Majuscule"),
            "keyboard-locked" => {
                desk.click("Majuscule");
                desk.click("Majuscule");
            }
            "keyboard-left" => desk.press(common::finger::middle(&desk.target("e"))),
            _ => desk.press(common::finger::middle(&desk.target("o"))),
        }
        desk.pass(std::time::Duration::from_millis(450));
        album.look_at(name, &desk);
    }
    album.complaints
}

#[test]
fn the_keyboard_on_both_panels() {
    let looks = [Look::Light, Look::Dark, Look::Large];
    let complaints = common::SIZES.into_iter().flat_map(|size| looks.map(|look| keyboard(size, look))).flatten();
    close(&complaints.collect::<Vec<_>>());
}

#[test]
fn small_panel_light() {
    every_state_looks_as_agreed((1024, 600), Look::Light);
}

// What differs by its words alone is read in one look.
#[test]
fn small_panel_light_words() {
    let shapes = shapes();
    let mut views = ui::samples::all();
    views.retain(|(name, _)| shapes.iter().all(|(shape, _)| shape != name));
    look_as_agreed(views, (1024, 600), Look::Light);
}

#[test]
fn small_panel_dark() {
    every_state_looks_as_agreed((1024, 600), Look::Dark);
}

// The other language where there is least room for it.
#[test]
fn small_panel_english() {
    every_state_looks_as_agreed((1024, 600), Look::English);
}

#[test]
fn wide_panel_dark() {
    every_state_looks_as_agreed((1280, 800), Look::Dark);
}

#[test]
fn small_panel_large_text() {
    every_state_looks_as_agreed((1024, 600), Look::Large);
}

#[test]
fn wide_panel_light() {
    every_state_looks_as_agreed((1280, 800), Look::Light);
}

#[test]
fn wide_panel_large_text() {
    every_state_looks_as_agreed((1280, 800), Look::Large);
}

#[test]
fn no_reference_is_left_of_a_state_that_is_gone() {
    let further = FURTHER.iter().map(|further| further.name);
    let names: Vec<_> = ui::samples::all().into_iter().map(|(name, _)| name).chain(further).chain(KEYBOARD).collect();
    for (width, height) in common::SIZES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/screens/{width}x{height}"));
        for entry in std::fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            let stem = file.trim_end_matches(".png");
            let stem = common::LOOKS.iter().fold(stem, |stem, look| stem.strip_suffix(look.suffix()).unwrap_or(stem));
            assert!(names.contains(&stem), "{file} belongs to no sample");
        }
    }
}

#[test]
fn a_single_changed_pixel_is_seen() {
    let before = Picture::from_pixel(40, 40, Rgb([244, 243, 239]));
    let mut after = before.clone();
    assert_eq!(difference(&before, &after).0, 0);
    after.get_pixel_mut(3, 3).0 = [230, 243, 239];
    assert_eq!(difference(&before, &after).0, 1);
}

#[test]
fn a_fill_that_is_a_shade_off_is_seen() {
    let before = Picture::from_pixel(40, 40, Rgb([244, 243, 239]));
    let after = Picture::from_pixel(40, 40, Rgb([244, 243, 236]));
    assert_eq!(difference(&before, &after).0, 1600);
}
