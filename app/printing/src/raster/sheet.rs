//! A rendered page laid on its sheet: upright, in the middle, on white, in grey or colour.

use crate::offer::Back;
use crate::page::{Bitmap, Frame};
use crate::plan::Raster;

/// Which side of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Front,
    Back,
}

impl Side {
    pub(super) fn other(self) -> Self {
        match self {
            Self::Front => Self::Back,
            Self::Back => Self::Front,
        }
    }
}

/// In which directions a side is sent the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    /// Right to left.
    pub(super) across: bool,
    /// Bottom to top.
    pub(super) along: bool,
}

impl Back {
    /// For sheets that turn on their long edge (PWG 5102.4 table 6); this crate prints no others.
    pub(super) fn turn(self, side: Side) -> Turn {
        match (side, self) {
            (Side::Front, _) | (Side::Back, Self::Normal | Self::ManualTumble) => Turn::default(),
            (Side::Back, Self::Flipped) => Turn { across: false, along: true },
            (Side::Back, Self::Rotated) => Turn { across: true, along: true },
        }
    }
}

/// One side to be printed.
pub(super) struct Sheet {
    bitmap: Option<Bitmap>,
    frame: Frame,
}

impl Sheet {
    /// None if the page does not fit, neither upright nor turned.
    pub(super) fn of(bitmap: Bitmap, frame: Frame) -> Option<Self> {
        let sheet = Self { bitmap: Some(bitmap), frame };
        let (width, height, _) = sheet.upright()?;
        (width <= frame.width && height <= frame.height).then_some(sheet)
    }

    pub(super) fn blank(frame: Frame) -> Self {
        Self { bitmap: None, frame }
    }

    /// Width and height as it lies on the sheet, and whether it was turned to. None if it is not whole.
    fn upright(&self) -> Option<(u32, u32, bool)> {
        let bitmap = self.bitmap.as_ref().filter(|bitmap| bitmap.is_whole())?;
        let turned = bitmap.width > bitmap.height;
        Some(if turned { (bitmap.height, bitmap.width, true) } else { (bitmap.width, bitmap.height, false) })
    }

    /// Writes one of its lines, in the order they are sent, pixels repeated across.
    pub(super) fn line(&self, number: u32, raster: &Raster, turn: Turn, line: &mut Vec<u8>) {
        let row = if turn.along { self.frame.height.saturating_sub(number + 1) } else { number };
        let size = if raster.colour { 3 } else { 1 };
        let times = usize::try_from(raster.times).unwrap_or(1);
        let width = usize::try_from(self.frame.width).unwrap_or(0);
        line.clear();
        line.resize(width * times * size, u8::MAX);
        if self.ink(row, size, times, line).is_some() && turn.across {
            // Pixel by pixel from the right, each as it is.
            line.reverse();
            line.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        }
    }

    /// Puts the pixels of the page that lie on one row of the sheet into a white line. None where there is nothing but white.
    fn ink(&self, row: u32, size: usize, times: usize, line: &mut [u8]) -> Option<()> {
        let bitmap = self.bitmap.as_ref()?;
        let (width, height, turned) = self.upright()?;
        let left = usize::try_from((self.frame.width - width) / 2).ok()?;
        let row = row.checked_sub((self.frame.height - height) / 2).filter(|row| *row < height)?;
        let (row, width) = (usize::try_from(row).ok()?, usize::try_from(width).ok()?);
        let stride = usize::try_from(bitmap.width).ok()?;
        let (pixels, _) = bitmap.rgba.as_chunks::<4>();
        let place = line.get_mut(left * size * times..)?;
        if turned {
            // Clockwise: the left edge of the page becomes the top of the sheet.
            fill(place, size, times, pixels.get(row..)?.iter().step_by(stride).take(width).rev());
        } else {
            let pixels = pixels.get(row * stride..(row + 1) * stride)?;
            if pixels.iter().all(|pixel| *pixel == [u8::MAX; 4]) {
                return None;
            }
            fill(place, size, times, pixels.iter());
        }
        Some(())
    }
}

/// Writes pixels as grey (size 1) or colour (size 3), each several times.
fn fill<'a>(place: &mut [u8], size: usize, times: usize, pixels: impl Iterator<Item = &'a [u8; 4]>) {
    match (size, times) {
        (1, 1) => place.iter_mut().zip(pixels).for_each(|(out, pixel)| *out = grey(on_white(*pixel))),
        (1, _) => {
            place.chunks_exact_mut(times).zip(pixels).for_each(|(out, pixel)| out.fill(grey(on_white(*pixel))));
        }
        _ => {
            for (place, pixel) in place.chunks_exact_mut(size * times).zip(pixels) {
                let colour = on_white(*pixel);
                place.chunks_exact_mut(size).for_each(|out| out.copy_from_slice(&colour));
            }
        }
    }
}

/// Colours multiplied by alpha, on white.
fn on_white([red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    let white = u8::MAX - alpha;
    [red.saturating_add(white), green.saturating_add(white), blue.saturating_add(white)]
}

/// Luma of ITU-R BT.709, in 256ths.
fn grey([red, green, blue]: [u8; 3]) -> u8 {
    let sum = u32::from(red) * 54 + u32::from(green) * 183 + u32::from(blue) * 19;
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_stays_white_and_black_stays_black() {
        assert_eq!(on_white([0, 0, 0, 0]), [255; 3]);
        assert_eq!(on_white([0, 0, 0, 255]), [0; 3]);
        assert_eq!(on_white([64, 0, 0, 128]), [191, 127, 127]);
        assert_eq!(on_white([255, 255, 255, 0]), [255; 3], "not multiplied by alpha, as some renderers forget");
        assert_eq!((grey([255; 3]), grey([0; 3]), grey([17; 3])), (255, 0, 17));
        assert!(grey([255, 0, 0]) < grey([0, 255, 0]));
    }

    #[test]
    fn backs_turn_as_the_specification_says_for_the_long_edge() {
        let turn = |back: Back| back.turn(Side::Back);
        assert_eq!(turn(Back::Normal), Turn::default());
        assert_eq!(turn(Back::ManualTumble), Turn::default());
        assert_eq!(turn(Back::Flipped), Turn { across: false, along: true });
        assert_eq!(turn(Back::Rotated), Turn { across: true, along: true });
        assert_eq!(Back::Rotated.turn(Side::Front), Turn::default());
    }
}
