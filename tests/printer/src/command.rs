//! The print command behind `ippeveprinter`: what happens to a document once the printer has it.
//!
//! It speaks to the printer as `ippeveprinter(1)` says: `ATTR:` and `STATE:` lines on standard error, its exit status.

use std::path::Path;

/// A step of printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// A page comes out.
    Page,
    /// Something is wrong (a `printer-state-reasons` keyword) until [`crate::Printer::fix`].
    Trouble(&'static str),
    /// Waits for [`crate::Printer::go`] with this word.
    Wait(&'static str),
    /// Gives the job up.
    Fail,
}

impl Order {
    fn line(self) -> String {
        match self {
            Self::Page => "page".to_owned(),
            Self::Trouble(reason) => format!("trouble {reason}"),
            Self::Wait(word) => format!("wait_for go-{word}"),
            Self::Fail => "exit 1".to_owned(),
        }
    }
}

/// The script, for a printer that lives in `dir`.
pub(crate) fn script(dir: &Path, orders: &[Order]) -> String {
    let dir = dir.display();
    let steps: Vec<String> = orders.iter().map(|order| order.line()).collect();
    format!(
        r#"#!/bin/sh
# Keeps what arrives, then prints as ordered.
cd {dir}/arrived || exit 1
count=$(($(ls | grep -c '[.]document$') + 1))
env | grep -E '^(IPP_|CONTENT_TYPE)' > $count.attributes
cp "$1" $count.part && mv $count.part $count.document
pages=0
page() {{
    pages=$((pages + 1))
    echo "ATTR: job-impressions-completed=$pages" >&2
    sleep 0.1
}}
wait_for() {{
    # The printer may be gone meanwhile.
    while [ ! -e ../$1 ]; do kill -0 $PPID || exit 1; sleep 0.05; done
}}
trouble() {{
    echo "STATE: +$1" >&2
    wait_for fixed-$1
    rm ../fixed-$1
    echo "STATE: -$1" >&2
}}
{steps}
exit 0
"#,
        steps = steps.join("\n")
    )
}
