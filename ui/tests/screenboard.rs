//! Views from another thread, with a real event loop and no display. One test: an event loop is one a process.

#![allow(clippy::unwrap_used, reason = "tests")]

use flow::{RemoveCard, Screen, View};
use slint::ComponentHandle;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn views_that_come_faster_than_the_screen_draws_replace_each_other() {
    i_slint_backend_testing::init_integration_test_with_system_time();
    let window = ui::Window::new(ui::samples::site(), |_| {}).unwrap();
    window.main().show().unwrap();
    let board = window.board();
    let drawn = Arc::new(AtomicUsize::new(0));
    let (count, done) = (drawn.clone(), board.clone());
    board.on_drawn(move || {
        count.fetch_add(1, Ordering::SeqCst);
        done.quit().unwrap();
    });

    // All of them are there before the loop turns once.
    let last = View { screen: Screen::RemoveCard(RemoveCard::TimedOut), ..ui::samples::all().remove(0).1 };
    std::thread::spawn(move || {
        for (_, view) in ui::samples::all() {
            board.show(view).unwrap();
        }
        board.show(last).unwrap();
    })
    .join()
    .unwrap();
    slint::run_event_loop_until_quit().unwrap();

    assert_eq!(drawn.load(Ordering::SeqCst), 1, "one waking, one drawing");
    let shown = format!("{:?}", window.main().get_page());
    assert_eq!(shown, "RemoveCard", "and it is the last view");
}
