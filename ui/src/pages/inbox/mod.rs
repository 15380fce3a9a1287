//! I1 to I5: the list of messages, and all that is done with it.

mod notices;
mod rows;

pub(crate) use rows::{map_date, map_folder, one_line};

use super::{Send, map_move, refresh};
use crate::french::{count, number, span};
use crate::{FolderItem, FolderKind, InboxAdapter, InboxHead, InboxList, MailAction, MailFilter, MainWindow};
use flow::{Action, Banner, Filter, Inbox, Kind, Language, List, Search, Selection, Stamp, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Lends the page its fingers, and takes the preview's people out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<InboxAdapter>();
    let plain = |touch: Touch| {
        let send = send.clone();
        move || send(touch.clone())
    };
    adapter.on_show_new(plain(Touch::ShowNew));
    adapter.on_dismiss(plain(Touch::DismissNew));
    adapter.on_undo(plain(Touch::Undo));
    adapter.on_refresh(plain(Touch::Refresh));
    adapter.on_retry(plain(Touch::Retry));
    adapter.on_jump(plain(Touch::Jump));
    adapter.on_select(plain(Touch::Select));
    adapter.on_select_page(plain(Touch::SelectPage));
    adapter.on_end_selection(plain(Touch::EndSelection));
    adapter.on_sort(plain(Touch::Sort));
    adapter.on_search(plain(Touch::Search));
    adapter.on_stop_search(plain(Touch::StopSearch));
    adapter.on_end_search(plain(Touch::EndSearch));
    adapter.on_write(plain(Touch::Write(Kind::New)));
    let placed = |touch: fn(usize) -> Touch| {
        let send = send.clone();
        move |place: i32| {
            if let Ok(place) = usize::try_from(place) {
                send(touch(place));
            }
        }
    };
    adapter.on_open_folder(placed(Touch::OpenFolder));
    adapter.on_open_row(placed(Touch::OpenRow));
    adapter.on_select_row(placed(Touch::SelectRow));
    let touch = send.clone();
    adapter.on_moved(move |to| touch(Touch::Move(map_move(to))));
    let touch = send.clone();
    adapter.on_act(move |action| touch(Touch::Act(map_action(action))));
    let touch = send.clone();
    adapter.on_filter_by(move |filter| touch(Touch::Filter(map_filter(filter))));
}

/// Shows the list as it is at `now`, from which dates are told.
pub(crate) fn show(window: &MainWindow, screen: &Inbox, now: Option<Stamp>, language: Language) {
    let adapter = window.global::<InboxAdapter>();
    let folders =
        screen.folders.iter().enumerate().map(|(place, folder)| map_folder(place, folder, language)).collect();
    if let Some(model) = refresh(&adapter.get_folders(), folders) {
        adapter.set_folders(model);
    }
    let open = screen.folders.get(screen.folder);
    adapter.set_folder(count(screen.folder));
    // Before the folders are known, only the inbox can be open, and nothing is known of it.
    let item = open.map(|folder| map_folder(screen.folder, folder, language)).unwrap_or_default();
    let kind = item.kind;
    adapter.set_open(item);

    let selection = screen.selection.as_ref();
    let (list, rows, code) = match &screen.list {
        List::Loading => (InboxList::Loading, Vec::new(), ""),
        List::Rows(rows) => {
            let rows = rows.iter().enumerate().map(|(place, row)| rows::map_row(place, row, now, selection));
            (InboxList::Rows, rows.collect(), "")
        }
        List::Empty => (InboxList::Empty, Vec::new(), ""),
        List::Failed(failure) => (InboxList::Failed, Vec::new(), failure.code()),
    };
    if let Some(model) = refresh(&adapter.get_rows(), rows) {
        adapter.set_rows(model);
    }
    adapter.set_list(list);
    adapter.set_code(code.into());

    // While the rows of another folder are on their way, the totals at hand are still those of the one before.
    let total = match (&screen.list, open, &screen.search) {
        (List::Loading, Some(folder), None) if screen.filter == Filter::All => folder.total,
        _ => screen.total,
    };
    let last = screen.last.min(total);
    let (back, forward) = (screen.first > 1, last < total);
    adapter.set_paged(total > 0);
    adapter.set_span(span(screen.first.min(last), last, language).into());
    adapter.set_total(number(total, language).into());
    adapter.set_can_back(back);
    adapter.set_can_forward(forward);
    adapter.set_can_jump(back || forward);

    adapter.set_head(head(screen));
    adapter.set_filter(map_filter_shown(screen.filter));
    adapter.set_can_sort(screen.can_sort);
    adapter.set_can_write(screen.can_write);
    let empties = matches!(kind, FolderKind::Trash | FolderKind::Junk);
    adapter.set_empties(empties);
    // What is left out by a filter would go with the rest.
    adapter.set_can_empty(empties && screen.filter == Filter::All && total > 0);
    notices::show(&adapter, &screen.banner, language);
    show_selection(&adapter, selection, language);
    show_search(&adapter, screen.search.as_ref(), language);
}

