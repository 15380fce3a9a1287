//! Reads JSON whose types may all be wrong.
//!
//! A field of another type than documented is as good as absent: one broken resource must not lose the others. Nothing is
//! kept of what is not asked for, so that an answer of two megabytes costs a few times that and no more: lists and
//! strings are bounded, and items of a list that say nothing are dropped as they come.
//!
//! Used as `#[serde(deserialize_with = "any::text")]` on the fields of a struct with `#[serde(default)]`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// More items of one list than any answer has.
const MOST_ITEMS: usize = 2_000;
/// More characters than any name, address or code has.
const MOST_CHARS: usize = 1_000;

/// What can be made of a JSON value. Whatever is not overridden is the value for "nothing".
pub(crate) trait Any<'de>: Default {
    /// Of a string.
    fn of_text(_text: &str) -> Self {
        Self::default()
    }
    /// Of `true` or `false`.
    fn of_flag(_flag: bool) -> Self {
        Self::default()
    }
    /// Of anything else than `null`.
    fn of_other() -> Self {
        Self::default()
    }
    /// Of a list, read to its end.
    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::of_other())
    }
    /// Of an object, read to its end.
    fn of_object<A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::of_other())
    }
}

/// Reads anything.
pub(crate) fn read<'de, D: Deserializer<'de>, T: Any<'de>>(from: D) -> Result<T, D::Error> {
    from.deserialize_any(Reader(PhantomData))
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Any<'de>> Visitor<'de> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_bool<E>(self, flag: bool) -> Result<T, E> {
        Ok(T::of_flag(flag))
    }
    fn visit_i64<E>(self, _: i64) -> Result<T, E> {
        Ok(T::of_other())
    }
    fn visit_u64<E>(self, _: u64) -> Result<T, E> {
        Ok(T::of_other())
    }
    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::of_other())
    }
    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::of_text(text))
    }
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::of_list(list)
    }
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
        T::of_object(object)
    }
}

/// A string, else an empty one.
pub(crate) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    read::<D, Text>(from).map(|text| text.0)
}

/// A list of strings.
pub(crate) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let list: List<Text> = read(from)?;
    Ok(list.0.into_iter().map(|text| text.0).collect())
}

/// An object, else an empty one.
pub(crate) fn object<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    read::<D, Object<T>>(from).map(|object| object.0)
}

/// A list of objects. A single object counts as a list of one.
pub(crate) fn objects<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default + PartialEq,
{
    let list: List<Object<T>> = read(from)?;
    Ok(list.0.into_iter().map(|object| object.0).collect())
}

/// Yes, no, not said, or said in a way that cannot be understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flag {
    #[default]
    Absent,
    Yes,
    No,
    Strange,
}

impl Any<'_> for Flag {
    fn of_flag(flag: bool) -> Self {
        if flag { Flag::Yes } else { Flag::No }
    }
    fn of_text(text: &str) -> Self {
        match text {
            "true" => Flag::Yes,
            "false" => Flag::No,
            _ => Flag::Strange,
        }
    }
    fn of_other() -> Self {
        Flag::Strange
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read(from)
    }
}

#[derive(Default, PartialEq)]
struct Text(String);

impl Any<'_> for Text {
    fn of_text(text: &str) -> Self {
        Text(text.chars().take(MOST_CHARS).collect())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read(from)
    }
}

#[derive(Default, PartialEq)]
struct Object<T>(T);

impl<'de, T: Deserialize<'de> + Default> Any<'de> for Object<T> {
    fn of_object<A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object)).map(Object)
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read(from)
    }
}

struct List<T>(Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        List(Vec::new())
    }
}

impl<'de, T: Any<'de> + Deserialize<'de> + PartialEq> Any<'de> for List<T> {
    fn of_text(text: &str) -> Self {
        List::one(T::of_text(text))
    }
    fn of_object<A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        T::of_object(object).map(List::one)
    }
    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut items = Vec::new();
        while items.len() < MOST_ITEMS {
            match list.next_element::<T>()? {
                None => return Ok(List(items)),
                Some(item) if item == T::default() => {}
                Some(item) => items.push(item),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(List(items))
    }
}

impl<T: Default + PartialEq> List<T> {
    fn one(item: T) -> Self {
        if item == T::default() { List::default() } else { List(vec![item]) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default)]
    struct Thing {
        #[serde(deserialize_with = "text")]
        name: String,
        flag: Flag,
        #[serde(deserialize_with = "texts")]
        given: Vec<String>,
        #[serde(deserialize_with = "objects")]
        things: Vec<Thing>,
    }

    fn thing(json: &str) -> Thing {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_field_of_the_wrong_type_is_absent_and_the_others_stay() {
        for wrong in ["null", "7", "-1", "1e9", "true", "[]", "[[{}],3]", "{}", "{\"a\":{\"b\":[1]}}"] {
            let read = thing(&format!("{{\"name\":{wrong},\"flag\":true,\"given\":[\"Zoé\",{wrong}]}}"));
            assert_eq!((read.name.as_str(), read.flag), ("", Flag::Yes), "{wrong}");
            assert_eq!(read.given, ["Zoé"], "{wrong}");
        }
    }

    #[test]
    fn a_flag_that_cannot_be_understood_is_not_taken_for_no() {
        for (json, flag) in [
            ("true", Flag::Yes),
            ("false", Flag::No),
            ("\"true\"", Flag::Yes),
            ("\"oui\"", Flag::Strange),
            ("1", Flag::Strange),
            ("[]", Flag::Strange),
            ("{}", Flag::Strange),
            ("null", Flag::Absent),
        ] {
            assert_eq!(thing(&format!("{{\"flag\":{json}}}")).flag, flag, "{json}");
        }
        assert_eq!(thing("{}").flag, Flag::Absent);
    }

    #[test]
    fn items_that_say_nothing_cost_nothing() {
        let many = "{},".repeat(100_000);
        let read = thing(&format!("{{\"things\":[{many}{{\"name\":\"x\"}}]}}"));
        assert_eq!(read.things.len(), 1);
        assert_eq!(thing("{\"things\":{\"name\":\"x\"},\"given\":\"Zoé\"}").things.len(), 1);
    }

    #[test]
    fn lists_and_strings_are_bounded() {
        let many = "{\"name\":\"x\"},".repeat(5_000);
        assert_eq!(thing(&format!("{{\"things\":[{many}{{}}],\"name\":\"y\"}}")).things.len(), MOST_ITEMS);
        assert_eq!(thing(&format!("{{\"name\":\"{}\"}}", "é".repeat(5_000))).name.chars().count(), MOST_CHARS);
    }

    #[test]
    fn depth_is_an_error_or_skipped_and_never_a_crash() {
        let deep = format!("{{\"name\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(thing(&deep), Thing::default());
        let nested = format!("{}{{}}{}", "{\"things\":[".repeat(100_000), "]}".repeat(100_000));
        assert!(serde_json::from_str::<Thing>(&nested).is_err());
    }
}
