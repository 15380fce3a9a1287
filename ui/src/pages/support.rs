//! The stage that helps: QR code, code of failure, telephone.

use crate::{MainWindow, Site, SupportAdapter};
use qrcodegen::{QrCode, QrCodeEcc};
use slint::{ComponentHandle, Image, Rgb8Pixel, SharedPixelBuffer};
use std::rc::Rc;

/// Lets the stage make its QR code out of the site's help page, whenever a code asks for it.
pub(crate) fn connect(window: &MainWindow, site: Rc<Site>) {
    let weak = window.as_weak();
    window.global::<SupportAdapter>().on_called(move |code| {
        let Some(window) = weak.upgrade() else { return };
        let adapter = window.global::<SupportAdapter>();
        let picture = site.help_address(&code).and_then(|address| draw(&address));
        let (image, modules) = picture.unwrap_or_default();
        adapter.set_qr(image);
        adapter.set_modules(modules);
    });
}

/// Shows the stage for this code, empty on «Aide».
pub(crate) fn show(window: &MainWindow, code: &str) {
    let adapter = window.global::<SupportAdapter>();
    if adapter.get_code() != code || adapter.get_modules() == 0 {
        adapter.set_code(code.into());
        adapter.invoke_called(code.into());
    }
}

/// One pixel a module, and modules a side. `None` for an address no QR code can hold (over 2,953 bytes).
fn draw(address: &str) -> Option<(Image, i32)> {
    let code = QrCode::encode_text(address, QrCodeEcc::Low).ok()?;
    let side = code.size();
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(side.unsigned_abs(), side.unsigned_abs());
    let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    for (pixel, (x, y)) in pixels.make_mut_slice().iter_mut().zip(places) {
        let shade = if code.get_module(x, y) { 0 } else { 255 };
        *pixel = Rgb8Pixel { r: shade, g: shade, b: shade };
    }
    Some((Image::from_rgb8(pixels), side))
}
