//! Status words become meanings here and nowhere else (ISO 7816-4 clause 5.6, and what CPS cards add).

/// What `SW1 SW2` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// `9000`.
    Ok,
    /// `61xx`: done, and so many bytes wait for GET RESPONSE (0 stands for 256).
    MoreData(u8),
    /// `6Cxx`: ask again with this `Le` (0 stands for 256).
    WrongLength(u8),
    /// `6282`: the file ended before `Le` bytes; what came is good.
    EndOfFile,
    /// Any other `62xx`, and `63xx` that is no counter.
    Warning(u16),
    /// `63Cx`, `6300`: not verified, tries left when the card says so.
    WrongPin {
        /// Tries left, never 0.
        left: Option<u8>,
    },
    /// `6983`, `6984`, `63C0`: no try left.
    Blocked,
    /// `6982`: a PIN is needed first.
    SecurityNotSatisfied,
    /// `6985`, `6986`: not now; on CPS4 usually "select the application again".
    ConditionsNotSatisfied,
    /// `6881`: this logical channel is not open, on CPS4 "select the application again".
    WrongChannel,
    /// `6A82`, `6A83`, `6A88`: no such file, record or object.
    NotFound,
    /// `6700`, `6A80`, `6A86`, `6A87`, `6B00`: the command's form or parameters are refused.
    WrongParameters,
    /// `6D00`, `6E00`, `6A81`, other `68xx`: the card does not know this command.
    NotSupported,
    /// Anything else.
    Other(u16),
}

impl From<u16> for Status {
    fn from(sw: u16) -> Self {
        let [sw1, sw2] = sw.to_be_bytes();
        match (sw1, sw2) {
            (0x90, 0x00) => Self::Ok,
            (0x61, n) => Self::MoreData(n),
            (0x6C, n) => Self::WrongLength(n),
            (0x62, 0x82) => Self::EndOfFile,
            (0x63, 0xC0) | (0x69, 0x83 | 0x84) => Self::Blocked,
            (0x63, 0xC1..=0xCF) => Self::WrongPin { left: Some(sw2 & 0x0F) },
            (0x63, 0x00) => Self::WrongPin { left: None },
            (0x62 | 0x63, _) => Self::Warning(sw),
            (0x69, 0x82) => Self::SecurityNotSatisfied,
            (0x69, 0x85 | 0x86) => Self::ConditionsNotSatisfied,
            (0x68, 0x81) => Self::WrongChannel,
            (0x6A, 0x82 | 0x83 | 0x88) => Self::NotFound,
            (0x67 | 0x6B, 0x00) | (0x6A, 0x80 | 0x86 | 0x87) => Self::WrongParameters,
            (0x6D | 0x6E, _) | (0x6A, 0x81) | (0x68, _) => Self::NotSupported,
            _ => Self::Other(sw),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_of_zero_is_a_blocked_card_not_a_wrong_code() {
        assert_eq!(Status::from(0x63C0), Status::Blocked);
        assert_eq!(Status::from(0x6983), Status::Blocked);
        assert_eq!(Status::from(0x63C1), Status::WrongPin { left: Some(1) });
    }

    #[test]
    fn every_status_word_has_a_meaning_and_only_9000_is_success() {
        let successes = (0..=u16::MAX).filter(|sw| Status::from(*sw) == Status::Ok).collect::<Vec<_>>();
        assert_eq!(successes, [0x9000]);
    }

    #[test]
    fn both_ways_a_cps4_says_select_again_are_told_apart_from_a_missing_code() {
        assert_eq!(Status::from(0x6985), Status::ConditionsNotSatisfied);
        assert_eq!(Status::from(0x6881), Status::WrongChannel);
        assert_eq!(Status::from(0x6982), Status::SecurityNotSatisfied);
    }
}
