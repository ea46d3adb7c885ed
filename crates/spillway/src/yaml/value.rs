//! YAML events to JSON values, with the problems that YAML allows and the configuration does not.

use std::cell::RefCell;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Number, Value};
use spillway_filter::config::{Path, Problem};

use super::TWICE;
use super::merge::{self, MERGE};

/// What was found on the way.
pub type Problems = RefCell<Vec<Problem>>;

/// Reads the value at a path.
pub struct Reader<'p> {
    path: Path,
    problems: &'p Problems,
}

impl<'p> Reader<'p> {
    pub fn new(path: Path, problems: &'p Problems) -> Self {
        Self { path, problems }
    }

    fn report(&self, path: &Path, message: String, help: &str) {
        let problem = Problem { path: path.to_string(), message, help: Some(help.to_owned()) };
        self.problems.borrow_mut().push(problem);
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, `true`, `false`, a list or a mapping")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value);
        if number.is_none() {
            self.report(&self.path, format!("found `{value}`, expected a finite number"), "write a number");
        }
        Ok(number.map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) =
            items.next_element_seed(Self::new(self.path.index(list.len()), self.problems))?
        {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = entries.next_key::<Key>()? {
            let path = self.path.key(&key.text);
            if !key.is_text {
                self.report(
                    &path,
                    format!("found the key `{}`, expected a text", key.text),
                    "put it in quotes",
                );
            }
            let is_merge = key.text == MERGE;
            if fields.contains_key(&key.text) && !is_merge {
                self.report(&path, TWICE.to_owned(), "keep one of them");
            }
            let value = entries.next_value_seed(Self::new(path, self.problems))?;
            let value = match fields.get_mut(MERGE).filter(|_| is_merge) {
                Some(earlier) => {
                    *earlier = merge::both(value, earlier.take());
                    continue;
                }
                None => value,
            };
            // The first one stays: it is where a reader of the file would look.
            fields.entry(key.text).or_insert(value);
        }
        Ok(Value::Object(fields))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (tag, value) = tagged.variant::<String>()?;
        self.report(
            &self.path,
            format!("found the tag `!{tag}`, expected a plain value"),
            "write the value alone; for a variable's, `os.environ/NAME`",
        );
        value.newtype_variant_seed(self)
    }
}

/// A mapping's key in its text form.
pub struct Key {
    pub text: String,
    is_text: bool,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyVisitor)
    }
}

struct KeyVisitor;

impl KeyVisitor {
    fn other<E>(key: impl ToString) -> Result<Key, E> {
        Ok(Key { text: key.to_string(), is_text: false })
    }
}

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text as a mapping's key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        Ok(Key { text: key.to_owned(), is_text: true })
    }

    fn visit_bool<E>(self, key: bool) -> Result<Key, E> {
        Self::other(key)
    }

    fn visit_i64<E>(self, key: i64) -> Result<Key, E> {
        Self::other(key)
    }

    fn visit_u64<E>(self, key: u64) -> Result<Key, E> {
        Self::other(key)
    }

    fn visit_f64<E>(self, key: f64) -> Result<Key, E> {
        Self::other(key)
    }

    fn visit_unit<E>(self) -> Result<Key, E> {
        Self::other("null")
    }
}
