//! Sounds through the PC speaker's input device (`EV_SND`/`SND_TONE`, linux/input-event-codes.h).
//!
//! A kiosk without one stays silent: the screen says everything a sound says.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{self, SyncSender};
use std::thread;
use std::time::Duration;

const EV_SND: u16 = 0x12;
const SND_TONE: u16 = 0x02;

/// One note: frequency in hertz, duration.
pub type Note = (u32, Duration);

/// The loudspeaker, played by a thread of its own.
#[derive(Debug, Default)]
pub struct Speaker(Option<SyncSender<Vec<Note>>>);

impl Speaker {
    /// Opens the device, such as `/dev/input/by-path/platform-pcspkr-event-spkr`. Silent if it cannot.
    #[must_use]
    pub fn open(device: Option<&Path>) -> Self {
        let Some(device) = device else { return Self(None) };
        let file = match OpenOptions::new().write(true).open(device) {
            Ok(file) => file,
            Err(error) => {
                tracing::warn!(%error, "no loudspeaker");
                return Self(None);
            }
        };
        let (sender, notes) = mpsc::sync_channel::<Vec<Note>>(1);
        let played = thread::Builder::new().name("speaker".into()).spawn(move || {
            while let Ok(notes) = notes.recv() {
                notes.into_iter().for_each(|note| play(&file, note));
            }
        });
        Self(played.ok().map(|_| sender))
    }

    /// Plays these notes, unless others are being played. Never waits.
    pub fn play(&self, notes: Vec<Note>) {
        if let Some(sender) = &self.0 {
            let _ = sender.try_send(notes);
        }
    }
}

fn play(file: &File, (hertz, duration): Note) {
    tone(file, hertz);
    thread::sleep(duration);
    tone(file, 0);
}

/// One `struct input_event`: two machine words of time, then type, code and value.
fn tone(mut file: &File, hertz: u32) {
    let mut event = vec![0_u8; 2 * size_of::<usize>()];
    event.extend(EV_SND.to_ne_bytes());
    event.extend(SND_TONE.to_ne_bytes());
    event.extend(hertz.to_ne_bytes());
    if let Err(error) = file.write_all(&event) {
        tracing::debug!(%error, "the loudspeaker did not take a note");
    }
}
