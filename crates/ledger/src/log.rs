//! What the process says on standard error: one JSON object a line. Never a prompt, a key, or a value that
//! a caller sent; the functions' callers pass counts, positions and our own words only, and what an
//! administrator calls keys, teams and users.

use std::io::Write;

use serde_json::{Map, Value};

/// An event in the course of things.
pub(crate) fn info(event: &str, fields: Value) {
    write("info", event, fields);
}

/// Something that a gateway did wrong and that was refused.
pub(crate) fn warn(event: &str, fields: Value) {
    write("warn", event, fields);
}

/// Something that an operator has to look at.
pub(crate) fn error(event: &str, fields: Value) {
    write("error", event, fields);
}

fn write(level: &str, event: &str, fields: Value) {
    let mut line = Map::new();
    line.insert("time".to_owned(), crate::calendar::now().into());
    line.insert("level".to_owned(), level.into());
    line.insert("event".to_owned(), event.into());
    if let Value::Object(fields) = fields {
        line.extend(fields);
    }
    // A closed standard error is no reason to stop storing.
    let _ = writeln!(std::io::stderr().lock(), "{}", Value::Object(line));
}
