//! PWG raster read again by libcups.

use std::process::Command;

/// Pages of a PWG raster as grey pixels, decoded by `ippeveps`, the PostScript command of the same package: libcups reads the
/// raster, ASCII85 carries it.
pub fn decoded(document: &[u8]) -> Vec<(usize, usize, Vec<u8>)> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("document.pwg");
    std::fs::write(&file, document).unwrap();
    let done = Command::new("/usr/sbin/ippeveps")
        .arg(&file)
        .env("CONTENT_TYPE", "image/pwg-raster")
        .env("IPP_SIDES", "one-sided")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    postscript(&text)
}

fn postscript(text: &str) -> Vec<(usize, usize, Vec<u8>)> {
    let mut pages: Vec<(usize, usize, Vec<u8>)> = Vec::new();
    // Pages are A4 at 300 dots per inch; rows are numbered from the bottom, white ones are left out.
    for page in text.split("%%Page: ").skip(1) {
        let width: usize = page.split("/Width ").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
        let height = 3508;
        let mut pixels = vec![255; width * height];
        for line in page.split("~>") {
            let Some((head, data)) = line.split_once(" L\n") else { continue };
            let row: usize = head.rsplit('\n').next().unwrap().parse().unwrap();
            let row = height - 1 - row;
            let bytes = ascii85(data);
            assert_eq!(bytes.len(), width);
            pixels[row * width..][..width].copy_from_slice(&bytes);
        }
        pages.push((width, height, pixels));
    }
    pages
}

/// ASCII85 of PostScript, without its end mark.
fn ascii85(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut group: Vec<u32> = Vec::new();
    for c in text.bytes().filter(|c| !c.is_ascii_whitespace()) {
        if c == b'z' && group.is_empty() {
            bytes.extend([0; 4]);
            continue;
        }
        group.push(u32::from(c - b'!'));
        if group.len() == 5 {
            bytes.extend(word(&group));
            group.clear();
        }
    }
    let left = group.len();
    if left > 1 {
        group.resize(5, 84);
        bytes.extend(word(&group).iter().take(left - 1));
    }
    bytes
}

fn word(group: &[u32]) -> [u8; 4] {
    group.iter().fold(0_u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(*digit)).to_be_bytes()
}
