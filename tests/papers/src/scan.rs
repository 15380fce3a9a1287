//! A page as a scanner at 300 dpi sends it: grey, a little crooked, a little dirty.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, GrayImage, Luma};

use crate::people::Person;

/// A4 at 300 dpi.
pub const SIZE: (u32, u32) = (2480, 3508);

/// The grey picture of a report, scanned. The same every time.
pub fn page(patient: &Person) -> GrayImage {
    let pdf = Pdf::new(crate::pdf::hospital_report(patient, 1)).unwrap();
    let scale = SIZE.0 as f32 / crate::pdf::A4.0;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let drawn = render(
        &pdf.pages()[0],
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (width, height) = (i64::from(drawn.width()), i64::from(drawn.height()));
    let pixels = drawn.data_as_u8_slice();
    let mut dust = 0x2545_F491_4F6C_DD1D_u64;
    GrayImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        // A third of a degree, and the noise of the sensor.
        let (x, y) = (i64::from(x), i64::from(y));
        let (from_x, from_y) = (x + (y - 1754) * 6 / 1000, y - (x - 1240) * 6 / 1000);
        let inside = (0..width).contains(&from_x) && (0..height).contains(&from_y);
        let ink = if inside { i32::from(pixels[((from_y * width + from_x) * 4) as usize]) } else { 205 };
        dust ^= dust << 13;
        dust ^= dust >> 7;
        dust ^= dust << 17;
        let noise = (dust >> 60) as i32 - 8;
        Luma([(ink * 236 / 255 + 8 + noise).clamp(0, 255) as u8])
    })
}

/// The scan as a JPEG.
pub fn jpeg(patient: &Person) -> Vec<u8> {
    let page = page(patient);
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, 88).encode(page.as_raw(), SIZE.0, SIZE.1, ExtendedColorType::L8).unwrap();
    out
}

/// The scan in a PDF, as a multifunction printer sends it.
pub fn pdf(patient: &Person) -> Vec<u8> {
    crate::pdf::of_jpeg(&jpeg(patient), SIZE.0, SIZE.1, true)
}
