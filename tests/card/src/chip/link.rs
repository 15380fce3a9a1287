//! The transport of answers: `61 xx`, GET RESPONSE, `6C xx`, command chaining.
//!
//! ISO/IEC 7816-3 clause 12.2 (T=0): a command with a body cannot carry `Le`; its answer waits
//! in the card until GET RESPONSE fetches it, in as many pieces as the reader likes.

use super::apdu::{Answer, Command, Sw};

/// Longest chained body: one RSA-2048 block with its padding indicator.
const CHAIN_MAX: usize = 300;

/// What waits between two commands.
#[derive(Debug, Default)]
pub struct Link {
    pending: Vec<u8>,
    chain: Vec<u8>,
    chained_ins: Option<[u8; 3]>,
    /// Most bytes one GET RESPONSE hands over; `None` for 256. A test may lower it.
    pub piece: Option<usize>,
    /// Whether the card may be spoken to in T=1, where a body and `Le` go together.
    t1: bool,
}

impl Link {
    /// A link that may be spoken to in T=1 too.
    pub fn with_t1() -> Self {
        Self { t1: true, ..Self::default() }
    }

    /// Forgets everything, as a reset does.
    pub fn reset(&mut self) {
        self.pending.clear();
        self.chain.clear();
        self.chained_ins = None;
    }

    /// Runs one command through the transport. `process` sees the whole body of a chain at its end.
    pub fn run(&mut self, command: &Command<'_>, process: impl FnOnce(&Command<'_>) -> Answer) -> Vec<u8> {
        if command.ins == 0xC0 {
            return self.get_response(command.le.unwrap_or(256));
        }
        self.pending.clear();
        if !command.data.is_empty() && command.le.is_some() && !self.t1 {
            return Answer::from(Sw::WRONG_LENGTH).bytes();
        }
        let name = [command.ins, command.p1, command.p2];
        if self.chained_ins.is_some_and(|first| first != name) {
            self.reset();
            return Answer::from(Sw::CHAIN).bytes();
        }
        if self.chain.len() + command.data.len() > CHAIN_MAX {
            self.reset();
            return Answer::from(Sw::WRONG_LENGTH).bytes();
        }
        if command.cla & 0x10 != 0 {
            if command.ins != 0x2A {
                return Answer::from(Sw::NO_CLA).bytes();
            }
            self.chain.extend_from_slice(command.data);
            self.chained_ins = Some(name);
            return Answer::from(Sw::OK).bytes();
        }
        let mut body = std::mem::take(&mut self.chain);
        self.chained_ins = None;
        body.extend_from_slice(command.data);
        let whole = Command { data: &body, ..command.clone() };
        let answer = process(&whole);
        self.deliver(command, answer)
    }

    fn deliver(&mut self, command: &Command<'_>, answer: Answer) -> Vec<u8> {
        // A case 2 answer goes out at once; so does a case 4 answer when T=1 may be spoken.
        if answer.data.is_empty() || command.le.is_some() {
            let room = command.le.unwrap_or(256);
            if answer.data.len() <= room {
                return answer.bytes();
            }
        }
        self.pending = answer.data;
        Answer::from(Sw::more(self.piece_size())).bytes()
    }

    fn piece_size(&self) -> usize {
        self.pending.len().min(self.piece.unwrap_or(usize::MAX))
    }

    fn get_response(&mut self, le: usize) -> Vec<u8> {
        if self.pending.is_empty() {
            return Answer::from(Sw::CONDITIONS).bytes();
        }
        let ready = self.piece_size();
        // `Le` 00 means "all there is"; an exact number too large is refused.
        if le > ready && le < 256 {
            return Answer::from(Sw::again(ready)).bytes();
        }
        let taken: Vec<u8> = self.pending.drain(..le.min(ready)).collect();
        let sw = if self.pending.is_empty() { Sw::OK } else { Sw::more(self.piece_size()) };
        Answer { data: taken, sw }.bytes()
    }
}
