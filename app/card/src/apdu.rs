//! Command APDUs in short form (ISO 7816-4 clause 5.1). The buffer wipes itself: one of these holds a PIN.

use zeroize::Zeroizing;

use crate::error::Step;
use crate::transmit::Protocol;

/// `CLA INS P1 P2`, the logical channel not yet in it.
pub(crate) type Header = [u8; 4];

/// What a command carries and waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Nothing either way.
    Bare,
    /// Waits for so many bytes (0 stands for 256).
    Receive(u8),
    /// Carries data; any answer data is of no interest.
    Send,
    /// Carries data and waits for an answer.
    Exchange,
}

/// One command, its data held in a buffer that is wiped when dropped.
pub(crate) struct Command {
    header: Header,
    data: Zeroizing<Vec<u8>>,
    shape: Shape,
    step: Step,
    once: bool,
}

impl Command {
    /// A command without data either way.
    pub(crate) fn bare(step: Step, header: Header) -> Self {
        Self::new(step, header, Shape::Bare, Zeroizing::default())
    }

    /// A command that waits for `le` bytes; 0 stands for 256.
    pub(crate) fn receive(step: Step, header: Header, le: u8) -> Self {
        Self::new(step, header, Shape::Receive(le), Zeroizing::default())
    }

    /// A command that carries at most 255 bytes and waits for none.
    pub(crate) fn send(step: Step, header: Header, data: &[u8]) -> Self {
        Self::new(step, header, Shape::Send, Zeroizing::new(data.to_vec()))
    }

    /// A command that carries at most 255 bytes and waits for an answer.
    pub(crate) fn exchange(step: Step, header: Header, data: &[u8]) -> Self {
        Self::new(step, header, Shape::Exchange, Zeroizing::new(data.to_vec()))
    }

    /// A command that carries a secret and must leave exactly once, whatever the card answers.
    pub(crate) fn secret(step: Step, header: Header, data: Zeroizing<Vec<u8>>) -> Self {
        Self { once: true, ..Self::new(step, header, Shape::Send, data) }
    }

    fn new(step: Step, header: Header, shape: Shape, data: Zeroizing<Vec<u8>>) -> Self {
        Self { header, data, shape, step, once: false }
    }

    pub(crate) fn step(&self) -> Step {
        self.step
    }

    /// Whether answer data is wanted, and so GET RESPONSE worth an exchange.
    pub(crate) fn wants_data(&self) -> bool {
        matches!(self.shape, Shape::Receive(_) | Shape::Exchange)
    }

    /// Whether the command may be sent again with another `Le`. Never for one that carries a secret.
    pub(crate) fn may_repeat(&self) -> bool {
        !self.once && self.wants_data()
    }

    /// The bytes for the wire, on logical channel `channel`, with `le` in place of the command's own.
    ///
    /// T=0 has no `Le` beside data (the card says `61xx`), and a bare command travels with `P3 = 00`.
    pub(crate) fn encode(&self, channel: u8, protocol: Protocol, le: Option<u8>) -> Zeroizing<Vec<u8>> {
        let [cla, ins, p1, p2] = self.header;
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.data.len().saturating_add(6)));
        bytes.extend_from_slice(&[cla | (channel & 0x03), ins, p1, p2]);
        match self.shape {
            Shape::Bare => {
                if protocol == Protocol::T0 {
                    bytes.push(0);
                }
            }
            Shape::Receive(own) => bytes.push(le.unwrap_or(own)),
            Shape::Send | Shape::Exchange => {
                let length = u8::try_from(self.data.len()).unwrap_or(u8::MAX);
                bytes.push(length);
                bytes.extend(self.data.iter().take(usize::from(length)));
                if self.shape == Shape::Exchange && protocol == Protocol::T1 {
                    bytes.push(le.unwrap_or(0));
                }
            }
        }
        bytes
    }
}

/// A secret could be inside: only the step is told.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Command({})", self.step)
    }
}

/// A whole answer: data gathered, last status word.
pub(crate) struct Response {
    pub(crate) data: Vec<u8>,
    pub(crate) sw: u16,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn with_t0_a_command_with_data_carries_no_le() {
        let command = Command::exchange(Step::Sign, [0x00, 0x88, 0, 0], &[1, 2]);
        assert_eq!(&command.encode(0, Protocol::T0, None)[..], [0x00, 0x88, 0, 0, 2, 1, 2]);
        assert_eq!(&command.encode(0, Protocol::T1, None)[..], [0x00, 0x88, 0, 0, 2, 1, 2, 0]);
    }

    #[test]
    fn a_bare_command_is_five_bytes_on_t0_and_four_on_t1() {
        let command = Command::bare(Step::Tries, [0x00, 0x20, 0, 1]);
        assert_eq!(&command.encode(0, Protocol::T0, None)[..], [0x00, 0x20, 0, 1, 0]);
        assert_eq!(&command.encode(1, Protocol::T1, None)[..], [0x01, 0x20, 0, 1]);
    }

    #[test]
    fn the_logical_channel_keeps_the_chaining_bit() {
        let command = Command::send(Step::Sign, [0x10, 0x2A, 0x80, 0x86], &[9]);
        assert_eq!(command.encode(1, Protocol::T0, None)[0], 0x11);
    }

    #[test]
    fn a_command_never_prints_its_data() {
        let pin = Zeroizing::new(b"7391".to_vec());
        let printed = format!("{:?}", Command::secret(Step::Verify, [0, 0x20, 0, 1], pin));
        assert_eq!(printed, "Command(verifying the code)");
    }
}
