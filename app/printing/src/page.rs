//! Pages as their owner renders them, one at a time.

use futures::future::BoxFuture;
use zeroize::{Zeroize, Zeroizing};

use crate::error::Source;

/// A4 (ISO 216), in tenths of a millimetre.
const A4: (u32, u32) = (2100, 2970);

/// Room on one side of a sheet, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pixels per inch.
    pub dpi: u32,
}

impl Frame {
    /// An A4 sheet, upright.
    #[must_use]
    pub(crate) fn a4(dpi: u32) -> Self {
        let pixels = |tenths: u32| (tenths * dpi + 127) / 254;
        Self { width: pixels(A4.0), height: pixels(A4.1), dpi }
    }

    /// How large, in pixels, to render a page of this width and height (in any unit) so that it fills the frame. A page that
    /// lies is rendered lying and turned by [`crate::Printer`]; a page as large as A4 comes out at its own size.
    #[must_use]
    pub fn fit(self, width: f64, height: f64) -> (u32, u32) {
        if !(width > 0.0 && height > 0.0 && width.is_finite() && height.is_finite()) {
            return (self.width, self.height);
        }
        let (across, down) = if width > height { (self.height, self.width) } else { (self.width, self.height) };
        let scale = (f64::from(across) / width).min(f64::from(down) / height);
        let pixels = |length: f64, most: u32| {
            let length = (length * scale).round().clamp(1.0, f64::from(most));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and a u32")]
            let length = length as u32;
            // A4 in points is rounded, and so are pixels.
            if most - length <= 2 { most } else { length }
        };
        (pixels(width, across), pixels(height, down))
    }
}

/// A rendered page. Wiped when dropped.
pub struct Bitmap {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Four bytes a pixel, rows from the top: red, green, blue (sRGB, multiplied by alpha) and alpha. What is not opaque
    /// lies on white.
    pub rgba: Zeroizing<Vec<u8>>,
}

impl Bitmap {
    /// Whether there are as many pixels as it says.
    pub(crate) fn is_whole(&self) -> bool {
        let bytes = (u64::from(self.width) * u64::from(self.height)).checked_mul(4);
        bytes.is_some_and(|bytes| bytes > 0 && bytes == self.rgba.len() as u64)
    }
}

impl std::fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bitmap({} × {})", self.width, self.height)
    }
}

impl Zeroize for Bitmap {
    fn zeroize(&mut self) {
        self.rgba.zeroize();
    }
}

/// Who renders the pages of a document.
pub trait Pages {
    /// Renders one page, `1` being the first, to fit in `frame` upright or lying ([`Frame::fit`] says how large). Pages come in
    /// order; with several copies they may come again.
    ///
    /// # Errors
    /// In whatever words; the job is taken back and ends with [`crate::Error::Page`].
    fn page(&mut self, page: u32, frame: Frame) -> BoxFuture<'_, Result<Bitmap, Source>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a4_has_the_pixels_printers_expect() {
        assert_eq!(Frame::a4(300), Frame { width: 2480, height: 3508, dpi: 300 });
        assert_eq!(Frame::a4(600), Frame { width: 4961, height: 7016, dpi: 600 });
        assert_eq!(Frame::a4(203), Frame { width: 1678, height: 2374, dpi: 203 });
    }

    #[test]
    fn a_page_fills_the_frame_and_never_more() {
        let frame = Frame::a4(300);
        assert_eq!(frame.fit(595.276, 841.89), (2480, 3508));
        assert_eq!(frame.fit(841.89, 595.276), (3508, 2480), "lying");
        assert_eq!(frame.fit(612.0, 792.0), (2480, 3209), "US letter is wider");
        assert_eq!(frame.fit(1.0, 1000.0), (4, 3508));
        assert_eq!(frame.fit(0.001, 1e9), (1, 3508));
        assert_eq!(frame.fit(f64::NAN, 1.0), (2480, 3508));
        assert_eq!(frame.fit(0.0, 1.0), (2480, 3508));
    }
}
