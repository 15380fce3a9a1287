//! Messages as they come, read without a process.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod any_beginning;
mod archives;
mod lines;
mod shown;

use papers::mail::{self, Attached};

use super::Desk;
use crate::body::{Body, Fact, Piece, Table};
use crate::limits::Limits;
use crate::reading::{Document, Face, Reading};
use crate::view::{Picture, View};

fn read(raw: Vec<u8>) -> (Desk, Reading) {
    Desk::read(raw, true, true, Limits::default())
}

/// A message with attachments.
fn mailed(attached: &[(&str, &[u8])]) -> (Desk, Reading) {
    let attached: Vec<Attached<'_>> =
        attached.iter().map(|(name, bytes)| Attached { name, media: "application/octet-stream", bytes }).collect();
    read(mail::message("Document", "Bonjour,", &attached))
}

/// The only document of a message with one attachment.
fn one(name: &str, bytes: &[u8]) -> (Desk, Document) {
    let (desk, reading) = mailed(&[(name, bytes)]);
    assert_eq!(reading.documents.len(), 1, "{:?}", reading.documents.iter().map(|d| &d.name).collect::<Vec<_>>());
    (desk, reading.documents[0].clone())
}

fn body(desk: &Desk, document: u32) -> Body {
    match desk.view(document, Face::Text).unwrap() {
        View::Body(body) => body,
        View::Refused(why) => panic!("refused: {why}"),
        _ => panic!("not a body"),
    }
}

fn pages(desk: &Desk, document: u32) -> (u32, Vec<(f32, f32)>) {
    match desk.view(document, Face::Pages).unwrap() {
        View::Pages { count, sizes } => (count, sizes.iter().map(|s| (s.width, s.height)).collect()),
        View::Refused(why) => panic!("refused: {why}"),
        _ => panic!("not pages"),
    }
}

fn picture(desk: &Desk, document: u32, page: u32, width: u32) -> Picture {
    desk.page(document, page, width).unwrap().unwrap()
}

/// Red, green, blue, alpha at a place.
fn pixel(picture: &Picture, x: u32, y: u32) -> [u8; 4] {
    let at = ((y * picture.width + x) * 4) as usize;
    picture.pixels[at..at + 4].try_into().unwrap()
}

/// How many pixels are dark.
fn ink(picture: &Picture) -> usize {
    picture.pixels.as_chunks::<4>().0.iter().filter(|p| p[0] < 128 && p[1] < 128 && p[2] < 128).count()
}

fn tables(body: &Body) -> Vec<&Table> {
    let pieces = body.sections.iter().flat_map(|section| &section.pieces);
    pieces.filter_map(|piece| if let Piece::Table(table) = piece { Some(table) } else { None }).collect()
}

fn facts(body: &Body) -> Vec<&Fact> {
    let pieces = body.sections.iter().flat_map(|section| &section.pieces);
    pieces.filter_map(|piece| if let Piece::Facts(facts) = piece { Some(facts) } else { None }).flatten().collect()
}

fn fact<'a>(body: &'a Body, label: &str) -> &'a str {
    facts(body).into_iter().find(|fact| fact.label == label).map(|fact| fact.value.as_str()).unwrap_or_default()
}
