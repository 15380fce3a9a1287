//! IPP messages on the wire (RFC 8010). Requests are written attribute by attribute; answers are read into what this crate
//! asks for, by a reader that costs no more than the bytes it is given: collections are stepped over with a counter, so
//! that depth is neither memory nor stack.

mod read;
mod write;

pub(crate) use read::{Answer, Group, Value};
pub(crate) use write::Message;

/// What is asked of a printer (RFC 8011 section 5.4.15, `operations-supported`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Operation {
    PrintJob = 0x0002,
    ValidateJob = 0x0004,
    CreateJob = 0x0005,
    SendDocument = 0x0006,
    CancelJob = 0x0008,
    GetJobAttributes = 0x0009,
    GetPrinterAttributes = 0x000B,
}

impl Operation {
    pub(crate) fn number(self) -> u16 {
        self as u16
    }
}

/// Delimiter tags (RFC 8010 section 3.5.1).
pub(crate) mod tag {
    pub(crate) const OPERATION: u8 = 0x01;
    pub(crate) const JOB: u8 = 0x02;
    pub(crate) const END: u8 = 0x03;
    pub(crate) const PRINTER: u8 = 0x04;
    pub(crate) const UNSUPPORTED: u8 = 0x05;
}

/// Status codes this crate tells apart (RFC 8011 appendix B).
pub(crate) mod status {
    pub(crate) const FORBIDDEN: u16 = 0x0401;
    pub(crate) const NOT_AUTHENTICATED: u16 = 0x0402;
    pub(crate) const NOT_AUTHORIZED: u16 = 0x0403;
    pub(crate) const NOT_POSSIBLE: u16 = 0x0404;
    pub(crate) const NOT_FOUND: u16 = 0x0406;
    pub(crate) const GONE: u16 = 0x0407;
    pub(crate) const FORMAT_NOT_SUPPORTED: u16 = 0x040A;
    pub(crate) const SERVICE_UNAVAILABLE: u16 = 0x0502;
    pub(crate) const VERSION_NOT_SUPPORTED: u16 = 0x0503;
    pub(crate) const TEMPORARY: u16 = 0x0505;
    pub(crate) const NOT_ACCEPTING: u16 = 0x0506;
    pub(crate) const BUSY: u16 = 0x0507;
    pub(crate) const JOB_CANCELED: u16 = 0x0508;
    pub(crate) const TOO_MANY_JOBS: u16 = 0x050B;
}
