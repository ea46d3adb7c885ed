//! Fields that no API defines, put into bodies at every depth.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use spillway_filter::random::SplitMix;
use spillway_filter::wire::Dialect;
use spillway_filter::wire::check::{self, Checked};
use spillway_filter::wire::schema::{self, Shape, Standing, Table};

/// What every planted value holds.
pub const CANARY: &str = "canary-7f3a";
/// Times that each request is salted: once everywhere, then at random places.
pub const ROUNDS: usize = 12;
/// Values of every type, those of numbers and such in a list beside a canary.
pub const VALUES: &[&str] = &["\"canary-7f3a\"", "[\"canary-7f3a\"]", "{\"canary-7f3a\":\"canary-7f3a\"}"];

/// Names to plant: those of gateways, and ones that look like a field.
const NAMES: &[&str] = &[
    "canary_field",
    "litellm_metadata_",
    "user_api_key_hash",
    "Messages",
    "api_key",
    "_litellm_x",
    "x y",
    "",
];

/// A body with planted fields in its objects, and how many: round 0 plants in every object, others here and
/// there. Objects whose members are the caller's own (a JSON Schema, `metadata`) are left alone.
pub fn salted(dialect: Dialect, body: &Value, round: usize, random: &mut SplitMix) -> (Value, usize) {
    let mut body = body.clone();
    let mut count = 0;
    let mut plant = |object: &mut Map<String, Value>, table: &Table| {
        if count >= 200 || (round > 0 && random.below(3) > 0) {
            return;
        }
        let name = NAMES[random.index(NAMES.len())];
        if matches!(table.standing(name), Standing::Undefined) && !object.contains_key(name) {
            let value: Value = serde_json::from_str(VALUES[random.index(VALUES.len())]).unwrap();
            object.insert(name.to_owned(), value);
            count += 1;
        }
    };
    walk(&mut body, Shape::Objects(schema::request(dialect)), &mut plant);
    (body, count)
}

fn walk(value: &mut Value, shape: Shape, plant: &mut impl FnMut(&mut Map<String, Value>, &Table)) {
    match (value, shape) {
        (Value::Array(elements), shape) => elements.iter_mut().for_each(|one| walk(one, shape, plant)),
        (Value::Object(fields), Shape::Objects(table) | Shape::TextOr(table)) => {
            for (name, value) in fields.iter_mut() {
                if let Standing::Defined(shape) = table.standing(name) {
                    walk(value, shape, plant);
                }
            }
            plant(fields, table);
        }
        _ => {}
    }
}

/// The names that may never go upstream, whichever list they stand in.
pub fn internal_names() -> BTreeSet<String> {
    let lists: Value = serde_json::from_str(include_str!("../../../data/internal-keys.json")).unwrap();
    let of_requests = lists.as_object().unwrap().iter().filter(|(list, _)| *list != "credential_headers");
    let names: BTreeSet<String> = of_requests
        .filter_map(|(_, names)| names.as_array())
        .flatten()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    assert!(names.len() > 400, "{} internal names", names.len());
    names
}

/// A body with one more member, at the top level or inside another one. `None` where the dialect defines the
/// name there: such a member is the caller's, to the model.
pub fn with(dialect: Dialect, body: &[u8], name: &str, inside: Option<&str>, value: &str) -> Option<Vec<u8>> {
    let mut body: Value = serde_json::from_slice(body).unwrap();
    let value: Value = serde_json::from_str(value).unwrap();
    match inside {
        None if !matches!(schema::request(dialect).standing(name), Standing::Undefined) => return None,
        None => body[name] = value,
        Some(inside) => body[inside] = json!({name: value}),
    }
    let body = body.to_string().into_bytes();
    let parsed: Result<Checked<'_>, _> = check::object(&body, schema::request(dialect));
    parsed.is_ok().then_some(body)
}
