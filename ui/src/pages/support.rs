//! The stage that helps: QR code, code of failure, telephone, e-mail address.

use crate::{MainWindow, Site, SupportAdapter};
use flow::Stamp;
use qrcodegen::{QrCode, QrCodeEcc};
use slint::{ComponentHandle, Image, Rgb8Pixel, SharedPixelBuffer};
use std::rc::Rc;

/// Lets the stage make its QR code out of what the site says of itself, whenever a code asks for it.
pub(crate) fn connect(window: &MainWindow, site: Rc<Site>) {
    let adapter = window.global::<SupportAdapter>();
    adapter.set_opens(site.help.is_some());
    let weak = window.as_weak();
    adapter.on_called(move |code, moment| {
        let Some(window) = weak.upgrade() else { return };
        let adapter = window.global::<SupportAdapter>();
        let picture = site.qr_text(&code, &moment).and_then(|text| draw(&text));
        let (image, modules) = picture.unwrap_or_default();
        adapter.set_qr(image);
        adapter.set_modules(modules);
    });
}

/// Shows the stage for this code, empty on «Aide», and the minute it happened.
pub(crate) fn show(window: &MainWindow, code: &str, at: Option<Stamp>) {
    let adapter = window.global::<SupportAdapter>();
    let moment = at.map(map_stamp).unwrap_or_default();
    if adapter.get_code() != code || adapter.get_moment() != moment || adapter.get_modules() == 0 {
        adapter.set_code(code.into());
        adapter.set_moment(moment.as_str().into());
        adapter.invoke_called(code.into(), moment.into());
    }
}

/// As [`show`], for a failure that does not say when it happened: now, when it is first shown.
pub(crate) fn show_now(window: &MainWindow, code: &str, now: Option<Stamp>) {
    if window.global::<SupportAdapter>().get_code() != code {
        show(window, code, now);
    }
}

/// No failure is on the screen: the next one has a time of its own.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<SupportAdapter>();
    adapter.set_code("".into());
    adapter.set_moment("".into());
    adapter.set_modules(0);
}

/// ISO 8601 to the minute, local time.
fn map_stamp(Stamp { day, hour, minute }: Stamp) -> String {
    format!("{:04}-{:02}-{:02}T{hour:02}:{minute:02}", day.year, day.month, day.day)
}

/// One pixel a module, and modules a side. `None` for a text no QR code can hold (over 2,953 bytes).
fn draw(text: &str) -> Option<(Image, i32)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let side = code.size();
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(side.unsigned_abs(), side.unsigned_abs());
    let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    for (pixel, (x, y)) in pixels.make_mut_slice().iter_mut().zip(places) {
        let shade = if code.get_module(x, y) { 0 } else { 255 };
        *pixel = Rgb8Pixel { r: shade, g: shade, b: shade };
    }
    Some((Image::from_rgb8(pixels), side))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::Day;

    #[test]
    fn a_moment_has_all_its_zeros() {
        let at = Stamp { day: Day { year: 2026, month: 3, day: 7 }, hour: 9, minute: 5 };
        assert_eq!(map_stamp(at), "2026-03-07T09:05");
    }
}
