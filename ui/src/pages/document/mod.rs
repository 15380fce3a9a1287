//! J1 to J4: a document.

pub(super) mod parts;

use super::inbox::{map_date, one_line};
use super::{Send, refresh};
use crate::french::count;
use crate::{DocumentAdapter, DocumentRefusal, DocumentState, MainWindow, PaperFacts, papers};
use flow::{Day, Display, Document, PageMove, Paper, Picture, Stamp, Touch, Unreadable};
use slint::{ComponentHandle, Image, Model, ModelRc, Rgba8Pixel, SharedPixelBuffer};
use std::cell::RefCell;
use std::sync::{Arc, Weak};

thread_local! {
    /// The page that was made ready for the screen last, and what it was made of: views come more often than pages.
    static READY: RefCell<Option<(Weak<Vec<u8>>, Image)>> = const { RefCell::new(None) };
}

/// Lends the page its fingers, and takes the preview's people out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<DocumentAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_turned(move |forward| touch(Touch::Move(if forward { PageMove::Next } else { PageMove::Previous })));
    let touch = send.clone();
    adapter.on_zoomed(move |closer| touch(Touch::Zoom(closer)));
    let touch = send.clone();
    adapter.on_again(move || touch(Touch::Retry));
    let touch = send.clone();
    adapter.on_print(move || touch(Touch::Print));
}

/// Shows the document, and what it is.
pub(crate) fn show(window: &MainWindow, screen: &Document, display: Display) {
    let adapter = window.global::<DocumentAdapter>();
    let written_out = |day: Day| map_date(Stamp { day, hour: 0, minute: 0 }, None);
    adapter.set_title(one_line(&screen.title.0).into());
    adapter.set_author(one_line(&screen.author.0).into());
    adapter.set_dated(screen.date.is_some());
    adapter.set_date(written_out(screen.date.unwrap_or_default()));
    let (size, millions) = papers::size(screen.size, display.language);
    let kind = papers::map_kind(screen.kind);
    adapter.set_facts(PaperFacts { kind, ending: "".into(), size: size.into(), millions });
    let patient = screen.patient.as_ref();
    let name = patient.map(|patient| one_line(format!("{} {}", patient.family, patient.given).trim()));
    let born = patient.and_then(|patient| patient.born);
    adapter.set_patient(name.unwrap_or_default().into());
    adapter.set_born_known(born.is_some());
    adapter.set_born(written_out(born.unwrap_or_default()));
    adapter.set_abnormal(count(screen.abnormal));
    adapter.set_can_print(screen.can_print);

    let mut rows = Vec::new();
    let mut image = None;
    match &screen.paper {
        Paper::Loading(percent) => {
            adapter.set_state(DocumentState::Loading);
            adapter.set_percent(percent.map_or(-1, |percent| percent.min(100).into()));
        }
        Paper::Refused(why) => {
            adapter.set_state(DocumentState::Refused);
            adapter.set_refusal(map_refusal(*why));
        }
        Paper::Structured(parts) => {
            adapter.set_state(DocumentState::Structured);
            rows = parts::rows(parts, display.large);
        }
        Paper::Pages { page, of, picture, zoom } => {
            adapter.set_state(DocumentState::Pages);
            adapter.set_page(count(*page));
            adapter.set_of(count(*of));
            adapter.set_zoom((*zoom).into());
            image = picture.as_ref().and_then(ready);
        }
    }
    adapter.set_most_zoom(Paper::MOST_ZOOM.into());
    if let Some(model) = refresh(&adapter.get_parts(), rows) {
        adapter.set_parts(model);
    }
    adapter.set_drawn(image.is_some());
    if image.is_none() {
        forget_picture();
    }
    adapter.set_picture(image.unwrap_or_default());
}

/// The picture as Slint draws it: made once for as long as the same pixels are shown. `None` for one whose size and
/// pixels do not agree.
fn ready(picture: &Picture) -> Option<Image> {
    READY.with_borrow_mut(|ready| {
        if let Some((of, image)) = ready.as_ref()
            && Weak::ptr_eq(of, &Arc::downgrade(&picture.pixels))
        {
            return Some(image.clone());
        }
        let bytes = u64::from(picture.width).checked_mul(u64::from(picture.height))?.checked_mul(4)?;
        if bytes == 0 || u64::try_from(picture.pixels.len()).ok()? != bytes {
            return None;
        }
        let buffer = SharedPixelBuffer::<Rgba8Pixel>::clone_from_slice(&picture.pixels, picture.width, picture.height);
        let image = Image::from_rgba8_premultiplied(buffer);
        *ready = Some((Arc::downgrade(&picture.pixels), image.clone()));
        Some(image)
    })
}

fn forget_picture() {
    READY.with_borrow_mut(|ready| *ready = None);
}

/// Forgets whose document it was, and what stood in it.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<DocumentAdapter>();
    adapter.set_title("".into());
    adapter.set_author("".into());
    adapter.set_dated(false);
    adapter.set_facts(PaperFacts::default());
    adapter.set_patient("".into());
    adapter.set_born_known(false);
    adapter.set_born(map_date(Stamp::default(), None));
    adapter.set_state(DocumentState::Loading);
    adapter.set_percent(-1);
    adapter.set_drawn(false);
    adapter.set_picture(Image::default());
    adapter.set_page(1);
    adapter.set_of(1);
    adapter.set_zoom(0);
    adapter.set_parts(ModelRc::default());
    adapter.set_abnormal(0);
    forget_picture();
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<DocumentAdapter>();
    adapter.get_parts().row_count() == 0
        && !adapter.get_drawn()
        && adapter.get_picture().size().width == 0
        && READY.with_borrow(Option::is_none)
        && [adapter.get_title(), adapter.get_author(), adapter.get_patient()].iter().all(|text| text.is_empty())
}

fn map_refusal(why: Unreadable) -> DocumentRefusal {
    match why {
        Unreadable::Password => DocumentRefusal::Password,
        Unreadable::Broken => DocumentRefusal::Broken,
        Unreadable::Kind => DocumentRefusal::Kind,
        Unreadable::TooLarge => DocumentRefusal::TooLarge,
        Unreadable::TooSlow => DocumentRefusal::TooSlow,
        Unreadable::NotFetched => DocumentRefusal::NotFetched,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, bytes: usize) -> Picture {
        Picture { width, height, pixels: Arc::new(vec![255; bytes]) }
    }

    #[test]
    fn the_same_pixels_are_made_ready_once_and_others_anew() {
        forget_picture();
        let one = picture(2, 3, 24);
        let first = ready(&one);
        assert_eq!(first.as_ref().map(Image::size), Some((2, 3).into()));
        assert!(ready(&one.clone()) == first, "clones share their pixels");
        let other = picture(3, 2, 24);
        assert_eq!(ready(&other).map(|image| image.size()), Some((3, 2).into()));
        forget_picture();
        assert!(READY.with_borrow(Option::is_none));
    }

    #[test]
    fn a_picture_whose_size_is_not_that_of_its_pixels_is_not_shown() {
        forget_picture();
        assert!(ready(&picture(2, 3, 23)).is_none());
        assert!(ready(&picture(0, 3, 0)).is_none());
        assert!(ready(&picture(u32::MAX, u32::MAX, 4)).is_none());
    }
}
