//! `extra_body`: parameters that LiteLLM's clients set apart for the provider. They count as if they stood at the
//! top level, where the configuration allows them; any other is as unknown as it would be there.

use serde_json::Value;

use super::{Fate, Policy, read, refusal};
use crate::reject::Reject;
use crate::wire::Dialect;
use crate::wire::check::{self, Checked, path_below};
use crate::wire::json::Fields;
use crate::wire::schema::{self, Standing};

pub(super) const NAME: &str = "extra_body";

/// Parts the field; puts the paths of its unknown members into `undefined`.
///
/// # Errors
/// 400 where it is no object, or has a member that stands at the top level as well.
pub(super) fn part(
    raw: &str,
    policy: &Policy,
    checked: &Checked<'_>,
    dialect: Dialect,
    undefined: &mut Vec<String>,
) -> Result<Fate, Reject> {
    if raw == "null" {
        return Ok(Fate::Goes);
    }
    let fields = Fields::parse(raw.as_bytes()).map_err(|_| read::wrong_type(NAME, raw, "an object"))?;
    let mut staying = Vec::new();
    for (name, value) in fields.iter() {
        let defined = !matches!(schema::request(dialect).standing(name), Standing::Undefined);
        if defined || !policy.allows(name) {
            if undefined.len() < check::MAX_NAMED {
                undefined.push(path_below(NAME, name));
            }
        } else if checked.members.iter().any(|member| member.name == name) {
            return Err(refusal::twice(&path_below(NAME, name)));
        } else {
            staying.push(format!("{}:{}", Value::from(name), value.get()));
        }
    }
    Ok(if staying.is_empty() { Fate::Goes } else { Fate::Unfolds(staying.join(",")) })
}
