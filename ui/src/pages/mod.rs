//! One file per page: what its screen says, put into its adapter; what it is touched with, sent as a [`Touch`].
//!
//! The page of [`Screen::Starting`] says the same to everybody: it has no file. Neither has that of [`Screen::NoReader`]:
//! its doors are those of the idle page.

/// Lends a page with a keypad its fingers: digits, «Effacer», «Valider», «Annuler». Each page has an adapter of its own, and
/// Slint gives those nothing in common.
macro_rules! keypad {
    ($adapter:expr, $send:expr) => {{
        let touch = $send.clone();
        $adapter.on_digit(move |digit| {
            if let Some(digit) = crate::pages::digit(digit) {
                touch(flow::Touch::Digit(digit));
            }
        });
        let touch = $send.clone();
        $adapter.on_erase(move || touch(flow::Touch::Erase));
        let touch = $send.clone();
        $adapter.on_erase_all(move || touch(flow::Touch::EraseAll));
        let touch = $send.clone();
        $adapter.on_submit(move || touch(flow::Touch::Submit));
        let touch = $send.clone();
        $adapter.on_cancel(move || touch(flow::Touch::Cancel));
    }};
}

mod choose_card;
mod choose_mailbox;
mod choose_place;
mod compose;
mod connecting;
mod display_settings;
mod document;
mod doors;
mod enter_number;
mod enter_pin;
mod failed;
mod help;
mod idle;
mod inbox;
mod jump;
mod maintenance;
mod masked;
mod message;
mod more;
mod move_to;
mod parting;
mod phone;
mod phone_help;
mod print;
mod question;
mod reading;
mod recipients;
mod reconnecting;
mod remove_card;
mod replies;
mod sending;
mod service;
mod service_choice;
mod service_code;
mod service_form;
mod service_message;
mod sheet;
mod sort_choice;
mod still_there;
mod support;
mod typing;
mod unreadable;

use crate::{BoxKind, MainWindow, Move, Page, Site, Theme, bar, keys};
use flow::{Language, MailboxKind, PageMove, Question, Screen, Touch, View};
use slint::{ComponentHandle, Model, ModelRc, VecModel};
use std::rc::Rc;

/// Where touches go. Called on the main thread; it must not wait.
pub(crate) type Send = Rc<dyn Fn(Touch)>;

/// Lends every page its fingers.
pub(crate) fn connect(window: &MainWindow, site: Rc<Site>, send: &Send) {
    choose_card::connect(window, send);
    choose_place::connect(window, send);
    choose_mailbox::connect(window, send);
    compose::connect(window, send);
    connecting::connect(window, send);
    display_settings::connect(window, send);
    document::connect(window, send);
    doors::connect(window, send);
    enter_number::connect(window, send);
    enter_pin::connect(window, send);
    failed::connect(window, send);
    help::connect(window, send);
    inbox::connect(window, send);
    jump::connect(window, send);
    masked::connect(window, send);
    message::connect(window, send);
    more::connect(window, send);
    move_to::connect(window, send);
    parting::connect(window, send);
    phone::connect(window, send);
    phone_help::connect(window, send);
    print::connect(window, send);
    question::connect(window, send);
    recipients::connect(window, send);
    reconnecting::connect(window, send);
    replies::connect(window, send);
    sending::connect(window, send);
    service_choice::connect(window, send);
    service_code::connect(window, send);
    service_form::connect(window, send);
    service_message::connect(window, send);
    sheet::connect(window, send);
    keys::connect(window);
    sort_choice::connect(window, send);
    still_there::connect(window, send);
    support::connect(window, site);
    typing::connect(window, send);
}

