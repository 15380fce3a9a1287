//! A recorded conversation: each command must be the next one, each answer is as written.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::hex;
use crate::transmit::{Transmit, TransmitError};

type Lines = VecDeque<(Vec<u8>, Result<Vec<u8>, TransmitError>)>;

/// What is left to be said. Clones share it, so a test can look after the card took its own.
#[derive(Clone, Default)]
pub(crate) struct Script(Arc<Mutex<Lines>>);

impl Script {
    /// Lines of command and answer, both hexadecimal.
    pub(crate) fn new(lines: &[(&str, &str)]) -> Self {
        Self::default().then(lines)
    }

    pub(crate) fn then(self, lines: &[(&str, &str)]) -> Self {
        self.0.lock().unwrap().extend(lines.iter().map(|(command, answer)| (hex(command), Ok(hex(answer)))));
        self
    }

    /// The exchange in which the reader fails.
    pub(crate) fn fails(self, command: &str, error: TransmitError) -> Self {
        self.0.lock().unwrap().push_back((hex(command), Err(error)));
        self
    }

    pub(crate) fn boxed(&self) -> Box<dyn Transmit + Send> {
        Box::new(self.clone())
    }

    /// Every line must have been said.
    pub(crate) fn assert_over(&self) {
        let left = self.0.lock().unwrap();
        assert!(left.is_empty(), "{} exchanges were expected still, next {:02X?}", left.len(), left.front());
    }
}

impl Transmit for Script {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>) -> Result<(), TransmitError> {
        let Some((expected, answer)) = self.0.lock().unwrap().pop_front() else {
            panic!("the script was over, but the card was sent {command:02X?}");
        };
        assert_eq!(format!("{command:02X?}"), format!("{expected:02X?}"));
        response.extend(answer?);
        Ok(())
    }
}
