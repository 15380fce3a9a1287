//! Short command APDUs (ISO/IEC 7816-4 clause 5) and answers.

/// A parsed command.
#[derive(Clone, Debug)]
pub struct Command<'a> {
    /// Class byte, chaining bit and channel included.
    pub cla: u8,
    /// Instruction.
    pub ins: u8,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    /// Body, empty when there is none.
    pub data: &'a [u8],
    /// Expected length in bytes, 1 to 256; `None` when the byte is absent.
    pub le: Option<usize>,
}

impl<'a> Command<'a> {
    /// Parses the four short cases; anything else is a wrong length.
    ///
    /// # Errors
    /// The status word to answer with, `67 00`.
    pub fn parse(raw: &'a [u8]) -> Result<Self, Sw> {
        let [cla, ins, p1, p2, body @ ..] = raw else {
            return Err(Sw::WRONG_LENGTH);
        };
        let (data, le): (&[u8], _) = match body {
            [] => (&[], None),
            [le] => (&[], Some(le)),
            // Lc 0 with more behind it is extended length: neither T=0 nor these cards have it.
            [0, ..] => return Err(Sw::WRONG_LENGTH),
            [lc, rest @ ..] => match rest.split_at_checked(usize::from(*lc)) {
                Some((data, [])) => (data, None),
                Some((data, [le])) => (data, Some(le)),
                _ => return Err(Sw::WRONG_LENGTH),
            },
        };
        let le = le.map(|&le| if le == 0 { 256 } else { usize::from(le) });
        Ok(Self { cla: *cla, ins: *ins, p1: *p1, p2: *p2, data, le })
    }
}

/// A status word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sw(pub u16);

impl Sw {
    /// Done.
    pub const OK: Self = Self(0x9000);
    /// End of file before `Le` bytes.
    pub const SHORT_READ: Self = Self(0x6282);
    /// Wrong length.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// This logical channel is not served.
    pub const CHANNEL: Self = Self(0x6881);
    /// The last command of a chain was expected.
    pub const CHAIN: Self = Self(0x6883);
    /// The code porteur has not been verified.
    pub const SECURITY: Self = Self(0x6982);
    /// The code porteur is blocked.
    pub const BLOCKED: Self = Self(0x6983);
    /// Conditions of use not met.
    pub const CONDITIONS: Self = Self(0x6985);
    /// No current file.
    pub const NO_FILE: Self = Self(0x6986);
    /// Wrong data.
    pub const WRONG_DATA: Self = Self(0x6A80);
    /// Function not supported.
    pub const NOT_SUPPORTED: Self = Self(0x6A81);
    /// File not found.
    pub const NOT_FOUND: Self = Self(0x6A82);
    /// Wrong parameters.
    pub const WRONG_P1P2: Self = Self(0x6A86);
    /// Referenced data not found.
    pub const NO_REFERENCE: Self = Self(0x6A88);
    /// Offset outside the file.
    pub const OFFSET: Self = Self(0x6B00);
    /// Unknown instruction.
    pub const NO_INS: Self = Self(0x6D00);
    /// Unknown class.
    pub const NO_CLA: Self = Self(0x6E00);

    /// `63 Cx`: wrong code, `left` tries left.
    pub fn tries(left: u8) -> Self {
        Self(0x63C0 | u16::from(left & 0x0F))
    }

    /// `61 xx`: so many bytes wait for GET RESPONSE (00 stands for 256 or more).
    pub fn more(waiting: usize) -> Self {
        Self(0x6100 | length_byte(waiting))
    }

    /// `6C xx`: the same command again, with this length.
    pub fn again(exact: usize) -> Self {
        Self(0x6C00 | length_byte(exact))
    }
}

fn length_byte(n: usize) -> u16 {
    u16::try_from(n).ok().filter(|&n| n < 256).unwrap_or(0)
}

/// Data and status word.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Response data.
    pub data: Vec<u8>,
    /// Status word.
    pub sw: Sw,
}

impl Answer {
    /// Data, then `90 00`.
    pub fn data(data: Vec<u8>) -> Self {
        Self { data, sw: Sw::OK }
    }

    /// As it goes on the line.
    pub fn bytes(mut self) -> Vec<u8> {
        self.data.extend_from_slice(&self.sw.0.to_be_bytes());
        self.data
    }
}

impl From<Sw> for Answer {
    fn from(sw: Sw) -> Self {
        Self { data: Vec::new(), sw }
    }
}
