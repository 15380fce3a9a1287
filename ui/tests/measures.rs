//! What design.md section 10 measured on the mockups, measured on the built screens: size of targets, gaps, labels,
//! text that is cut, contrast of the pixels. `SCREENS=inbox,message` measures those alone whose name starts so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod common;

use common::{Desk, Element, FURTHER, LOOKS, Look, Picture, SIZES};
use i_slint_backend_testing::ElementHandle;
use std::collections::BTreeMap;

/// What a panel asks for, in logical pixels: 9 mm, 15 mm, 2 mm (design.md section 2).
struct Least {
    target: f32,
    key: f32,
    gap: f32,
}

fn least(size: (u32, u32)) -> Least {
    if size.0 >= 1280 {
        Least { target: 67.0, key: 112.0, gap: 14.5 }
    } else {
        Least { target: 60.0, key: 100.0, gap: 13.0 }
    }
}

/// Runs a check over every state, size and look, and tells all that it found at once.
fn everywhere(check: impl Fn(&Desk, &mut Vec<String>)) {
    over(ui::samples::all(), |_, _| true, check);
}

fn over(
    views: Vec<(&'static str, flow::View)>,
    wanted: impl Fn((u32, u32), Look) -> bool,
    check: impl Fn(&Desk, &mut Vec<String>),
) {
    let only = std::env::var("SCREENS").unwrap_or_default();
    let views: Vec<_> =
        views.into_iter().filter(|(name, _)| only.split(',').any(|start| name.starts_with(start))).collect();
    let mut findings = Vec::new();
    let mut states = 0;
    for size in SIZES {
        let desk = Desk::new(size);
        for look in LOOKS.into_iter().filter(|look| wanted(size, *look)) {
            for (name, view) in &views {
                desk.show_as(view, look);
                let mut tell = |what: &str| {
                    let mut found = Vec::new();
                    check(&desk, &mut found);
                    let place = format!("{name}{what}{} {}×{}", look.suffix(), size.0, size.1);
                    findings.extend(found.into_iter().map(|finding| format!("{place}: {finding}")));
                };
                tell("");
                for further in FURTHER.iter().filter(|further| further.is_beyond(name, look)) {
                    desk.go(further.there, look);
                    tell(&format!(" → {}", further.name));
                    desk.go(further.back, look);
                }
                states += 1;
            }
        }
    }
    assert!(!only.is_empty() || states >= 50, "only {states} pictures were looked at");
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
}

fn in_bar(desk: &Desk, target: &Element) -> bool {
    target.y < 1.0 && target.bottom() < if desk.size.0 >= 1280 { 73.0 } else { 65.0 }
}

fn is_key(target: &Element) -> bool {
    target.is("DigitKey") || target.is("CommandKey")
}

#[test]
fn every_target_is_as_large_as_a_finger() {
    everywhere(|desk, found| {
        let least = least(desk.size);
        for target in desk.targets() {
            let (wanted, what) = if is_key(&target) { (least.key, "key") } else { (least.target, "target") };
            if target.width < wanted || target.height < wanted {
                // A bar cell is as high as the bar less its line.
                if !(in_bar(desk, &target) && target.width >= wanted && target.height >= wanted - 1.0) {
                    found.push(format!("{what} too small: {}", target.name()));
                }
            }
        }
    });
}

#[test]
fn targets_keep_their_distance_and_never_overlap() {
    everywhere(|desk, found| {
        let least = least(desk.size);
        let targets = desk.targets();
        for (index, one) in targets.iter().enumerate() {
            for other in &targets[index + 1..] {
                if one.overlaps(other) {
                    found.push(format!("overlap: {} and {}", one.name(), other.name()));
                    continue;
                }
                // Bar cells, folders, rows, segments and the cells of a choice touch each other: each has 9 mm of its own
                // and a line or an inset between.
                let alike = ["RecipientRow", "FolderCell", "MessageRow", "Segment", "ActionCell"];
                let exempt = in_bar(desk, one)
                    || in_bar(desk, other)
                    || alike.into_iter().any(|kind| one.is(kind) && other.is(kind));
                let across = (one.x - other.right()).max(other.x - one.right());
                let down = (one.y - other.bottom()).max(other.y - one.bottom());
                if !exempt && across.max(down) < least.gap {
                    found.push(format!("{:.1} px between {} and {}", across.max(down), one.name(), other.name()));
                }
            }
        }
    });
}

#[test]
fn everything_stands_inside_the_panel() {
    everywhere(|desk, found| {
        let (width, height) = (desk.size.0 as f32 + 0.5, desk.size.1 as f32 + 0.5);
        for element in desk.elements().into_iter().filter(|element| element.is_target() || element.is_text()) {
            if element.x < -0.5 || element.y < -0.5 || element.right() > width || element.bottom() > height {
                found.push(format!("outside: {}", element.name()));
            }
        }
    });
}

#[test]
fn every_target_has_a_name_and_everything_that_can_be_touched_is_a_target() {
    everywhere(|desk, found| {
        let targets = desk.targets();
        for target in &targets {
            if target.label.trim().is_empty() {
                found.push(format!("nameless: {}", target.name()));
            }
        }
        for area in desk.elements().into_iter().filter(|element| element.is("TouchArea")) {
            // The one behind everything, which only tells that somebody is there.
            let whole = area.width >= desk.size.0 as f32 && area.height >= desk.size.1 as f32;
            let dead = area.width == 0.0 || area.height == 0.0;
            let named = targets.iter().any(|target| {
                area.x >= target.x - 4.5
                    && area.y >= target.y - 4.5
                    && area.right() <= target.right() + 4.5
                    && area.bottom() <= target.bottom() + 4.5
            });
            // The name in the bar is a target only where there is a choice; its area is disabled elsewhere.
            if !whole && !dead && !named && !area.id.ends_with("::change") {
                found.push(format!("touchable but no button: {}", area.name()));
            }
        }
    });
}

#[test]
fn no_text_is_cut_but_senders_subjects_and_addresses() {
    everywhere(|desk, found| {
        for mark in ElementHandle::find_by_element_id(&desk.window, "Words::cut") {
            let place = mark.absolute_position();
            let text = desk
                .texts()
                .into_iter()
                .filter(|text| (text.x - place.x).abs() < 1.0 && (text.y - place.y).abs() < 1.0);
            found.push(format!("cut: {:?}", text.map(|text| text.name()).collect::<Vec<_>>()));
        }
    });
}

#[test]
fn a_text_that_does_not_fit_is_marked() {
    let mut view = common::sample("inbox");
    let flow::Screen::Inbox(inbox) = &mut view.screen else { panic!("not the inbox") };
    // Wider than the movement rail.
    inbox.total = u32::MAX;
    let desk = Desk::new((1024, 600));
    desk.show_as(&view, Look::Light);
    assert!(ElementHandle::find_by_element_id(&desk.window, "Words::cut").count() > 0);
}

#[test]
fn no_text_runs_over_another() {
    everywhere(|desk, found| {
        let texts: Vec<Element> = desk.texts().into_iter().filter(Element::is_read).collect();
        for (index, one) in texts.iter().enumerate() {
            for other in &texts[index + 1..] {
                if one.overlaps(other) {
                    found.push(format!("{} over {}", one.name(), other.name()));
                }
            }
        }
    });
}

/// WCAG 2.2 relative luminance.
fn luminance(colour: [u8; 3]) -> f64 {
    let linear = colour.map(|channel| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

/// WCAG 2.2 contrast ratio.
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The ground of a rectangle of pixels is the colour it has most of; the ink is what is farthest from it.
fn measured(picture: &Picture, element: &Element) -> Option<f64> {
    let mut counts: BTreeMap<[u8; 3], usize> = BTreeMap::new();
    let pixels = picture.as_raw().as_chunks::<3>().0;
    let wide = picture.width() as usize;
    let clamp = |value: f32, most: usize| (value.max(0.0) as usize).min(most);
    let (left, right) = (clamp(element.x.floor(), wide), clamp(element.right().ceil(), wide));
    for line in pixels.chunks(wide).take(element.bottom().ceil() as usize).skip(clamp(element.y.floor(), pixels.len()))
    {
        // Run by run: tests are built without optimisation.
        for run in line[left..right].chunk_by(|one, other| one == other) {
            *counts.entry(run[0]).or_default() += run.len();
        }
    }
    let ground = counts.iter().max_by_key(|(colour, count)| (**count, **colour))?.0;
    counts.keys().map(|colour| contrast(*ground, *colour)).max_by(f64::total_cmp)
}

fn text_stands_out(size: (u32, u32), look: Look) {
    let wanted = |this_size, this_look| (this_size, this_look) == (size, look);
    over(common::shapes(), wanted, |desk, found| {
        let picture = desk.picture();
        // What is switched off may be pale (WCAG 1.4.3, inactive components).
        let off: Vec<Element> = desk.targets().into_iter().filter(|target| !target.enabled).collect();
        for text in desk.texts() {
            if !text.is_read() || off.iter().any(|target| target.overlaps(&text)) {
                continue;
            }
            match measured(&picture, &text) {
                Some(ratio) if ratio >= 4.5 => {}
                ratio => found.push(format!("contrast {ratio:.1?}: {}", text.name())),
            }
        }
    });
}

// On the pixels themselves. Size does not change a colour: the wide panel is looked at once.

#[test]
fn light_text_stands_out_from_its_ground() {
    text_stands_out(SIZES[0], Look::Light);
}

#[test]
fn dark_text_stands_out_from_its_ground() {
    text_stands_out(SIZES[0], Look::Dark);
}

#[test]
fn large_text_stands_out_from_its_ground() {
    text_stands_out(SIZES[0], Look::Large);
}

#[test]
fn text_on_the_wide_panel_stands_out_from_its_ground() {
    text_stands_out(SIZES[1], Look::Light);
}

#[test]
fn contrast_is_computed_as_wcag_says() {
    assert!((contrast([0, 0, 0], [255, 255, 255]) - 21.0).abs() < 0.001);
    // #767676 on white is the textbook's 4.54.
    assert!((contrast([0x76; 3], [255; 3]) - 4.54).abs() < 0.01);
}

/// What stands on what (design.md section 4). Text, for which WCAG 1.4.3 asks 4.5.
const TEXT: [(&str, &[&str]); 14] = [
    ("ink", &["page", "surface", "sunken", "tint", "patientTint"]),
    ("ink2", &["page", "surface", "sunken", "tint", "patientTint", "warnTint"]),
    ("action", &["page", "surface", "tint"]),
    ("onAction", &["action", "actionPressed"]),
    ("onStage", &["stage", "stageRaise"]),
    ("onStage2", &["stage"]),
    ("onStageKey", &["stageKey"]),
    ("onStageCta", &["stageCta"]),
    ("patient", &["patientTint", "surface"]),
    ("error", &["surface", "page", "errorTint"]),
    ("success", &["surface", "page", "successTint"]),
    ("warn", &["warnTint", "surface", "page"]),
    ("focus", &["surface", "page", "tint"]),
    ("stageCta", &["stage"]),
];

/// Borders, rings and fills that tell where to touch, for which WCAG 1.4.11 asks 3. A dark key on the dark stage is
/// told by its border, `stageLine`.
const SHAPES: [(&str, &[&str]); 4] = [
    ("control", &["surface", "page", "sunken", "tint"]),
    ("stageLine", &["stage"]),
    ("warnLine", &["warnTint"]),
    ("focus", &["sunken"]),
];

#[test]
fn every_pair_of_the_theme_reads_well_in_light_and_dark() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/theme/tokens.json")).unwrap();
    let tokens: serde_json::Value = serde_json::from_str(&text).unwrap();
    for set in ["light", "dark"] {
        let colour = |name: &str| {
            let hex = tokens["color"][set][name].as_str().unwrap_or_else(|| panic!("{name}"));
            [1, 3, 5].map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        };
        for (pairs, least) in [(&TEXT[..], 4.5), (&SHAPES[..], 3.0)] {
            for (ink, grounds) in pairs {
                for ground in *grounds {
                    let ratio = contrast(colour(ink), colour(ground));
                    assert!(ratio >= least, "{ink} on {ground}, {set}: {ratio:.2} < {least}");
                }
            }
        }
    }
}

#[test]
fn no_size_of_text_in_the_theme_is_under_sixteen_pixels() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/theme/tokens.json")).unwrap();
    let tokens: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (set, sizes) in tokens["size"].as_object().unwrap() {
        for role in ["cap", "lab", "body", "head", "title", "disp", "barCap", "barLab", "pinFont"] {
            let size = sizes[role].as_f64().unwrap();
            assert!(size >= 16.0, "{role} in {set}: {size}");
        }
    }
}

/// Every page and component, one after the other.
fn pages() -> String {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/slint"))];
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "slint") {
                text.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    text
}

/// Whether `name` stands there as a whole word.
fn names(text: &str, name: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-');
    text.match_indices(name).any(|(at, _)| !goes_on(&text[at + name.len()..]))
}

#[test]
fn no_icon_and_no_value_of_the_theme_is_left_that_no_page_uses() {
    let pages = pages();
    let icons = concat!(env!("CARGO_MANIFEST_DIR"), "/slint/icons");
    for entry in std::fs::read_dir(icons).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = file.strip_suffix(".svg") else { continue };
        let used = names(&pages, &format!("Icons.{name}")) || name.starts_with("spinner-");
        assert!(used && pages.contains(&format!("icons/{file}")), "{file}");
    }
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/theme/tokens.json")).unwrap();
    let tokens: serde_json::Value = serde_json::from_str(&text).unwrap();
    let sets = [
        ("/color/light", ""),
        ("/size/1024x600", ""),
        ("/leading", "leading-"),
        ("/tracking", "tracking-"),
        ("/radius", "radius-"),
        ("/border", "border-"),
        ("/icon", "icon-"),
        ("/part", "part-"),
        ("/motion", ""),
    ];
    let kebab = |name: &str| {
        name.chars().fold(String::new(), |mut kebab, letter| {
            if letter.is_ascii_uppercase() {
                kebab.push('-');
            }
            kebab.push(letter.to_ascii_lowercase());
            kebab
        })
    };
    for (set, prefix) in sets {
        for (name, _) in tokens.pointer(set).unwrap().as_object().unwrap().iter().filter(|(_, value)| *value != "ms") {
            assert!(names(&pages, &format!("Theme.{prefix}{}", kebab(name))), "{set}/{name}");
        }
    }
}

#[test]
fn the_measure_finds_pale_text() {
    let mut picture = Picture::from_pixel(40, 20, image::Rgb([255; 3]));
    for x in 5..35 {
        picture.get_pixel_mut(x, 10).0 = [0x90; 3];
    }
    let desk = Desk::new((1024, 600));
    let (_, view) = ui::samples::all().into_iter().next().unwrap();
    desk.show_as(&view, Look::Light);
    let mut element = desk.elements().into_iter().next().unwrap();
    (element.x, element.y, element.width, element.height) = (0.0, 0.0, 40.0, 20.0);
    assert!(measured(&picture, &element).unwrap() < 4.5);
}
