//! Images: JPEG, PNG, TIFF with its pages, GIF, BMP, WebP. Sizes are checked before anything is decoded.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, imageops};

use crate::error::Refusal;
use crate::limits::Limits;
use crate::pages::tiff::Pages;
use crate::pages::{fit, sound};
use crate::view::{PageSize, Picture};

/// The formats read here, by the first bytes.
pub(crate) fn format(bytes: &[u8]) -> Option<ImageFormat> {
    let format = image::guess_format(bytes).ok()?;
    match format {
        ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::Tiff | ImageFormat::Gif | ImageFormat::WebP => Some(format),
        // «BM» begins many texts: the size of a known header must follow (12, 40, 52, 56, 64, 108, 124).
        ImageFormat::Bmp => {
            matches!(bytes.get(14..18)?, [12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]).then_some(format)
        }
        _ => None,
    }
}

/// Sizes of the pages of an image, held upright, in pixels.
pub(crate) fn sizes(bytes: &[u8], limits: &Limits) -> Result<(u32, Vec<PageSize>), Refusal> {
    let format = format(bytes).ok_or(Refusal::Unsupported)?;
    if format != ImageFormat::Tiff {
        return Ok((1, vec![size(bytes, format, limits)?]));
    }
    let pages = Pages::of(bytes, limits.pages as usize).ok_or(Refusal::Broken)?;
    // Each page costs a copy of the file: a file of many pages tells the size of its first ones.
    const TOLD: usize = 32;
    let first = size(bytes, format, limits)?;
    let sizes = (0..pages.count()).map(|page| match page {
        0 => first,
        TOLD.. => first,
        page => pages.first(bytes, page).and_then(|b| size(&b, format, limits).ok()).unwrap_or(first),
    });
    Ok((u32::try_from(pages.count()).unwrap_or(u32::MAX), sizes.collect()))
}

/// Draws a page of an image. None if there is no such page.
pub(crate) fn draw(bytes: &[u8], page: u32, width: u32, limits: &Limits) -> Result<Option<Picture>, Refusal> {
    let format = format(bytes).ok_or(Refusal::Unsupported)?;
    if format != ImageFormat::Tiff {
        return if page == 0 { decode(bytes, format, width, limits).map(Some) } else { Ok(None) };
    }
    let pages = Pages::of(bytes, limits.pages as usize).ok_or(Refusal::Broken)?;
    match pages.first(bytes, page as usize) {
        Some(bytes) => decode(&bytes, format, width, limits).map(Some),
        None => Ok(None),
    }
}

fn reader<'a>(bytes: &'a [u8], format: ImageFormat, limits: &Limits) -> ImageReader<Cursor<&'a [u8]>> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut bounds = image::Limits::default();
    // Longer than any picture shown, and than any scanner's page.
    bounds.max_image_width = Some(32_768);
    bounds.max_image_height = Some(32_768);
    bounds.max_alloc = Some(limits.decoded);
    reader.limits(bounds);
    reader
}

fn size(bytes: &[u8], format: ImageFormat, limits: &Limits) -> Result<PageSize, Refusal> {
    let mut decoder = reader(bytes, format, limits).into_decoder().map_err(refusal)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width, height) = decoder.dimensions();
    let (width, height) = if turns(orientation) { (height, width) } else { (width, height) };
    Ok(sound(width as f32, height as f32))
}

fn turns(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}

fn decode(bytes: &[u8], format: ImageFormat, width: u32, limits: &Limits) -> Result<Picture, Refusal> {
    let mut decoder = reader(bytes, format, limits).into_decoder().map_err(refusal)?;
    if decoder.total_bytes() > limits.decoded {
        return Err(Refusal::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    let upright = if turns(orientation) { (image.height(), image.width()) } else { (image.width(), image.height()) };
    let size = sound(upright.0 as f32, upright.1 as f32);
    let (wide, high) = fit(size, width, limits);
    let (wide, high) = if turns(orientation) { (high, wide) } else { (wide, high) };
    // Smaller first, then turned: a scan is ten times its picture.
    let mut small = scaled(image, u32::from(wide), u32::from(high));
    small.apply_orientation(orientation);
    let rgba = small.into_rgba8();
    let (wide, high) = rgba.dimensions();
    let mut pixels = rgba.into_raw();
    premultiply(&mut pixels);
    Picture::new(wide, high, pixels).ok_or(Refusal::Broken)
}

/// To a size: averages of whole boxes down to twice the size, then a filter. Enlarged, a filter alone.
fn scaled(image: DynamicImage, width: u32, height: u32) -> DynamicImage {
    let image = eight_bits(image);
    let coarse = if image.width() > width.saturating_mul(2) && image.height() > height.saturating_mul(2) {
        image.thumbnail_exact(width * 2, height * 2)
    } else {
        image
    };
    coarse.resize_exact(width, height, imageops::FilterType::CatmullRom)
}

/// What a screen shows. Sixteen bits or floats would only take memory.
fn eight_bits(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma16(_) => DynamicImage::ImageLuma8(image.into_luma8()),
        DynamicImage::ImageLumaA16(_) => DynamicImage::ImageLumaA8(image.into_luma_alpha8()),
        DynamicImage::ImageRgb16(_) | DynamicImage::ImageRgb32F(_) => DynamicImage::ImageRgb8(image.into_rgb8()),
        DynamicImage::ImageRgba16(_) | DynamicImage::ImageRgba32F(_) => DynamicImage::ImageRgba8(image.into_rgba8()),
        eight => eight,
    }
}

fn premultiply(pixels: &mut [u8]) {
    for pixel in pixels.as_chunks_mut::<4>().0 {
        let [red, green, blue, alpha] = pixel;
        if *alpha != 255 {
            for colour in [red, green, blue] {
                *colour = ((u32::from(*colour) * u32::from(*alpha) + 127) / 255) as u8;
            }
        }
    }
}

fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooLarge,
        ImageError::Unsupported(_) => Refusal::Unsupported,
        _ => Refusal::Broken,
    }
}
