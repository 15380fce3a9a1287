//! A figure: how it is taken, how it is printed.

use serde_json::{Value, json};
use std::time::Duration;

/// Whether a figure is asked for: no name means all of them, and a part of a name is enough.
pub fn wanted(names: &[&str], figure: &str) -> bool {
    names.is_empty() || names.iter().any(|name| figure.contains(name))
}

/// Prints one line.
pub fn print(name: &str, ours: f64, reference: Option<f64>, unit: &str, what: &str, details: Value) {
    let ratio = reference.filter(|reference| *reference > 0.0).map(|reference| rounded(ours / reference));
    println!(
        "{{\"name\":{},\"ours\":{},\"reference\":{},\"ratio\":{},\"unit\":{},\"what\":{},\"details\":{details}}}",
        json!(name),
        rounded(ours),
        json!(reference.map(rounded)),
        json!(ratio),
        json!(unit),
        json!(what),
    );
}

/// Says on standard error how far it is.
pub fn say(line: &str) {
    eprintln!("-- {line}");
}

/// Three digits after the point: nothing here is known better. A count stays one.
fn rounded(number: f64) -> Value {
    let rounded = (number * 1000.0).round() / 1000.0;
    if rounded.fract() == 0.0 { json!(rounded as i64) } else { json!(rounded) }
}

/// Milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Measures of one thing, in milliseconds or whatever its unit is.
#[derive(Default)]
pub struct Series(Vec<f64>);

impl Series {
    /// Adds one.
    pub fn push(&mut self, measure: f64) {
        self.0.push(measure);
    }

    /// The middle one.
    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    fn at(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(((sorted.len() as f64 - 1.0) * part).round() as usize).copied().unwrap_or(f64::NAN)
    }

    /// Median, smallest, quartiles, largest and how many.
    pub fn spread(&self) -> Value {
        let at = |part| rounded(self.at(part));
        json!({ "runs": self.0.len(), "min": at(0.0), "q1": at(0.25), "median": at(0.5), "q3": at(0.75), "max": at(1.0) })
    }
}
