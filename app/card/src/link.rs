//! Commands go out, whole answers come back: `61xx`, `6Cxx`, the counters and the bounds live here.

use crate::apdu::{Command, Response};
use crate::error::Error;
use crate::limits;
use crate::status::Status;
use crate::transmit::{Transmit, TransmitError};

/// What went over the wire since the card was opened. Every raw exchange counts, GET RESPONSE too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Raw exchanges.
    pub commands: u32,
    /// Bytes sent to the card.
    pub bytes_out: u64,
    /// Bytes received from it, status words included.
    pub bytes_in: u64,
}

/// A card's wire, the logical channel in use, and what is left of the current call's budget.
pub(crate) struct Link {
    transmit: Box<dyn Transmit + Send>,
    channel: u8,
    traffic: Traffic,
    budget: u32,
    answer: Vec<u8>,
}

impl Link {
    pub(crate) fn new(transmit: Box<dyn Transmit + Send>) -> Self {
        Self {
            transmit,
            channel: 0,
            traffic: Traffic::default(),
            budget: limits::EXCHANGES_PER_CALL,
            answer: Vec::with_capacity(limits::ANSWER),
        }
    }

    pub(crate) fn into_inner(self) -> Box<dyn Transmit + Send> {
        self.transmit
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.traffic
    }

    /// Sends what follows on this logical channel (0 to 3).
    pub(crate) fn use_channel(&mut self, channel: u8) {
        self.channel = channel;
    }

    /// A new call of the card begins: its budget of exchanges is whole again.
    pub(crate) fn renew_budget(&mut self) {
        self.budget = limits::EXCHANGES_PER_CALL;
    }

    /// Sends a command and gathers its whole answer, whatever status it ends with.
    ///
    /// `61xx` is followed only where data is wanted: after a plain SELECT it means success, and fetching the
    /// file's description would be an exchange for nothing.
    pub(crate) fn send(&mut self, command: &Command) -> Result<Response, Error> {
        let mut gathered = Vec::new();
        let mut le = None;
        let mut fetching: Option<Command> = None;
        for _ in 0..limits::EXCHANGES_PER_COMMAND {
            let current = fetching.as_ref().unwrap_or(command);
            let sw = self.exchange(current, le)?;
            let body = self.answer.get(..self.answer.len().saturating_sub(2)).unwrap_or_default();
            match Status::from(sw) {
                // A second correction of the same command would be a loop: it is given back as a refusal.
                Status::WrongLength(exact) if body.is_empty() && le.is_none() && current.may_repeat() => {
                    le = Some(exact);
                    continue;
                }
                Status::MoreData(count) if command.wants_data() => {
                    append(&mut gathered, body)?;
                    fetching = Some(Command::receive(command.step(), [0x00, 0xC0, 0, 0], count));
                    le = None;
                }
                Status::MoreData(_) => return Ok(Response { data: gathered, sw: 0x9000 }),
                _ => {
                    append(&mut gathered, body)?;
                    return Ok(Response { data: gathered, sw });
                }
            }
        }
        Err(Error::TooLong("answer in pieces"))
    }

    /// Sends a command that must end with `9000`, and gives its data.
    pub(crate) fn expect(&mut self, command: &Command) -> Result<Vec<u8>, Error> {
        let response = self.send(command)?;
        match Status::from(response.sw) {
            Status::Ok => Ok(response.data),
            _ => Err(Error::status(response.sw, command.step())),
        }
    }

    /// One raw exchange; the answer stays in `self.answer`, its status word is returned.
    fn exchange(&mut self, command: &Command, le: Option<u8>) -> Result<u16, Error> {
        self.budget = self.budget.checked_sub(1).ok_or(Error::TooLong("conversation"))?;
        let bytes = command.encode(self.channel, self.transmit.protocol(), le);
        self.answer.clear();
        self.traffic.commands = self.traffic.commands.saturating_add(1);
        self.traffic.bytes_out = self.traffic.bytes_out.saturating_add(bytes.len() as u64);
        self.transmit.transmit(&bytes, &mut self.answer)?;
        self.traffic.bytes_in = self.traffic.bytes_in.saturating_add(self.answer.len() as u64);
        if self.answer.len() > limits::ANSWER {
            self.answer = Vec::new();
            return Err(Error::TooLong("answer"));
        }
        let Some((_, [sw1, sw2])) = self.answer.split_last_chunk::<2>() else {
            // pcscd hands over what a half-pulled card left on the line.
            return Err(Error::Transport(TransmitError::Reader("answer without status word".into())));
        };
        let sw = u16::from_be_bytes([*sw1, *sw2]);
        tracing::trace!(step = %command.step(), sw = format_args!("{sw:04X}"), bytes = self.answer.len(), "card");
        Ok(sw)
    }
}

fn append(gathered: &mut Vec<u8>, body: &[u8]) -> Result<(), Error> {
    if gathered.len().saturating_add(body.len()) > limits::GATHERED {
        return Err(Error::TooLong("gathered answer"));
    }
    gathered.extend_from_slice(body);
    Ok(())
}

/// Maps a refusal to "absent" where the caller has another way, and keeps every other failure.
pub(crate) fn or_absent<V>(result: Result<V, Error>) -> Result<Option<V>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Status { .. } | Error::Malformed(_)) => Ok(None),
        Err(other) => Err(other),
    }
}
