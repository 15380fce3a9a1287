//! Every state, drawn and held against its reference picture in `screens/`.
//!
//! `UPDATE_SCREENS=1` writes new references, and the test still fails when one has changed: a picture is looked at
//! before it is committed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod common;

use common::{Desk, Look, Picture, shapes};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use std::path::{Path, PathBuf};

/// How far a channel may be from its reference, out of 255. The software renderer is the same arithmetic everywhere
/// but for the last bit of an anti-aliased edge, which a processor that fuses multiply and add may round otherwise.
const TOLERANCE: u8 = 2;

/// Where actual and difference pictures go.
fn findings() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("screens")
}

fn write(path: &Path, picture: &Picture) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let encoder = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::NoFilter);
    picture.write_with_encoder(encoder).unwrap();
}

fn read(path: &Path) -> Option<Picture> {
    path.exists().then(|| image::open(path).unwrap().to_rgb8())
}

fn differs(one: &image::Rgb<u8>, other: &image::Rgb<u8>) -> bool {
    one.0.iter().zip(other.0).any(|(a, b)| a.abs_diff(b) > TOLERANCE)
}

/// Pixels that are not what they were, and a picture that shows them in red on a pale ground.
fn difference(expected: &Picture, actual: &Picture) -> (usize, Picture) {
    let mut count = 0;
    let mut shown = actual.clone();
    for (x, y, pixel) in shown.enumerate_pixels_mut() {
        let same = expected.get_pixel_checked(x, y).is_some_and(|before| !differs(before, pixel));
        if same {
            pixel.0 = pixel.0.map(|channel| 192 + channel / 4);
        } else {
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
    for (name, view) in shapes() {
        // A desk of its own: a picture never depends on the one before it.
        let desk = Desk::new(size);
        desk.show_as(&view, look);
        let actual = desk.picture();
        assert_eq!(actual.dimensions(), size);
        let file = format!("{name}{}.png", look.suffix());
        let path = references.join(&file);
        let complaint = match read(&path) {
            None => format!("{folder}/{file} is new"),
            Some(expected) => match difference(&expected, &actual) {
                (0, _) => continue,
                (count, shown) => {
                    write(&findings().join(&folder).join(format!("diff-{file}")), &shown);
                    format!("{folder}/{file}: {count} pixels differ")
                }
            },
        };
        write(&if update { path } else { findings().join(&folder).join(&file) }, &actual);
        complaints.push(complaint);
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

#[test]
fn small_panel_large_text() {
    every_state_looks_as_agreed((1024, 600), Look::Large);
}

#[test]
fn wide_panel_light() {
    every_state_looks_as_agreed((1280, 800), Look::Light);
}

#[test]
fn wide_panel_dark() {
    every_state_looks_as_agreed((1280, 800), Look::Dark);
}

#[test]
fn wide_panel_large_text() {
    every_state_looks_as_agreed((1280, 800), Look::Large);
}

#[test]
fn no_reference_is_left_of_a_state_that_is_gone() {
    let names: Vec<_> = shapes().into_iter().map(|(name, _)| name.to_string()).collect();
    for (width, height) in common::SIZES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/screens/{width}x{height}"));
        for entry in std::fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            let stem = file.trim_end_matches(".png").trim_end_matches("-dark").trim_end_matches("-large");
            assert!(names.iter().any(|name| name == stem), "{file} belongs to no sample");
        }
    }
}

#[test]
fn a_single_changed_pixel_is_seen() {
    let before = Picture::from_pixel(8, 8, image::Rgb([244, 243, 239]));
    let mut after = before.clone();
    assert_eq!(difference(&before, &after).0, 0);
    after.get_pixel_mut(3, 3).0 = [244, 243, 236];
    assert_eq!(difference(&before, &after).0, 1);
}