/// Shows a view. Only on the thread of the window.
///
/// The page that is left forgets what it showed: its elements are dropped by the next drawing, its strings here.
pub fn show(window: &MainWindow, view: &View) {
    let language = view.display.language;
    // A change of language takes effect at once; without a change this does nothing. It can only fail for a language
    // that is not bundled, and both are.
    let _ = slint::select_bundled_translation(match language {
        Language::French => "fr",
        Language::English => "en",
    });
    fit(window);
    let theme = window.global::<Theme>();
    theme.set_dark(view.display.dark);
    theme.set_large(view.display.large);
    bar::show(window, view);
    keys::show(window, language);

    let page = match &view.screen {
        Screen::Starting => Page::Starting,
        Screen::ChooseCard(screen) => {
            choose_card::show(window, screen);
            Page::ChooseCard
        }
        Screen::ChoosePlace(screen) => {
            choose_place::show(window, screen, language);
            Page::ChoosePlace
        }
        Screen::Idle(screen) => {
            idle::show(window, screen);
            Page::Idle
        }
        Screen::Maintenance(minutes) => {
            maintenance::show(window, *minutes);
            Page::Maintenance
        }
        Screen::Reading(slow) => {
            reading::show(window, *slow);
            Page::Reading
        }
        Screen::NoReader(screen) => {
            doors::show(window, *screen);
            Page::NoReader
        }
        Screen::EnterNumber(screen) => {
            enter_number::show(window, screen);
            Page::EnterNumber
        }
        Screen::Phone(screen) => {
            phone::show(window, screen);
            Page::Phone
        }
        Screen::PhoneHelp(screen) => {
            phone_help::show(window, screen);
            Page::PhoneHelp
        }
        Screen::ServiceForm(screen) => {
            service_form::show(window, screen);
            Page::ServiceForm
        }
        Screen::ServiceChoice(screen) => {
            service_choice::show(window, screen);
            Page::ServiceChoice
        }
        Screen::ServiceCode(screen) => {
            service_code::show(window, screen);
            Page::ServiceCode
        }
        Screen::ServiceMessage(screen) => {
            service_message::show(window, screen);
            Page::ServiceMessage
        }
        Screen::Unreadable(wipe) => {
            unreadable::show(window, *wipe);
            Page::Unreadable
        }
        Screen::EnterPin(screen) => {
            enter_pin::show(window, screen);
            Page::EnterPin
        }
        Screen::Connecting(screen) => {
            connecting::show(window, screen);
            Page::Connecting
        }
        Screen::Reconnecting(seconds) => {
            reconnecting::show(window, *seconds);
            Page::Reconnecting
        }
        Screen::ChooseMailbox(screen) => {
            choose_mailbox::show(window, screen, language);
            Page::ChooseMailbox
        }
        Screen::Inbox(screen) => {
            inbox::show(window, screen, view.bar.time, language);
            Page::Inbox
        }
        Screen::Message(screen) => {
            message::show(window, screen, view.bar.time, view.display);
            Page::Message
        }
        Screen::More(screen) => {
            more::show(window, screen);
            Page::More
        }
        Screen::Document(screen) => {
            document::show(window, screen, view.display);
            Page::Document
        }
        Screen::Typing(screen) => {
            typing::show(window, screen);
            Page::Typing
        }
        Screen::Jump(screen) => {
            jump::show(window, screen, language);
            Page::Jump
        }
        Screen::SortChoice(screen) => {
            sort_choice::show(window, screen);
            Page::SortChoice
        }
        Screen::MoveTo(screen) => {
            move_to::show(window, screen, language);
            Page::MoveTo
        }
        Screen::Replies(screen) => {
            replies::show(window, screen);
            Page::Replies
        }
        Screen::Compose(screen) => {
            compose::show(window, screen, language);
            Page::Compose
        }
        Screen::Recipients(screen) => {
            recipients::show(window, screen, language);
            Page::Recipients
        }
        Screen::Question(Question::Send(screen)) => {
            sheet::show(window, screen);
            Page::Sheet
        }
        Screen::Question(screen) => {
            question::show(window, screen, language);
            Page::Question
        }
        Screen::Sending(screen) => {
            sending::show(window, screen, view.bar.time);
            Page::Sending
        }
        Screen::Parting(screen) => {
            parting::show(window, screen);
            Page::Parting
        }
        Screen::Print(screen) => {
            print::show(window, screen, view.bar.time);
            Page::Print
        }
        Screen::Masked(seconds) => {
            masked::show(window, *seconds);
            Page::Masked
        }
        Screen::StillThere(screen) => {
            still_there::show(window, screen);
            Page::StillThere
        }
        Screen::RemoveCard(why) => {
            remove_card::show(window, *why);
            Page::RemoveCard
        }
        Screen::Failed(screen) => {
            failed::show(window, screen);
            Page::Failed
        }
        Screen::Help => {
            help::show(window);
            Page::Help
        }
        Screen::DisplaySettings => {
            display_settings::show(window, language);
            Page::DisplaySettings
        }
    };
    let left = window.get_page();
    window.set_page(page);
    if left != page {
        clear(window, left);
    }
}

