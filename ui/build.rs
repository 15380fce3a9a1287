//! Makes the global `Theme` out of `theme/tokens.json`, then compiles the pages with it.
//!
//! The theme has no other source: it is written into the build folder, where `import "theme.slint"` finds it.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a build script stops with the reason")]

use serde_json::{Map, Value};
use std::fmt::Write;
use std::path::PathBuf;

/// Sets of sizes, in the order normal, wide, large, wide and large.
const SIZES: [&str; 4] = ["1024x600", "1280x800", "1024x600-large", "1280x800-large"];

fn main() {
    println!("cargo::rerun-if-changed=theme/tokens.json");
    println!("cargo::rerun-if-changed=lang");
    let text = std::fs::read_to_string("theme/tokens.json").expect("theme/tokens.json can be read");
    let tokens: Value = serde_json::from_str(&text).expect("theme/tokens.json is JSON");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("Cargo gives OUT_DIR"));
    std::fs::write(out.join("theme.slint"), theme(&tokens)).expect("OUT_DIR can be written");

    let config = slint_build::CompilerConfiguration::new()
        .with_include_paths(vec![out])
        .with_style("fluent-light".into())
        .with_bundled_translations("lang")
        .with_debug_info(std::env::var("PROFILE").is_ok_and(|profile| profile == "debug"))
        .embed_resources(slint_build::EmbedResourcesKind::EmbedFiles);
    slint_build::compile_with_config("slint/main.slint", config).expect("the pages compile");
}

/// The Slint source of the global `Theme`.
fn theme(tokens: &Value) -> String {
    let mut slint = String::from(
        "// Made by build.rs out of theme/tokens.json.\nexport global Theme {\n    \
         in property <bool> dark;\n    in property <bool> large;\n    \
         in property <bool> reduced-motion;\n    in property <length> panel-w: 1024px;\n    \
         in property <length> panel-h: 600px;\n    out property <bool> wide: panel-w >= 1280px;\n",
    );
    let family = tokens["font"]["family"].as_str().expect("font.family");
    put(&mut slint, "string", "family", &format!("\"{family}\""));

    let dark = object(tokens, "/color/dark");
    for (name, light) in object(tokens, "/color/light") {
        let (light, dark) = (word(light), word(dark.get(name).expect("a colour has both")));
        put(&mut slint, "color", name, &if light == dark { light.into() } else { format!("dark ? {dark} : {light}") });
    }

    let sets = SIZES.map(|set| object(tokens, &format!("/size/{set}")));
    for name in sets[0].keys() {
        let [small, wide, large, both] = sets.map(|set| set.get(name).expect("a size has all four").to_string());
        let plain = either("wide", &wide, &small);
        let big = either("wide", &both, &large);
        put(&mut slint, "length", name, &either("large", &big, &plain));
    }

    let natural = tokens["naturalLeading"].as_f64().expect("naturalLeading");
    for (name, value) in object(tokens, "/leading") {
        let factor = value.as_f64().expect("a leading is a number") / natural;
        put(&mut slint, "float", &format!("leading-{name}"), &format!("{factor:.4}"));
        // The same as a share of the size of the text, for sums of lines.
        put(&mut slint, "float", &format!("line-{name}"), &format!("{value}"));
    }
    for (name, value) in object(tokens, "/tracking") {
        put(&mut slint, "length", &format!("tracking-{name}"), &format!("{} * ({value})", kebab(name)));
    }
    for (prefix, path) in [("radius", "/radius"), ("border", "/border"), ("icon", "/icon"), ("part", "/part")] {
        for (name, value) in object(tokens, path) {
            put(&mut slint, "length", &format!("{prefix}-{name}"), &format!("{value}px"));
        }
    }
    for value in tokens["space"].as_array().expect("space") {
        put(&mut slint, "length", &format!("s{value}"), &format!("{value}px"));
    }
    for (name, value) in object(tokens, "/motion").iter().filter(|(_, value)| value.is_number()) {
        put(&mut slint, "duration", name, &format!("{value}ms"));
    }
    slint.push_str("}\n");
    slint
}

/// One property. `name` may be in camel case.
fn put(slint: &mut String, kind: &str, name: &str, value: &str) {
    writeln!(slint, "    out property <{kind}> {}: {value};", kebab(name)).expect("a string takes any text");
}

/// `stageRaise` is `stage-raise` in Slint.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// A choice, or the value itself when both are equal.
fn either(question: &str, yes: &str, no: &str) -> String {
    let pixels = |value: &str| {
        if value.contains('?') { format!("({value})") } else { format!("{}px", value.trim_end_matches("px")) }
    };
    if yes == no {
        if yes.contains('?') { yes.into() } else { pixels(yes) }
    } else {
        format!("{question} ? {} : {}", pixels(yes), pixels(no))
    }
}

fn object<'a>(tokens: &'a Value, path: &str) -> &'a Map<String, Value> {
    tokens.pointer(path).and_then(Value::as_object).expect(path)
}

fn word(value: &Value) -> &str {
    value.as_str().expect("a colour is a string")
}
