//! What a site decides about its visits.

use crate::display::Display;
use crate::screen::Doors;
use std::time::Duration;

/// The rules of a site. [`Default`] is what the product recommends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The display each visit starts with.
    pub display: Display,
    /// Digits of the keypad in a random order, drawn anew for each display of the keypad.
    pub shuffled_keypad: bool,
    /// Rows of a page of the list at normal text size.
    pub rows: u32,
    /// Rows of a page of the list in large text.
    pub rows_large: u32,
    /// Rows asked of the server at once.
    pub window: u32,
    /// Untouched for this long in a session: the question «Toujours là ?».
    pub idle_warning: Duration,
    /// How long that question waits before the session closes.
    pub idle_countdown: Duration,
    /// The doors beside the card.
    pub doors: Doors,
    /// The check digit of an RPPS number is looked at. Off at a site of invented people only.
    pub check_digit: bool,
    /// As [`Self::idle_warning`], without a card: nobody sees that a session is open.
    pub idle_warning_without_card: Duration,
    /// As [`Self::idle_countdown`], without a card.
    pub idle_countdown_without_card: Duration,
    /// As [`Self::mask`], without a card.
    pub mask_without_card: Duration,
    /// A session without a card lasts no longer than this.
    pub longest_without_card: Duration,
    /// So long before a session has to end, its bar says so.
    pub end_notice: Duration,
    /// Untouched for this long on a page of another door, before anybody is known: back to the idle screen.
    pub door_idle: Duration,
    /// Untouched for this long on the code screen: back, with «Retirez votre carte».
    pub pin_idle: Duration,
    /// A forgotten card calls this often.
    pub forgotten_every: Duration,
    /// After this long, reading and connecting say that it takes longer than usual.
    pub slow_reading: Duration,
    /// See [`Self::slow_reading`].
    pub slow_connecting: Duration,
    /// «Séance fermée» stays on the idle screen this long.
    pub closed_notice: Duration,
    /// «Écran masqué» stays this long; then the session closes.
    pub mask: Duration,
    /// «Réponse envoyée» stays this long.
    pub sent_notice: Duration,
    /// What was done to messages can be undone for this long.
    pub undo_notice: Duration,
    /// After this long without a key, what was written goes to the server as a draft.
    pub draft_after: Duration,
    /// Writing is possible, and how; `None`: the mailbox is read only.
    pub writing: Option<Writing>,
    /// There is a printer.
    pub printer: bool,
    /// Wait before each new try when the line is lost; the last one repeats.
    pub retry_after: Vec<Duration>,
}

/// What a site decides about writing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Writing {
    /// Whole sentences to answer with, four at most: heading and text.
    pub replies: Vec<(String, String)>,
    /// Phrases to add by one touch.
    pub phrases: Vec<String>,
    /// The directory can be searched.
    pub directory: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            display: Display::default(),
            shuffled_keypad: false,
            rows: 8,
            rows_large: 6,
            window: 50,
            idle_warning: seconds(90),
            idle_countdown: seconds(30),
            doors: Doors::default(),
            check_digit: true,
            idle_warning_without_card: seconds(45),
            idle_countdown_without_card: seconds(20),
            mask_without_card: seconds(60),
            longest_without_card: seconds(20 * 60),
            end_notice: seconds(3 * 60),
            door_idle: seconds(60),
            pin_idle: seconds(30),
            forgotten_every: seconds(5),
            slow_reading: seconds(4),
            slow_connecting: seconds(10),
            closed_notice: seconds(3),
            mask: seconds(120),
            sent_notice: seconds(4),
            undo_notice: seconds(10),
            draft_after: seconds(3),
            writing: None,
            printer: false,
            retry_after: vec![seconds(5), seconds(10), seconds(20), seconds(30)],
        }
    }
}
