//! What the process refuses to leave behind: core dumps, and its memory to onlookers.

use rustix::process::{DumpableBehavior, Resource, Rlimit};

/// Forbids core dumps. With `closed`, other processes of the same user cannot read this one's memory either
/// (`PR_SET_DUMPABLE`, prctl(2)); root still can.
///
/// # Errors
/// What the kernel says.
pub fn keep_secrets(closed: bool) -> std::io::Result<()> {
    rustix::process::setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    if closed {
        rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    }
    Ok(())
}
