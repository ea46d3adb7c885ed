//! Where in the text a value stands.
//!
//! The parser tells places in errors only. So the text is read once more, along the path that is looked for,
//! and reading ends with an error at the value in question: once for each problem that is shown, which costs
//! nothing that a person would notice, and needs no second parser.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use spillway_filter::config::Path;

use super::Place;
use super::value::Key;

/// The place of the value at a path as it prints; of what would hold it, if it is missing. `None` if the
/// text is not YAML.
pub fn locate(text: &str, path: &str) -> Option<Place> {
    let seeker = Seeker { here: Path::default(), wanted: path };
    let found = seeker.deserialize(serde_yaml_ng::Deserializer::from_str(text)).err()?;
    if !found.to_string().contains(FOUND) {
        return None;
    }
    found.location().map(|at| Place { line: at.line(), column: at.column() })
}

/// The error by which a seeker says that it has arrived.
const FOUND: &str = "the value that was looked for";

struct Seeker<'w> {
    here: Path,
    wanted: &'w str,
}

impl Seeker<'_> {
    /// Whether the wanted value is this child or stands below it.
    fn leads_through(&self, child: &Path) -> bool {
        let rest = self.wanted.strip_prefix(child.to_string().as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    fn below(&self, here: Path) -> Self {
        Self { here, wanted: self.wanted }
    }
}

impl<'de> DeserializeSeed<'de> for Seeker<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seeker<'_> {
    type Value = ();

    // A scalar arrives at the default methods of `Visitor`, which fail with this text, too.
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FOUND)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for index in 0.. {
            let child = self.here.index(index);
            let more = if self.leads_through(&child) {
                items.next_element_seed(self.below(child))?.is_some()
            } else {
                items.next_element::<IgnoredAny>()?.is_some()
            };
            if !more {
                break;
            }
        }
        Err(A::Error::custom(FOUND))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(key) = entries.next_key::<Key>()? {
            let child = self.here.key(&key.text);
            if self.leads_through(&child) {
                entries.next_value_seed(self.below(child))?;
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Err(A::Error::custom(FOUND))
    }
}
