//! Names of tools that are longer than other APIs take: Anthropic's have up to 128 characters, OpenAI's and Gemini's 64.
//!
//! Going up, such a name keeps its beginning, and a hash of all of it keeps it apart from others. The way back needs no
//! state of its own: what an answer is made with ([`View::echo`](super::View::echo)) lists the request's long names.

use super::conversation::{Choice, Conversation, Named, Said, What, Words};
use crate::wire::json::{Fields, elements};

/// The longest name that the chat completions API takes, and the shortest bound of all.
const LONGEST: usize = 64;

/// A name as others take it.
pub(super) fn fitting(whole: &str) -> String {
    if whole.len() <= LONGEST {
        return whole.to_owned();
    }
    let end = whole.floor_char_boundary(LONGEST - "_00000000".len());
    format!("{}_{:08x}", whole.get(..end).unwrap_or_default(), hash(whole))
}

/// FNV-1a: <http://www.isthe.com/chongo/tech/comp/fnv/>.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The long names of a Messages request, as a JSON array; empty where there is none.
pub(super) fn echo(fields: &Fields<'_>) -> Vec<u8> {
    let tools = fields.set("tools").and_then(|tools| elements(tools).ok()).unwrap_or_default();
    let names = tools
        .into_iter()
        .filter_map(|tool| Fields::of(tool).ok()?.text("name").map(|name| name.into_owned()));
    let long: Vec<String> = names.filter(|name| name.len() > LONGEST).collect();
    if long.is_empty() { Vec::new() } else { serde_json::to_vec(&long).unwrap_or_default() }
}

/// Makes every name in a conversation fit.
pub(super) fn shorten(conversation: &mut Conversation<'_>) {
    for tool in &mut conversation.tools {
        if let What::Function { name, .. } = &mut tool.what {
            fit(name);
        }
    }
    for part in conversation.turns.iter_mut().flat_map(|turn| &mut turn.parts) {
        if let Said::Call(call) = &mut part.said {
            fit(&mut call.name);
        }
    }
    match &mut conversation.params.choice {
        Some((_, Choice::One(Named { name, .. }))) => fit(name),
        Some((_, Choice::Among { tools, .. })) => tools.iter_mut().for_each(|named| fit(&mut named.name)),
        _ => {}
    }
}

fn fit(name: &mut Words<'_>) {
    if name.bytes() > LONGEST as u64 {
        *name = Words::from(fitting(&name.text()));
    }
}

/// The long names that an answer may have to tell again.
#[derive(Clone, Debug, Default)]
pub(super) struct LongNames(Vec<(String, String)>);

impl LongNames {
    /// Out of what [`echo`] wrote.
    pub(super) fn of_echo(echo: &[u8]) -> Self {
        let names: Vec<String> = serde_json::from_slice(echo).unwrap_or_default();
        Self(names.into_iter().map(|name| (fitting(&name), name)).collect())
    }

    /// The client's name of a tool.
    pub(super) fn full<'a>(&self, name: &Words<'a>) -> Words<'a> {
        if self.0.is_empty() {
            return name.clone();
        }
        let text = name.text();
        match self.0.iter().find(|(fitting, _)| *fitting == text) {
            Some((_, full)) => Words::from(full.clone()),
            None => name.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_long_name_is_cut_and_stays_apart() {
        let (one, other) = ("é".repeat(40) + "one", "é".repeat(40) + "other");
        assert!(fitting(&one).len() <= LONGEST && fitting(&one) != fitting(&other));
        assert_eq!(fitting("mcp__repl__js"), "mcp__repl__js");
    }

    #[test]
    fn a_cut_name_leads_back() {
        let (long, body) =
            ("n".repeat(65), format!(r#"{{"tools":[{{"name":"{}"}},{{"name":"f"}}]}}"#, "n".repeat(65)));
        let names = LongNames::of_echo(&echo(&Fields::parse(body.as_bytes()).unwrap()));
        assert_eq!(names.full(&Words::from(fitting(&long))).text(), long);
        assert_eq!(names.full(&Words::from("f")).text(), "f");
        assert!(echo(&Fields::parse(br#"{"tools":[{"name":"f"}]}"#).unwrap()).is_empty());
    }
}
