//! The engine's pictures and sounds, to window and loudspeaker.

use board::sound::Speaker;
use engine::ports::Glass;
use flow::{Sound, View};
use std::time::Duration;
use ui::Screenboard;

/// A window and a loudspeaker.
pub struct Panel {
    pub board: Screenboard,
    pub speaker: Speaker,
}

impl Glass for Panel {
    fn show(&mut self, view: View) {
        if self.board.show(view).is_err() {
            tracing::warn!("the window is closed");
        }
    }

    fn sound(&mut self, sound: Sound) {
        let note = |hertz, millis| (hertz, Duration::from_millis(millis));
        self.speaker.play(match sound {
            Sound::Warning => vec![note(880, 120), note(0, 60), note(880, 120)],
            Sound::Forgotten => vec![note(1_047, 200), note(0, 80), note(784, 300)],
        });
    }
}

/// No screen at all: the journal tells which page would show.
pub struct Nowhere;

impl Glass for Nowhere {
    fn show(&mut self, _view: View) {}

    fn sound(&mut self, _sound: Sound) {}
}
