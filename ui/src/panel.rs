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

/// The width of a document's page on a panel of this width, in pixels, when it is as wide as the screen: what a page has to
/// be drawn at so that each of its pixels is one of the panel's (`sheetW` in `theme/tokens.json`).
pub const fn sheet_width(panel_width: u32, large: bool) -> u32 {
    sheet_width_at(panel_width, large, 0)
}

/// The same at a step of zoom, 0 to [`flow::Paper::MOST_ZOOM`]: times 1, 1½, 2, 3. Text size changes nothing of it.
pub const fn sheet_width_at(panel_width: u32, _large: bool, zoom: u8) -> u32 {
    let width = if panel_width >= 1280 { 1152 } else { 912 };
    match zoom {
        0 => width,
        1 => width * 3 / 2,
        2 => width * 2,
        _ => width * 3,
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

    #[test]
    fn a_sheet_fits_beside_the_rail_with_its_ground_around_it() {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/theme/tokens.json")).unwrap();
        let tokens: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (set, width, large) in [
            ("1024x600", 1024, false),
            ("1280x800", 1280, false),
            ("1024x600-large", 1024, true),
            ("1280x800-large", 1280, true),
        ] {
            let size = |name: &str| tokens["size"][set][name].as_u64().unwrap();
            let sheet = u64::from(sheet_width(width, large));
            assert_eq!(size("sheetW"), sheet);
            assert_eq!(u64::from(width) - size("mv"), sheet + 2 * 16, "{set}");
            assert_eq!(
                [1, 2, 3, 9].map(|zoom| u64::from(sheet_width_at(width, large, zoom)) * 2),
                [sheet * 3, sheet * 4, sheet * 6, sheet * 6]
            );
        }
    }
}
