//! Images of every kind that mail brings.

use std::io::Cursor;

use fax::VecWriter;
use fax::encoder::Encoder;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use tiff::encoder::{TiffEncoder, colortype};

/// A picture whose top left quarter is red and whose top right quarter is green, the lower half blue.
pub fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => Rgb([220, 20, 20]),
        (false, true) => Rgb([20, 200, 20]),
        _ => Rgb([20, 20, 220]),
    })
}

/// The picture in a format of `image`.
pub fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(quarters(width, height)).write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A PNG that is green where it is half transparent, on its right.
pub fn half_transparent() -> Vec<u8> {
    let picture = image::RgbaImage::from_fn(40, 20, |x, _| {
        if x < 20 { image::Rgba([0, 0, 255, 255]) } else { image::Rgba([0, 255, 0, 128]) }
    });
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, ImageFormat::Png).unwrap();
    out.into_inner()
}

/// A photograph of `width × height` pixels as the sensor has it, that EXIF says how to hold (tag 0x0112: 1 to 8).
pub fn photograph(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 95).encode_image(&quarters(width, height)).unwrap();
    // Exif 2.32: APP1, «Exif», then a TIFF header and one directory of one entry.
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    let mut out = jpeg[..2].to_vec();
    out.extend_from_slice(&[0xFF, 0xE1]);
    out.extend_from_slice(&(exif.len() as u16 + 2).to_be_bytes());
    out.extend_from_slice(&exif);
    out.extend_from_slice(&jpeg[2..]);
    out
}

/// A TIFF of several pages, each of its own size: the first 100 pixels wide, the next 110, and so on.
pub fn tiff(pages: u32) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    {
        let mut encoder = TiffEncoder::new(&mut out).unwrap();
        for page in 0..pages {
            let picture = quarters(100 + page * 10, 140);
            encoder.write_image::<colortype::RGB8>(picture.width(), picture.height(), picture.as_raw()).unwrap();
        }
    }
    out.into_inner()
}

/// A page as a fax sends it: one bit a pixel, group 4 (ITU-T T.6), black frame on white.
pub fn fax(width: u16, height: u16) -> Vec<u8> {
    let mut encoder = Encoder::new(VecWriter::new());
    for y in 0..height {
        let line = (0..width).map(|x| {
            let frame = x < 20 || y < 20 || x >= width - 20 || y >= height - 20;
            if frame { fax::Color::Black } else { fax::Color::White }
        });
        encoder.encode_line(line, width).unwrap();
    }
    let strip = encoder.finish().unwrap().finish();
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    let entries: [(u16, u16, u32); 9] = [
        (256, 3, u32::from(width)),
        (257, 3, u32::from(height)),
        (258, 3, 1),
        (259, 3, 4),
        (262, 3, 0),
        (273, 4, 8 + 2 + 9 * 12 + 4),
        (277, 3, 1),
        (278, 3, u32::from(height)),
        (279, 4, strip.len() as u32),
    ];
    out.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    for (tag, kind, value) in entries {
        out.extend_from_slice(&tag.to_le_bytes());
        out.extend_from_slice(&kind.to_le_bytes());
        out.extend_from_slice(&1_u32.to_le_bytes());
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&strip);
    out
}
