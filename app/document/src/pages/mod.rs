//! Documents that are pages: PDF and images.

pub(crate) mod image;
pub(crate) mod pdf;
mod tiff;

use crate::limits::Limits;
use crate::view::{PageSize, Picture};

/// Width and height of the picture of a page: as wide as asked, within the limits, in the page's proportions.
pub(crate) fn fit(size: PageSize, width: u32, limits: &Limits) -> (u16, u16) {
    let side = f64::from(limits.side.clamp(1, u32::from(u16::MAX)));
    let ratio = f64::from(size.height) / f64::from(size.width);
    let mut wide = f64::from(width).clamp(1.0, side);
    wide = wide.min(side / ratio).min((f64::from(limits.pixels) / ratio).sqrt());
    // Rounded down: the limits are the last word.
    let pixels = |length: f64| length.floor().clamp(1.0, side) as u16;
    (pixels(wide), pixels((wide * ratio + 0.5).min(f64::from(limits.pixels) / wide.max(1.0))))
}

/// A size that a page can have: two finite lengths, neither a hundred times the other. What is none is read as A4.
pub(crate) fn sound(width: f32, height: f32) -> PageSize {
    const A4: PageSize = PageSize { width: 595.0, height: 842.0 };
    let length = |l: f32| l.is_finite() && l > 0.0;
    if !length(width) || !length(height) {
        return A4;
    }
    PageSize { width: width.max(height / 100.0), height: height.max(width / 100.0) }
}

impl Picture {
    /// A picture whose bytes are as many as its pixels.
    pub(crate) fn new(width: u32, height: u32, pixels: Vec<u8>) -> Option<Picture> {
        let bytes = u64::from(width) * u64::from(height) * 4;
        (bytes > 0 && pixels.len() as u64 == bytes).then(|| Picture { width, height, pixels: pixels.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A4: PageSize = PageSize { width: 595.0, height: 842.0 };

    #[test]
    fn a_page_is_as_wide_as_asked_and_keeps_its_proportions() {
        assert_eq!(fit(A4, 1000, &Limits::default()), (1000, 1415));
        assert_eq!(fit(A4, 1, &Limits::default()), (1, 1));
    }

    #[test]
    fn no_picture_goes_beyond_the_limits() {
        let limits = Limits::default();
        for size in
            [A4, sound(1e9, 1e9), sound(1e9, 1.0), sound(1e-9, 1e9), sound(f32::NAN, 1.0), sound(200.0, 14_400.0)]
        {
            for width in [0, 1, 999, 8192, 100_000, u32::MAX] {
                let (w, h) = fit(size, width, &limits);
                let (w, h) = (u32::from(w), u32::from(h));
                assert!(w >= 1 && h >= 1 && w <= limits.side && h <= limits.side, "{size:?} {width}: {w} {h}");
                assert!(w * h <= limits.pixels, "{size:?} {width}: {w} {h}");
            }
        }
    }
}
