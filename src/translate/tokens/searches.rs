//! How many searches on the web a provider made for an answer, and charges for.

use serde_json::value::RawValue;

use super::details;
use crate::wire::json::{Fields, elements, text_of};

/// `server_tool_use.web_search_requests` of a `usage`: Anthropic's, the sum so far, and of routers that count for others
/// in chat completions. To fetch a page is not charged for.
pub(super) fn in_usage(usage: &Fields<'_>) -> Option<u64> {
    let tools = usage.set("server_tool_use")?;
    Fields::of(tools).ok()?.read("web_search_requests")
}

/// `tool_usage.web_search.num_requests` of a response: OpenAI's own count.
pub(super) fn told(response: &Fields<'_>) -> Option<u64> {
    let tools = Fields::of(response.set("tool_usage")?).ok()?;
    details(&tools, "web_search").read("num_requests")
}

/// Whether a response offered its model the older of OpenAI's two tools (`web_search_preview`, also with a date behind it),
/// which has a price of its own. A `web_search_call` does not name its tool; where the model had both, it is the dearer
/// one that counts. `tools` of an answer are those of its request:
/// <https://github.com/openai/openai-python/blob/main/src/openai/types/responses/response.py>.
pub(super) fn by_preview(response: &Fields<'_>) -> bool {
    let tools = response.set("tools").and_then(|tools| elements(tools).ok()).unwrap_or_default();
    let is_older =
        |tool: &RawValue| text_of(tool, "type").is_some_and(|kind| kind.starts_with("web_search_preview"));
    tools.into_iter().any(is_older)
}

/// How many searches are among the items of a response's `output`.
pub(in crate::translate) fn in_output(response: &Fields<'_>) -> u64 {
    let items = response.set("output").and_then(|output| elements(output).ok()).unwrap_or_default();
    in_items(&items)
}

/// The same, where the items are apart already.
pub(in crate::translate) fn in_items(items: &[&RawValue]) -> u64 {
    items.iter().filter(|item| is_search(item)).count() as u64
}

/// Whether an item of a response is a search that is charged for.
pub(in crate::translate) fn is_search(item: &RawValue) -> bool {
    text_of(item, "type").as_deref() == Some("web_search_call")
        && Fields::of(item).is_ok_and(|item| searches(&item))
}

/// Whether a `web_search_call` searched: to open a page that was found, or to look for something in it, is not charged for
/// (<https://developers.openai.com/api/docs/guides/tools-web-search#output-and-citations>). Calls before these actions
/// came had none.
pub(in crate::translate) fn searches(call: &Fields<'_>) -> bool {
    let action = details(call, "action");
    action.text("type").is_none_or(|kind| kind == "search")
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use crate::translate::tokens::counted;
    use crate::usage::{MOST_SEARCHES, Usage};
    use crate::wire::Api;

    fn searches(api: Api, body: &str) -> u64 {
        counted(api, body.as_bytes()).unwrap().searches
    }

    const ITEMS: &str = r#""output":[
        {"id":"rs_1","type":"reasoning","summary":[]},
        {"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search","query":"a","queries":["a","b"]}},
        {"action":{"type":"search"},"id":"ws_2","type":"web_search_call"},
        {"id":"ws_3","type":"web_search_call","action":{"type":"open_page","url":"https://example.com"}},
        {"id":"ws_4","type":"web_search_call","action":{"type":"find_in_page","pattern":"type"}},
        {"id":"ws_5","type":"web_search_call","status":"completed"},
        {"type":"message","content":[{"type":"output_text","text":"\"type\":\"web_search_call\""}]},
        {"type":7},"web_search_call",null]"#;

    #[test]
    fn a_response_counts_its_searches_or_they_are_counted() {
        let usage = r#""usage":{"input_tokens":1,"output_tokens":1}"#;
        for (more, expected) in [
            ("", 3),
            (r#","tool_usage":{"web_search":{"num_requests":2},"image_gen":{}}"#, 2),
            (r#","tool_usage":{"web_search":{"num_requests":0}}"#, 0),
            (r#","tool_usage":{"web_search":null}"#, 3),
            (r#","tool_usage":7"#, 3),
        ] {
            assert_eq!(searches(Api::Responses, &format!("{{{ITEMS},{usage}{more}}}")), expected, "{more}");
        }
        assert_eq!(searches(Api::Responses, &format!("{{{usage}}}")), 0);
        assert_eq!(
            searches(Api::Compact, &format!("{{{ITEMS},{usage}}}")),
            0,
            "what was searched for before"
        );
    }

    #[test]
    fn a_usage_counts_searches() {
        let tools = r#""server_tool_use":{"web_search_requests":4,"web_fetch_requests":9}"#;
        let usage = format!(r#"{{"usage":{{"input_tokens":1,"prompt_tokens":1,{tools}}}}}"#);
        assert_eq!(searches(Api::Messages, &usage), 4);
        assert_eq!(searches(Api::ChatCompletions, &usage), 4);
        for tools in [r#""server_tool_use":null"#, r#""server_tool_use":{"web_search_requests":-1}"#] {
            let usage = format!(r#"{{"usage":{{"input_tokens":1,"prompt_tokens":1,{tools}}}}}"#);
            assert_eq!(searches(Api::Messages, &usage), 0, "{tools}");
            assert_eq!(searches(Api::ChatCompletions, &usage), 0, "{tools}");
        }
    }

    #[test]
    fn more_searches_than_can_be_are_no_count() {
        let usage = |searches| Usage { input: 1, searches, ..Usage::default() };
        assert!(usage(MOST_SEARCHES).is_a_count());
        assert!(!usage(MOST_SEARCHES + 1).is_a_count());
    }
}
