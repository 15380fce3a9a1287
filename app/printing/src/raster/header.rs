//! The page header of PWG raster: 1796 bytes, big-endian (PWG 5102.4 table 4). What is not written stays zero, which means
//! "as the job says" or "nothing special".

use super::sheet::Turn;
use crate::plan::Raster;

/// Length of a page header.
pub(super) const LENGTH: usize = 1796;

/// Name of A4 in PWG 5101.1.
const A4: &[u8] = b"iso_a4_210x297mm";

/// Places of the fields that are written.
mod place {
    pub(super) const FORMAT: usize = 0;
    pub(super) const DUPLEX: usize = 272;
    pub(super) const RESOLUTION: usize = 276;
    pub(super) const PAGE_SIZE: usize = 352;
    pub(super) const WIDTH: usize = 372;
    pub(super) const HEIGHT: usize = 376;
    pub(super) const BITS_PER_COLOUR: usize = 384;
    pub(super) const BITS_PER_PIXEL: usize = 388;
    pub(super) const BYTES_PER_LINE: usize = 392;
    pub(super) const COLOUR_SPACE: usize = 400;
    pub(super) const COLOURS: usize = 420;
    pub(super) const TOTAL_PAGES: usize = 452;
    pub(super) const CROSS_FEED: usize = 456;
    pub(super) const FEED: usize = 460;
    pub(super) const ALTERNATE_PRIMARY: usize = 480;
    pub(super) const PAGE_SIZE_NAME: usize = 1732;
}

/// Colour spaces (PWG 5102.4 section 4.3.3.1).
const SGRAY: u32 = 18;
const SRGB: u32 = 19;

/// Appends a page header.
pub(super) fn write(out: &mut Vec<u8>, raster: &Raster, two_sided: bool, turn: Turn, total: u32) {
    let mut bytes = [0_u8; LENGTH];
    let mut put = |place: usize, value: &[u8]| {
        for (byte, value) in bytes.iter_mut().skip(place).zip(value) {
            *byte = *value;
        }
    };
    let number = |value: u32| value.to_be_bytes();
    let sign = |turned: bool| if turned { -1_i32 } else { 1 }.to_be_bytes();
    let (width, height) = (raster.frame.width * raster.times, raster.frame.height * raster.times);
    let dpi = raster.frame.dpi * raster.times;
    let colours = if raster.colour { 3 } else { 1 };
    put(place::FORMAT, b"PwgRaster");
    put(place::DUPLEX, &number(u32::from(two_sided)));
    put(place::RESOLUTION, &number(dpi));
    put(place::RESOLUTION + 4, &number(dpi));
    // In points; A4 is 595.28 by 841.89.
    put(place::PAGE_SIZE, &number(595));
    put(place::PAGE_SIZE + 4, &number(842));
    put(place::WIDTH, &number(width));
    put(place::HEIGHT, &number(height));
    put(place::BITS_PER_COLOUR, &number(8));
    put(place::BITS_PER_PIXEL, &number(8 * colours));
    put(place::BYTES_PER_LINE, &number(width * colours));
    put(place::COLOUR_SPACE, &number(if raster.colour { SRGB } else { SGRAY }));
    put(place::COLOURS, &number(colours));
    put(place::TOTAL_PAGES, &number(total));
    put(place::CROSS_FEED, &sign(turn.across));
    put(place::FEED, &sign(turn.along));
    put(place::ALTERNATE_PRIMARY, &number(0x00FF_FFFF));
    put(place::PAGE_SIZE_NAME, A4);
    out.extend_from_slice(&bytes);
}
