//! The confined process: the program itself, started with its hidden subcommand.
//!
//! It gives up everything before it reads a byte: files, sockets, processes, threads, memory beyond its share. Then it
//! answers orders on its standard input until that ends.

mod desk;
mod gather;
mod hold;
mod line;
mod same;
mod serve;
mod stream;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

pub use desk::Desk;
pub use hold::{Hold, confine};

use crate::wire::Answer;
use stream::Stream;

/// The environment variable that tells the process its share, and that a room started it.
pub(crate) const SHARE: &str = "GUICHET_ROOM";

/// Runs the confined process. What the program's hidden subcommand calls, and nothing else: no thread may run yet.
///
/// Ends when the room closes its input. The status is 0 then; 64 when no room started it; 70 when it could not be
/// confined, which the room is told.
pub fn main() -> ExitCode {
    // A panic's message may quote what was being read.
    std::panic::set_hook(Box::new(|_| {}));
    let Some(hold) = std::env::var(SHARE).ok().and_then(|share| Hold::parse(&share)) else {
        return ExitCode::from(64);
    };
    let mut stream = Stream::new();
    match confine(&hold) {
        Ok(confinement) => {
            if stream.answer(&Answer::Ready(confinement), &[]).is_err() {
                return ExitCode::SUCCESS;
            }
            serve::until_closed(&mut stream);
            ExitCode::SUCCESS
        }
        Err(why) => {
            let _ = stream.answer(&Answer::NotConfined(why), &[]);
            ExitCode::from(70)
        }
    }
}