/// What stands above the list. New messages wait while somebody chooses or searches; anything else is told at once.
fn head(screen: &Inbox) -> InboxHead {
    let busy = screen.selection.is_some() || screen.search.is_some();
    match screen.banner {
        Banner::None => {}
        Banner::New(_) if busy => {}
        _ => return InboxHead::Banner,
    }
    if screen.selection.is_some() {
        InboxHead::Selection
    } else if screen.search.is_some() {
        InboxHead::Search
    } else {
        InboxHead::Toolbar
    }
}

fn show_selection(adapter: &InboxAdapter<'_>, selection: Option<&Selection>, language: Language) {
    adapter.set_selecting(selection.is_some());
    let none = Selection::default();
    let selection = selection.unwrap_or(&none);
    adapter.set_chosen(count(selection.count));
    adapter.set_chosen_text(number(selection.count, language).into());
    adapter.set_page_chosen(!selection.rows.is_empty() && selection.rows.iter().all(|chosen| *chosen));
    adapter.set_chosen_unread(selection.unread);
    adapter.set_in_bin(selection.in_bin);
    adapter.set_in_junk(selection.in_junk);
    adapter.set_can_archive(selection.archive);
    adapter.set_busy(selection.busy);
}

fn show_search(adapter: &InboxAdapter<'_>, search: Option<&Search>, language: Language) {
    adapter.set_searching(search.is_some());
    let progress = search.map(|search| search.progress).unwrap_or_default();
    adapter.set_query(search.map(|search| one_line(&search.text.0)).unwrap_or_default().into());
    adapter.set_found(count(progress.found));
    adapter.set_found_text(number(progress.found, language).into());
    adapter.set_looked_text(number(progress.looked, language).into());
    adapter.set_of_text(number(progress.of, language).into());
    let share = f64::from(progress.looked.min(progress.of)) / f64::from(progress.of.max(1));
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
    adapter.set_share(share as f32);
    adapter.set_search_done(progress.done || search.is_none());
}

/// Forgets every sender, subject, patient and folder, and what was searched.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<InboxAdapter>();
    adapter.set_folders(ModelRc::default());
    adapter.set_folder(0);
    adapter.set_open(FolderItem::default());
    adapter.set_rows(ModelRc::default());
    adapter.set_list(InboxList::Loading);
    adapter.set_code("".into());
    adapter.set_paged(false);
    adapter.set_span("".into());
    adapter.set_total("".into());
    adapter.set_can_back(false);
    adapter.set_can_forward(false);
    adapter.set_can_jump(false);
    adapter.set_head(InboxHead::Toolbar);
    notices::clear(&adapter);
    show_selection(&adapter, None, Language::French);
    show_search(&adapter, None, Language::French);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<InboxAdapter>();
    let texts = [
        adapter.get_span(),
        adapter.get_total(),
        adapter.get_code(),
        adapter.get_query(),
        adapter.get_banner_name(),
        adapter.get_banner_code(),
    ];
    adapter.get_rows().row_count() == 0
        && adapter.get_folders().row_count() == 0
        && adapter.get_open() == FolderItem::default()
        && adapter.get_banner_folder() == FolderItem::default()
        && texts.iter().all(|text| text.is_empty())
}

/// What can be done with messages.
pub(crate) fn map_action(action: MailAction) -> Action {
    match action {
        MailAction::MarkRead => Action::MarkRead,
        MailAction::MarkUnread => Action::MarkUnread,
        MailAction::Move => Action::Move,
        MailAction::Archive => Action::Archive,
        MailAction::Junk => Action::Junk,
        MailAction::Restore => Action::Restore,
        MailAction::Delete => Action::Delete,
        MailAction::Empty => Action::Empty,
    }
}

fn map_filter(filter: MailFilter) -> Filter {
    match filter {
        MailFilter::All => Filter::All,
        MailFilter::Unread => Filter::Unread,
        MailFilter::WithDocument => Filter::WithDocument,
        MailFilter::Patient => Filter::Patient,
    }
}

fn map_filter_shown(filter: Filter) -> MailFilter {
    match filter {
        Filter::All => MailFilter::All,
        Filter::Unread => MailFilter::Unread,
        Filter::WithDocument => MailFilter::WithDocument,
        Filter::Patient => MailFilter::Patient,
    }
}
