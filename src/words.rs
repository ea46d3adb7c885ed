//! Words of closed sets, as they are told by a gateway that may be of a later version, and know more of them.

use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Deserializer};

/// The word that is told; `None` for one that is not in the set.
///
/// # Errors
/// Where it is no text.
pub fn told<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let word = String::deserialize(deserializer)?;
    let read: StrDeserializer<'_, Error> = word.as_str().into_deserializer();
    Ok(T::deserialize(read).ok())
}
