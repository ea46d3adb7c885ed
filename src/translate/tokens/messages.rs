//! What Anthropic counts.
//!
//! Its input leaves out what the cache gave or took. A stream tells some counts at its beginning and others at its end,
//! each the sum so far.
//!
//! `iterations` tells each sampling apart. Those of the answer are in the sums, and so not read again; a compaction of the
//! conversation and an advisor's answer are not, and are billed besides
//! (<https://platform.claude.com/docs/en/build-with-claude/compaction>,
//! <https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool>).

use serde_json::value::RawValue;

use super::{count, details, searches, served_at};
use crate::usage::{Beside, Service, Usage};
use crate::wire::json::{Fields, elements};

/// What is billed beside the answer's own samplings.
const BESIDE: [&str; 2] = ["compaction", "advisor_message"];

/// What has been counted so far.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::translate) struct MessagesCount {
    input: u64,
    output: u64,
    cache_read: u64,
    cache_write: u64,
    /// Of `cache_write`, what is kept for an hour.
    cache_write_1h: u64,
    thinking: u64,
    /// Not among what `iterations` tells.
    searches: u64,
    beside: Beside,
    service: Service,
    /// `speed`: in answers what was done (<https://platform.claude.com/docs/en/build-with-claude/fast-mode>).
    fast: bool,
}

impl MessagesCount {
    /// Takes a `usage` of Messages: what it does not say stays as it was.
    pub(in crate::translate) fn take(&mut self, usage: &RawValue) -> Option<Usage> {
        let usage = Fields::of(usage).ok()?;
        let thinking = details(&usage, "output_tokens_details").read("thinking_tokens");
        let for_an_hour = details(&usage, "cache_creation").read("ephemeral_1h_input_tokens");
        for (count, told) in [
            (&mut self.input, usage.read("input_tokens")),
            (&mut self.output, usage.read("output_tokens")),
            (&mut self.cache_read, usage.read("cache_read_input_tokens")),
            (&mut self.cache_write, usage.read("cache_creation_input_tokens")),
            (&mut self.cache_write_1h, for_an_hour),
            (&mut self.thinking, thinking),
            (&mut self.searches, searches::in_usage(&usage)),
        ] {
            *count = told.unwrap_or(*count);
        }
        if let Some(iterations) = usage.set("iterations").and_then(|list| elements(list).ok()) {
            self.beside =
                iterations.into_iter().fold(Beside::default(), |sum, entry| sum.plus(&beside(entry)));
        }
        if usage.set("service_tier").is_some() {
            self.service = served_at(&usage);
        }
        if let Some(speed) = usage.text("speed") {
            self.fast = speed == "fast";
        }
        Some(self.all())
    }

    fn all(&self) -> Usage {
        let own = Usage {
            input: self.input.saturating_add(self.cache_read).saturating_add(self.cache_write),
            output: self.output,
            cache_read: self.cache_read,
            cache_write: self.cache_write,
            cache_write_1h: self.cache_write_1h,
            reasoning: self.thinking,
            service: if self.fast { Service::Fast } else { self.service },
            searches: self.searches,
            ..Usage::default()
        };
        own.with(self.beside)
    }
}

