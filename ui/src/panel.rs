//! What a panel holds.

/// Rows of a page of the inbox on a panel of this width, in logical pixels: what the visit's settings are made from.
///
/// Bar, toolbar and rows fill the panel exactly (`rowsPerPage` in `theme/tokens.json`); one more would be cut.
pub const fn rows(panel_width: u32, large: bool) -> u32 {
    match (panel_width >= 1280, large) {
        (false, false) => 6,
        (false, true) => 5,
        (true, false) => 8,
        (true, true) => 6,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn rows_are_those_of_the_theme_and_fill_the_panel() {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/theme/tokens.json")).unwrap();
        let tokens: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (set, width, height, large) in [
            ("1024x600", 1024, 600, false),
            ("1280x800", 1280, 800, false),
            ("1024x600-large", 1024, 600, true),
            ("1280x800-large", 1280, 800, true),
        ] {
            let rows = u64::from(rows(width, large));
            assert_eq!(tokens["rowsPerPage"][set].as_u64().unwrap(), rows);
            let size = |name: &str| tokens["size"][set][name].as_u64().unwrap();
            let left = height - size("bar") - size("tool");
            assert!(rows * size("row") <= left && left < (rows + 1) * size("row"), "{set}");
        }
    }
}
