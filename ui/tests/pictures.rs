//! Every state, drawn and held against its reference picture in `screens/`.
//!
//! `UPDATE_SCREENS=1` writes new references, and the test still fails when one has changed: a picture is looked at
//! before it is committed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{Desk, Look, Picture, shapes};
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

/// The choice of a folder, which no view asks for.
const FOLDERS: &str = "inbox-folders";

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

fn every_state_looks_as_agreed(size: (u32, u32), look: Look) {
    let update = std::env::var_os("UPDATE_SCREENS").is_some();
    let folder = format!("{}x{}", size.0, size.1);
    let references = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens").join(&folder);
    let mut complaints = Vec::new();
    let mut look_at = |name: &str, desk: &Desk| {
        let actual = desk.picture();
        assert_eq!(actual.dimensions(), size);
        let file = format!("{name}{}.png", look.suffix());
        let path = references.join(&file);
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
        write(&if update { path } else { findings().join(&folder).join(&file) }, &actual);
        complaints.push(complaint);
    };
    // The failures differ by their words alone: one look reads them all.
    let views = if (size, look) == (common::SIZES[0], Look::Light) { ui::samples::all() } else { shapes() };
    for (name, view) in views {
        // A desk of its own: a picture never depends on the one before it.
        let desk = Desk::new(size);
        desk.show_as(&view, look);
        look_at(name, &desk);
        if name == "inbox-many-folders" {
            desk.open_folders(look);
            look_at(FOLDERS, &desk);
        }
    }
    assert!(
        complaints.is_empty(),
        "{}\nSee {}, look at them, then UPDATE_SCREENS=1 if they are right.",
        complaints.join("\n"),
        findings().display()
    );
}

#[test]
fn small_panel_light() {
    every_state_looks_as_agreed((1024, 600), Look::Light);
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
    let names: Vec<_> = ui::samples::all().into_iter().map(|(name, _)| name.to_string()).collect();
    for (width, height) in common::SIZES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/screens/{width}x{height}"));
        for entry in std::fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            let stem = file.trim_end_matches(".png");
            let stem = common::LOOKS.iter().fold(stem, |stem, look| stem.strip_suffix(look.suffix()).unwrap_or(stem));
            assert!(stem == FOLDERS || names.iter().any(|name| name == stem), "{file} belongs to no sample");
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
