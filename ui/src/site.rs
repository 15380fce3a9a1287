//! What a site says of itself on the screen.

use crate::{MainWindow, SiteAdapter};
use slint::ComponentHandle;

/// Names, numbers and the reader of one kiosk. Nothing here is about a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Site {
    /// «Centre hospitalier de Moulinsart», in the bar.
    pub name: String,
    /// The support's telephone number as it is read out; empty when there is none.
    pub phone: String,
    /// «7 h – 20 h»; may be empty.
    pub hours: String,
    /// The kiosk's own name, «MLS-B-014».
    pub machine: String,
    /// How a card goes into this kiosk's reader.
    pub chip: Chip,
    /// The page a telephone opens by the QR code; code and machine are added as a query. `None`: no QR code.
    pub help: Option<String>,
}

/// Where the chip looks when the card is put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chip {
    /// «Puce vers le bas»: the card stands upright, its chip end goes in first.
    #[default]
    Down,
    /// «Puce vers le haut»: the card lies flat, its chip on the upper side.
    Up,
}

impl Site {
    /// Where the QR code leads, for this code of failure («» on the help page).
    pub(crate) fn help_address(&self, code: &str) -> Option<String> {
        let help = self.help.as_deref()?;
        let joint = if help.contains('?') { '&' } else { '?' };
        let mut address = format!("{help}{joint}machine={}", escape(&self.machine));
        if !code.is_empty() {
            address.push_str("&code=");
            address.push_str(&escape(code));
        }
        Some(address)
    }

    pub(crate) fn lend(&self, window: &MainWindow) {
        window.global::<crate::BarAdapter>().set_site(self.name.as_str().into());
        let adapter = window.global::<SiteAdapter>();
        adapter.set_phone(self.phone.as_str().into());
        adapter.set_hours(self.hours.as_str().into());
        adapter.set_machine(self.machine.as_str().into());
        adapter.set_chip_up(self.chip == Chip::Up);
    }
}

/// Percent-encodes whatever is not unreserved (RFC 3986, 2.3).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(byte.into());
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_qr_code_leads_to_the_help_page_with_code_and_machine() {
        let site = Site {
            machine: "MLS B/14".into(),
            help: Some("https://aide.moulinsart.example/guichet".into()),
            ..Site::default()
        };
        assert_eq!(
            site.help_address("CARD-03").as_deref(),
            Some("https://aide.moulinsart.example/guichet?machine=MLS%20B%2F14&code=CARD-03")
        );
        assert_eq!(
            site.help_address("").as_deref(),
            Some("https://aide.moulinsart.example/guichet?machine=MLS%20B%2F14")
        );
    }

    #[test]
    fn a_help_page_that_has_a_query_keeps_it() {
        let site = Site { machine: "A".into(), help: Some("https://aide.example/?p=1".into()), ..Site::default() };
        assert_eq!(site.help_address("").as_deref(), Some("https://aide.example/?p=1&machine=A"));
    }

    #[test]
    fn without_a_help_page_there_is_no_qr_code() {
        assert_eq!(Site::default().help_address("CARD-03"), None);
    }
}
