//! What can go wrong between the desk and the paper, told apart so that each has its own words on screen.

use crate::state::Hold;

/// The cause underneath, kept for the journal.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a certificate is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// Neither a configured authority signed it nor is it pinned.
    Unknown,
    /// A configured authority signed it, for another name.
    OtherName,
    /// A configured authority signed it, and it has ended (or the kiosk's clock is ahead).
    Expired,
    /// A configured authority signed it, and it has not begun: the kiosk's clock is behind.
    NotYetValid,
    /// It cannot be read, or the printer does not hold its key.
    Broken,
}

/// Why nothing, or not everything, was printed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Name not found, connection refused, no route, network down: nothing was sent.
    #[error("{host} cannot be reached")]
    Unreachable {
        /// Host and port.
        host: String,
        /// Cause.
        #[source]
        source: Source,
    },
    /// The printer closed the connection without a word: nothing was printed.
    #[error("{host} closed the connection")]
    Dropped {
        /// Host and port.
        host: String,
        /// Cause.
        #[source]
        source: Source,
    },
    /// No answer, or no progress, within the configured limits.
    #[error("the printer does not answer in time")]
    TimedOut,
    /// The printer's certificate is not one the site configured.
    #[error("the certificate of {host} is not trusted ({why:?}); its public key has SHA-256 {seen}")]
    NotTrusted {
        /// Host and port.
        host: String,
        /// In which way.
        why: Distrust,
        /// SHA-256 of the public key it showed (hexadecimal), for IT to compare with the printer's own panel; empty if the
        /// certificate cannot be read.
        seen: String,
    },
    /// TLS failed in another way: no common version or suite, broken record.
    #[error("no secure connection with {host}")]
    Tls {
        /// Host and port.
        host: String,
        /// Cause.
        #[source]
        source: Source,
    },
    /// What answers at that address is no IPP printer.
    #[error("{host} does not answer as an IPP printer: {what}")]
    NotAPrinter {
        /// Host and port.
        host: String,
        /// What came instead.
        what: String,
    },
    /// The printer wants a name and a password, or does not let this kiosk print.
    #[error("the printer does not let this device print")]
    NotAuthorised,
    /// The printer takes neither PDF nor PWG raster, or not the one there is.
    #[error("the printer accepts no format this document can be sent in")]
    FormatNotAccepted,
    /// The printer knows no A4.
    #[error("the printer has no A4")]
    NoA4,
    /// The printer cannot do what was asked, and there is no way around it.
    #[error("the printer cannot do this: {0}")]
    NotOffered(&'static str),
    /// The printer refuses the job (a `client-error` status of RFC 8011 appendix B.1.4).
    #[error("the printer refuses the job (status 0x{status:04x}{})", words(.message))]
    Refused {
        /// Status code.
        status: u16,
        /// The printer's words, shortened, for IT.
        message: Option<String>,
    },
    /// The printer takes no jobs at present (`printer-is-accepting-jobs`).
    #[error("the printer takes no jobs at present")]
    NotAccepting,
    /// The printer was busy with other jobs for as long as one waits.
    #[error("the printer is busy")]
    Busy,
    /// The printer itself is in trouble (a `server-error` status, RFC 8011 appendix B.1.5, or HTTP 5xx).
    #[error("the printer is out of order (status 0x{status:04x}{})", words(.message))]
    OutOfOrder {
        /// Status code, or HTTP status.
        status: u16,
        /// The printer's words, shortened, for IT.
        message: Option<String>,
    },
    /// Nobody helped the printer for as long as one waits. The job has been taken back.
    #[error("the printer waits: {0:?}")]
    Waited(Hold),
    /// The printer keeps the job until its owner comes for it, longer than one waits here. The job stays in the printer.
    #[error("the printer keeps the job for its owner")]
    Held,
    /// Somebody cancelled the job at the printer.
    #[error("the job was cancelled at the printer")]
    Cancelled,
    /// The printer gave the job up.
    #[error("the printer gave the job up ({reasons})")]
    Aborted {
        /// `job-state-reasons`, for IT.
        reasons: String,
    },
    /// The printer finished, and says itself that not all went well.
    #[error("the printer finished with errors ({reasons})")]
    Incomplete {
        /// `job-state-reasons`, for IT.
        reasons: String,
    },
    /// The printer stopped answering after it had been given pages. Nobody can say what came out: look at the tray.
    #[error("the printer stopped answering with {printed} of {of} pages printed")]
    Lost {
        /// Pages it had reported as printed.
        printed: u32,
        /// Pages asked for.
        of: u32,
    },
    /// The document has no such page.
    #[error("page {asked} of {of} was asked for")]
    NoSuchPage {
        /// First page asked for.
        asked: u32,
        /// Pages there are.
        of: u32,
    },
    /// Between one and nine copies can be asked for.
    #[error("{0} copies were asked for")]
    Copies(u8),
    /// A page could not be rendered.
    #[error("a page could not be rendered")]
    Page(#[source] Source),
    /// An answer of the printer above the size limit.
    #[error("an answer of the printer is too large")]
    TooLarge,
    /// A sheet above the limits: too much text or too many pages.
    #[error("the document is too long to be laid out")]
    TooLong,
    /// A sheet could not be written.
    #[error("the sheet could not be written: {0}")]
    Sheet(String),
    /// The configuration cannot be used.
    #[error("the configuration cannot be used: {0}")]
    Settings(String),
}

fn words(message: &Option<String>) -> String {
    message.as_deref().map(|message| format!(": {message}")).unwrap_or_default()
}
