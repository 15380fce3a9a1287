//! The demonstration: the real program in front of the test site, touched as a person would.

pub mod leftovers;
pub mod play;
pub mod screen;
pub mod walk;
