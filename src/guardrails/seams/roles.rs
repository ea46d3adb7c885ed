//! Which messages of a body are one to the model: those of one role, in a row.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::spot::{List, Spot};

/// The messages of a body by the rows that they are in; found out when it is asked for.
pub(super) struct Roles<'d> {
    document: &'d str,
    rows: Option<Rows>,
}

/// For each message the number of its row.
#[derive(Default)]
struct Rows {
    messages: Vec<usize>,
    input: Vec<usize>,
}

#[derive(Deserialize)]
struct Body<'d> {
    #[serde(borrow, default)]
    messages: Option<&'d RawValue>,
    #[serde(borrow, default)]
    input: Option<&'d RawValue>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    role: Option<String>,
}

impl<'d> Roles<'d> {
    pub(super) fn of(document: &'d str) -> Self {
        Self { document, rows: None }
    }

    /// Whether two texts, one behind the other, are one to the model.
    pub(super) fn are_joined(&mut self, one: &Spot, next: &Spot) -> bool {
        if one.container == next.container {
            return true;
        }
        let (Some((list, one)), Some((next_list, next))) = (one.message, next.message) else { return false };
        list == next_list && (one == next || self.row(list, one) == self.row(list, next))
    }

    /// A message that cannot be told is in one row with all such: nothing is lost by joining more.
    fn row(&mut self, list: List, index: usize) -> Option<usize> {
        let rows = self.rows.get_or_insert_with(|| {
            let body: Option<Body<'_>> = serde_json::from_str(self.document).ok();
            let rows = |list: Option<&RawValue>| list.map(rows).unwrap_or_default();
            body.map(|body| Rows { messages: rows(body.messages), input: rows(body.input) })
                .unwrap_or_default()
        });
        let rows = if list == List::Messages { &rows.messages } else { &rows.input };
        rows.get(index).copied()
    }
}

fn rows(list: &RawValue) -> Vec<usize> {
    let messages: Vec<Message> = serde_json::from_str(list.get()).unwrap_or_default();
    let mut numbers = Vec::with_capacity(messages.len());
    let mut row = 0;
    let mut before: Option<&str> = None;
    for Message { role } in &messages {
        // Each result of a tool is a text of its own, and so is what has no role.
        let role = role.as_deref().filter(|role| !matches!(*role, "tool" | "function"));
        row += usize::from(role.is_none() || role != before);
        before = role;
        numbers.push(row);
    }
    numbers
}
