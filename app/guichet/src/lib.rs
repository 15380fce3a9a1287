//! What the program is made of, as a library so that the whole-visit tests build a kiosk from the same configuration
//! file, by the same code, as the program does.

pub mod check;
pub mod config;
mod glass;
pub mod log;
pub mod parts;
pub mod run;
pub mod selftest;
