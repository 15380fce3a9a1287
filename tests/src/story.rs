//! A test that reaches a card reader of its own.

use virtual_card::Handle;

/// Runs `story` where PC/SC calls reach a reader of its own, with a handle on its cards.
///
/// libpcsclite takes the place of its daemon from the environment, which a program without `unsafe` cannot change: the
/// test runs again in a process of its own, under its own name, taken from the closure's.
///
/// # Panics
/// When the story does, or no reader starts.
pub fn at_the_desk<F: FnOnce(Handle)>(story: F) {
    // `visit::stories::a_doctor_comes::{{closure}}`, and the harness knows it without the crate.
    let path = std::any::type_name::<F>();
    let path = path.split_once("::").map_or(path, |(_, path)| path);
    let name = path.strip_suffix("::{{closure}}").unwrap_or(path);
    site::reader::within(name, |card| {
        story(card.clone());
        Ok(())
    })
    .unwrap();
}