/// Empties the adapter of a page that is not shown any more. Only those that may name somebody have something to forget.
fn clear(window: &MainWindow, page: Page) {
    match page {
        Page::EnterPin => enter_pin::clear(window),
        Page::EnterNumber => enter_number::clear(window),
        Page::Phone => phone::clear(window),
        Page::PhoneHelp => phone_help::clear(window),
        Page::ServiceForm => service_form::clear(window),
        Page::ServiceChoice => service_choice::clear(window),
        Page::ServiceCode => service_code::clear(window),
        Page::ServiceMessage => service_message::clear(window),
        Page::ChooseCard => choose_card::clear(window),
        Page::ChoosePlace => choose_place::clear(window),
        Page::ChooseMailbox => choose_mailbox::clear(window),
        Page::Inbox => inbox::clear(window),
        Page::Message => message::clear(window),
        Page::More => more::clear(window),
        Page::Document => document::clear(window),
        Page::Typing => typing::clear(window),
        Page::MoveTo => move_to::clear(window),
        Page::Replies => replies::clear(window),
        Page::Compose => compose::clear(window),
        Page::Recipients => recipients::clear(window),
        Page::Sheet => sheet::clear(window),
        Page::Failed => failed::clear(window),
        Page::Nothing
        | Page::Starting
        | Page::Idle
        | Page::Maintenance
        | Page::Reading
        | Page::NoReader
        | Page::Unreadable
        | Page::Connecting
        | Page::Reconnecting
        | Page::Jump
        | Page::SortChoice
        | Page::Question
        | Page::Print
        | Page::Masked
        | Page::StillThere
        | Page::RemoveCard
        | Page::Sending
        | Page::Parting
        | Page::Help
        | Page::DisplaySettings => {}
    }
}

/// Whether no name, address or subject is left in any adapter. For tests: [`show`] sees to it by itself.
#[doc(hidden)]
pub fn remembers_nothing(window: &MainWindow) -> bool {
    bar::is_clear(window)
        && choose_card::is_clear(window)
        && choose_place::is_clear(window)
        && choose_mailbox::is_clear(window)
        && inbox::is_clear(window)
        && message::is_clear(window)
        && more::is_clear(window)
        && document::is_clear(window)
        && typing::is_clear(window)
        && move_to::is_clear(window)
        && replies::is_clear(window)
        && compose::is_clear(window)
        && recipients::is_clear(window)
        && sheet::is_clear(window)
        && enter_number::is_clear(window)
        && phone::is_clear(window)
        && phone_help::is_clear(window)
        && service_form::is_clear(window)
        && service_choice::is_clear(window)
        && service_code::is_clear(window)
        && service_message::is_clear(window)
}

/// The set of sizes follows the panel. The window tells when it changes, but only once it has been drawn.
fn fit(window: &MainWindow) {
    let size = window.window().size().to_logical(window.window().scale_factor());
    if size.width > 0.0 && size.height > 0.0 {
        let theme = window.global::<Theme>();
        theme.set_panel_w(size.width);
        theme.set_panel_h(size.height);
    }
}

/// Whose a BAL is, as the pages say it.
pub(crate) fn map_kind(kind: Option<MailboxKind>) -> BoxKind {
    match kind {
        None => BoxKind::None,
        Some(MailboxKind::Personal) => BoxKind::Personal,
        Some(MailboxKind::Organisational) => BoxKind::Organisational,
        Some(MailboxKind::Applicative) => BoxKind::Applicative,
    }
}

/// A key of the movement rail.
fn map_move(to: Move) -> PageMove {
    match to {
        Move::First => PageMove::First,
        Move::Previous => PageMove::Previous,
        Move::Next => PageMove::Next,
        Move::Last => PageMove::Last,
    }
}

/// Puts `rows` into the model that is shown, changing only what differs, so that only those rows are drawn again.
/// Answers with a new model when the one at hand cannot be changed: the page's first.
fn refresh<T: Clone + PartialEq + 'static>(model: &ModelRc<T>, rows: Vec<T>) -> Option<ModelRc<T>> {
    let Some(shown) = model.as_any().downcast_ref::<VecModel<T>>() else {
        return Some(ModelRc::new(VecModel::from(rows)));
    };
    while shown.row_count() > rows.len() {
        shown.remove(shown.row_count() - 1);
    }
    for (index, row) in rows.into_iter().enumerate() {
        match shown.row_data(index) {
            Some(old) if old == row => {}
            Some(_) => shown.set_row_data(index, row),
            None => shown.push(row),
        }
    }
    None
}

/// A digit as a key sends it.
fn digit(key: i32) -> Option<u8> {
    u8::try_from(key).ok().filter(|digit| *digit <= 9)
}

/// Whole seconds or minutes as Slint counts them.
fn number(value: u64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_changed_in_place_once_it_is_ours() {
        let first = refresh(&ModelRc::default(), vec![1, 2, 3]).unwrap_or_default();
        assert_eq!(first.iter().collect::<Vec<_>>(), [1, 2, 3]);
        assert!(refresh(&first, vec![1, 5]).is_none());
        assert_eq!(first.iter().collect::<Vec<_>>(), [1, 5]);
        assert!(refresh(&first, vec![9, 5, 6, 7]).is_none());
        assert_eq!(first.iter().collect::<Vec<_>>(), [9, 5, 6, 7]);
    }
}
