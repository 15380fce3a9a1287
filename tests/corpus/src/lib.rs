//! Awkward mail written by us: every charset and encoding, broken MIME, reports, what mail programs and hospital software
//! write, what hostile senders write. All of it is made in code, the same on every machine; the people are invented.
//!
//! How each message is to be shown stands in `expected/NAME.txt`; `tests/expected.rs` compares. The messages share no
//! code with the product: what is encoded here is encoded by this crate.

mod attached;
mod charsets;
mod fields;
mod hostile;
mod mime;
mod mssante;
mod programs;
mod reports;
mod scripts;
mod sealed;
mod write;

/// A message.
pub struct Sample {
    /// A name that is a file name too.
    pub name: String,
    /// What is awkward about it.
    pub about: String,
    make: Box<dyn Fn() -> Vec<u8> + Send + Sync>,
}

impl Sample {
    /// The message as it comes over the wire. Made anew at each call: some are large.
    pub fn raw(&self) -> Vec<u8> {
        (self.make)()
    }
}

/// All messages, in a fixed order.
pub fn all() -> Vec<Sample> {
    [
        charsets::samples(),
        mime::samples(),
        fields::samples(),
        scripts::samples(),
        attached::samples(),
        reports::samples(),
        mssante::samples(),
        programs::samples(),
        hostile::samples(),
        sealed::samples(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn sample(name: &str, about: &str, make: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Sample {
    Sample { name: name.to_owned(), about: about.to_owned(), make: Box::new(make) }
}

/// A message that is small enough to stand in memory.
fn small(name: &str, about: &str, raw: Vec<u8>) -> Sample {
    sample(name, about, move || raw.clone())
}
