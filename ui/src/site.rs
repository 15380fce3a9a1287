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
    /// The support's e-mail address; empty when there is none.
    pub mail: String,
    /// «7 h – 20 h»; may be empty.
    pub hours: String,
    /// The kiosk's own name, «MLS-B-014».
    pub machine: String,
    /// How a card goes into this kiosk's reader.
    pub chip: Chip,
    /// The page a telephone opens by the QR code; machine, code and time are added as a query. `None`: the code of a
    /// failure holds them as a text.
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
    /// What the QR code says: the kiosk, the code of the failure («» on the help page) and when it happened (ISO 8601 to
    /// the minute, local time; «» when unknown), never anything of a person. An address where the site has a help page,
    /// a text of three lines where it has none; `None` when there is nothing to say.
    pub(crate) fn qr_text(&self, code: &str, at: &str) -> Option<String> {
        let Some(help) = self.help.as_deref() else {
            let lines = [&format!("Guichet {}", self.machine), code, &at.replace('T', " ")];
            let told: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
            return (!code.is_empty()).then(|| told.join("\n"));
        };
        let joint = if help.contains('?') { '&' } else { '?' };
        let mut address = format!("{help}{joint}machine={}", escape(&self.machine));
        if !code.is_empty() {
            address.push_str("&code=");
            address.push_str(&escape(code));
        }
        if !at.is_empty() {
            address.push_str("&at=");
            address.push_str(&escape(at));
        }
        Some(address)
    }

    pub(crate) fn lend(&self, window: &MainWindow) {
        window.global::<crate::BarAdapter>().set_site(self.name.as_str().into());
        let adapter = window.global::<SiteAdapter>();
        adapter.set_phone(self.phone.as_str().into());
        adapter.set_mail(self.mail.as_str().into());
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

    const AT: &str = "2026-03-07T09:05";

    #[test]
    fn the_qr_code_leads_to_the_help_page_with_machine_code_and_time() {
        let site = Site {
            machine: "MLS B/14".into(),
            help: Some("https://aide.moulinsart.example/guichet".into()),
            ..Site::default()
        };
        assert_eq!(
            site.qr_text("CARD-03", AT).as_deref(),
            Some("https://aide.moulinsart.example/guichet?machine=MLS%20B%2F14&code=CARD-03&at=2026-03-07T09%3A05")
        );
        assert_eq!(
            site.qr_text("", "").as_deref(),
            Some("https://aide.moulinsart.example/guichet?machine=MLS%20B%2F14")
        );
    }

    #[test]
    fn a_help_page_that_has_a_query_keeps_it() {
        let site = Site { machine: "A".into(), help: Some("https://aide.example/?p=1".into()), ..Site::default() };
        assert_eq!(site.qr_text("", "").as_deref(), Some("https://aide.example/?p=1&machine=A"));
    }

    #[test]
    fn without_a_help_page_the_qr_code_is_kiosk_code_and_time_and_nothing_else() {
        let site = Site {
            name: "Centre hospitalier".into(),
            phone: "01 99 00 42 42".into(),
            mail: "assistance@moulinsart.example".into(),
            machine: "MLS-B-014".into(),
            ..Site::default()
        };
        assert_eq!(site.qr_text("ECPS-02", AT).as_deref(), Some("Guichet MLS-B-014\nECPS-02\n2026-03-07 09:05"));
        assert_eq!(site.qr_text("ECPS-02", "").as_deref(), Some("Guichet MLS-B-014\nECPS-02"));
        assert_eq!(site.qr_text("", AT), None, "the help page has nothing to say");
    }
}
