//! What every HTTPS client of the kiosk stands on: its clock, its names, and what a failed exchange means.
//!
//! What a client trusts, sends, and says about a failure is the client's own.

mod clock;
mod names;
mod trouble;

pub use clock::Clock;
pub use names::{BadServer, Names};
pub use trouble::{Trouble, trouble};
