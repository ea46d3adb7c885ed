//! Values as JSON: the text that `serde_json` writes, byte for byte, in fewer steps.
//!
//! The texts of the gateway's own records are short and many: names of members, ids, counts. `serde_json` looks at each
//! of their bytes by itself, at those of names, too, and V8 makes that dear. Here a name is one copy, and so is a value
//! that can stand as it is, which is asked of 16 bytes at a time. What is rare is left to `serde_json`.
//!
//! | module | room |
//! |---|---|
//! | `sheet` | the text, and how strings and numbers come onto it |
//! | `serializer` | serde's serializer that writes onto a sheet |

mod serializer;
mod sheet;
#[cfg(test)]
mod tests;

use std::cell::Cell;

use serde::Serialize;

use sheet::Sheet;

/// A larger sheet is not kept, in bytes.
const MOST_KEPT: usize = 64 << 10;

thread_local! {
    /// The last text's, so that the next one has room from the start.
    static SHEET: Cell<Sheet> = const { Cell::new(Sheet::new()) };
}

/// Lends the JSON of a value.
///
/// # Errors
/// Those of `serde_json`, for what has no form in JSON.
pub fn lend<T, R>(value: &T, to: impl FnOnce(&[u8]) -> R) -> Result<R, serde_json::Error>
where
    T: Serialize + ?Sized,
{
    let mut sheet = SHEET.take();
    sheet.clear();
    let lent = match value.serialize(&mut sheet) {
        Ok(()) => Ok(to(sheet.text())),
        Err(_) => serde_json::to_vec(value).map(|json| to(&json)),
    };
    if sheet.size() <= MOST_KEPT {
        SHEET.set(sheet);
    }
    lent
}

/// The JSON of a value.
///
/// # Errors
/// As [`lend`].
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    lend(value, <[u8]>::to_vec)
}
