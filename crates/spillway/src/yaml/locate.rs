//! Where in the text each value stands.
//!
//! The parser tells places in its errors only. So the text is read once more, by visitors that refuse every
//! scalar, and the place is taken from the refusal: one pass for all places, and no second parser whose
//! opinion of the text could differ. A mapping or a list stands where its key does, also if an alias stands for
//! it; without a key, where the first thing in it stands.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use spillway_filter::config::Path;

use super::Place;

/// The places of a text's values, by their paths as they print.
#[derive(Debug, Default)]
pub struct Places {
    first: HashMap<String, Place>,
    /// Of keys that stand more than once in their mapping, the last place first.
    again: HashMap<String, Vec<Place>>,
}

impl Places {
    /// Of all values of a text, up to where it stops being YAML.
    pub fn of(text: &str) -> Self {
        let found = RefCell::default();
        let root = Locator { path: Path::default(), key: None, found: &found };
        // What is not YAML is told by whoever reads the values.
        let _refused = root.deserialize(serde_yaml_ng::Deserializer::from_str(text));
        let mut places = found.into_inner();
        places.again.values_mut().for_each(|places| places.reverse());
        places
    }

    /// Where a key stands again, each of the places once.
    pub fn next_repetition(&mut self, path: &str) -> Option<Place> {
        self.again.get_mut(path)?.pop()
    }

    /// The place of the value at a path; of the nearest value that would hold it, if it is missing.
    pub fn find(&self, path: &str) -> Option<Place> {
        let root = Path::default().to_string();
        let ends = path.rmatch_indices(['.', '[']).map(|(end, _)| end);
        let nearest = std::iter::once(path.len())
            .chain(ends)
            .filter_map(|end| path.get(..end))
            .find_map(|held_by| self.first.get(held_by));
        nearest.or_else(|| self.first.get(&root)).copied()
    }
}

/// The error by which a scalar is refused.
const REFUSED: &str = "a scalar, refused for its place";

/// The place that a refusal tells; any other error stays one.
fn refusal<E: Error>(error: E) -> Result<Place, E> {
    let text = error.to_string();
    let Some((_, place)) = text.rsplit_once(REFUSED) else { return Err(error) };
    let mut numbers = place.split(' ').filter_map(|word| word.parse().ok());
    // The parser does not tell the place of a text's first character.
    let (line, column) = (numbers.next().unwrap_or(1), numbers.next().unwrap_or(1));
    Ok(Place { line, column })
}

/// Visits the value at a path.
struct Locator<'f> {
    path: Path,
    /// Where its key stands.
    key: Option<Place>,
    found: &'f RefCell<Places>,
}

impl<'f> Locator<'f> {
    fn at(&self, path: Path, key: Option<Place>) -> Locator<'f> {
        Locator { path, key, found: self.found }
    }

    /// Notes the first place that is known of this value.
    fn note(&self, place: Option<Place>) {
        if let Some(place) = place {
            self.found.borrow_mut().first.entry(self.path.to_string()).or_insert(place);
        }
    }

    fn place_of(&self, path: &Path) -> Option<Place> {
        self.found.borrow().first.get(&path.to_string()).copied()
    }
}

impl<'de> DeserializeSeed<'de> for Locator<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let here = self.at(self.path.clone(), None);
        if let Err(error) = deserializer.deserialize_any(self) {
            here.note(Some(refusal(error)?));
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Locator<'_> {
    type Value = ();

    // A scalar arrives at the default methods of `Visitor`, which fail with this text.
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REFUSED)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.note(self.key);
        for index in 0.. {
            let path = self.path.index(index);
            if items.next_element_seed(self.at(path.clone(), None))?.is_none() {
                break;
            }
            self.note(self.place_of(&path));
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.note(self.key);
        while let Some((name, key)) = entries.next_key_seed(Keyed)? {
            self.note(key);
            let path = self.path.key(&name);
            if let (Some(_), Some(key)) = (self.place_of(&path), key) {
                self.found.borrow_mut().again.entry(path.to_string()).or_default().push(key);
            }
            entries.next_value_seed(self.at(path, key))?;
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (_tag, value) = tagged.variant::<String>()?;
        value.newtype_variant_seed(self)
    }
}

/// Reads a key, and where it stands.
struct Keyed;

impl<'de> DeserializeSeed<'de> for Keyed {
    type Value = (String, Option<Place>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let mut text = String::new();
        let place = match deserializer.deserialize_any(KeyText(&mut text)) {
            Ok(()) => None,
            Err(error) => Some(refusal(error)?),
        };
        Ok((text, place))
    }
}

/// Notes a key's text, and refuses it.
struct KeyText<'t>(&'t mut String);

impl KeyText<'_> {
    fn refuse<E: Error>(self, key: &dyn fmt::Display) -> Result<(), E> {
        *self.0 = key.to_string();
        Err(E::custom(REFUSED))
    }
}

impl<'de> Visitor<'de> for KeyText<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text as a mapping's key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<(), E> {
        self.refuse(&key)
    }

    fn visit_bool<E: Error>(self, key: bool) -> Result<(), E> {
        self.refuse(&key)
    }

    fn visit_i64<E: Error>(self, key: i64) -> Result<(), E> {
        self.refuse(&key)
    }

    fn visit_u64<E: Error>(self, key: u64) -> Result<(), E> {
        self.refuse(&key)
    }

    fn visit_f64<E: Error>(self, key: f64) -> Result<(), E> {
        self.refuse(&key)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.refuse(&"null")
    }
}
