//! What the kiosk touches: the card reader, the network's state, the loudspeaker, the process itself.
//!
//! Devices stand here behind the ports of `engine`, and nothing above this crate knows what they are made of.

pub mod network;
pub mod process;
pub mod reader;
pub mod sound;