/// What an entry of `iterations` adds to the sums; nothing, where it is in them already, or of a kind that is not known.
fn beside(entry: &RawValue) -> Beside {
    let Ok(entry) = Fields::of(entry) else { return Beside::default() };
    if !entry.text("type").is_some_and(|kind| BESIDE.contains(&kind.as_ref())) {
        return Beside::default();
    }
    let cache_read = count(&entry, "cache_read_input_tokens");
    let cache_write = count(&entry, "cache_creation_input_tokens");
    Beside {
        input: count(&entry, "input_tokens").saturating_add(cache_read).saturating_add(cache_write),
        output: count(&entry, "output_tokens"),
        cache_read,
        cache_write,
        cache_write_1h: count(&details(&entry, "cache_creation"), "ephemeral_1h_input_tokens"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::translate::tokens::write_messages;
    use crate::wire::write;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// What the usages of one answer come to, in order.
    fn counted(told: &[&str]) -> Usage {
        let mut count = MessagesCount::default();
        let take = |text: &&str| count.take(serde_json::from_str(text).unwrap()).unwrap();
        told.iter().map(take).last().unwrap()
    }

    #[test]
    fn a_stream_of_messages_says_it_once() {
        let end = counted(&[r#"{"input_tokens":1,"service_tier":"priority"}"#, r#"{"output_tokens":2}"#]);
        assert_eq!((end.output, end.service), (2, Service::Priority));
    }

    #[test]
    fn fast_mode_is_what_was_done_and_not_what_was_asked_for() {
        for (told, service) in [
            (&[r#"{"speed":"fast","service_tier":"standard"}"#, r#"{"output_tokens":2}"#][..], Service::Fast),
            (&[r#"{"speed":"standard","service_tier":"standard"}"#], Service::Standard),
            (&[r#"{"speed":null,"service_tier":"priority"}"#], Service::Priority),
            (&[r#"{"speed":"fast"}"#, r#"{"speed":"standard"}"#], Service::Standard),
        ] {
            assert_eq!(counted(told).service, service, "{told:?}");
        }
    }

    #[test]
    fn anthropics_counts_add_up() {
        let start = r#"{"input_tokens":10,"cache_read_input_tokens":100,"cache_creation_input_tokens":5,
            "output_tokens":1,"cache_creation":{"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":2}}"#;
        let usage = counted(&[start]);
        assert_eq!((usage.input, usage.output, usage.cache_read, usage.cache_write), (115, 1, 100, 5));
        let end = r#"{"output_tokens":40,"cache_read_input_tokens":null,"output_tokens_details":{"thinking_tokens":30}}"#;
        let usage = counted(&[start, end]);
        let expected = Usage {
            input: 115,
            output: 40,
            cache_read: 100,
            cache_write: 5,
            cache_write_1h: 2,
            reasoning: 30,
            ..Usage::default()
        };
        assert_eq!(usage, expected);
        let mut out = Vec::new();
        write::object(&mut out, |members| write_messages(members, &usage));
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"{"input_tokens":10,"cache_creation_input_tokens":5,"cache_read_input_tokens":100,"output_tokens":40,"output_tokens_details":{"thinking_tokens":30}}"#
        );
        assert!(MessagesCount::default().take(serde_json::from_str("[]").unwrap()).is_none());
    }

    #[test]
    fn searches_are_counted_once() {
        let told = |searches| {
            format!(r#"{{"output_tokens":2,"server_tool_use":{{"web_search_requests":{searches}}}}}"#)
        };
        let start = r#"{"input_tokens":1,"server_tool_use":{"web_search_requests":0}}"#;
        assert_eq!(counted(&[start, &told(2), &told(5), r#"{"output_tokens":9}"#]).searches, 5);
        assert_eq!(counted(&[&told(3), &told(3)]).searches, 3);
        assert_eq!(counted(&[start]).searches, 0);
    }

    #[test]
    fn what_is_sampled_beside_the_answer_is_counted_once() {
        let start = r#"{"input_tokens":10,"output_tokens":1,"iterations":[]}"#;
        let end = r#"{"output_tokens":40,"iterations":[
            {"type":"compaction","input_tokens":1000,"cache_read_input_tokens":200,"cache_creation_input_tokens":30,
             "cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":7},
            {"type":"message","input_tokens":6,"output_tokens":20,"cache_read_input_tokens":0},
            {"type":"advisor_message","model":"another","input_tokens":500,"output_tokens":3},
            {"type":"fallback_message","model":"another","input_tokens":4,"output_tokens":20},
            {"type":"not known yet","input_tokens":9000,"output_tokens":9000},
            {"input_tokens":9000}, 7, null]}"#;
        let beside = Beside { input: 1730, output: 10, cache_read: 200, cache_write: 30, cache_write_1h: 20 };
        let expected = Usage {
            input: 10 + 1730,
            output: 40 + 10,
            cache_read: 200,
            cache_write: 30,
            cache_write_1h: 20,
            beside,
            ..Usage::default()
        };
        assert_eq!(counted(&[start, end]), expected);
        for later in [r#"{"output_tokens":40}"#, r#"{"iterations":null}"#, r#"{"iterations":7}"#, end] {
            assert_eq!(counted(&[start, end, later]), expected, "{later}");
        }
    }
}
