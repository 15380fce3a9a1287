//! The confined process alone: what the crate's own tests start. The product starts itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    document::confined::main()
}
