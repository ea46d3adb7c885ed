//! Batches as gateways send them: requests of a thousand keys in fifty teams, a third of them looked at by two
//! guardrails, some failed, some with a fallback. The same number is always the same event.
//!
//! A key belongs to an application, as keys do: it has the application's tag, calls by one dialect, and asks one model
//! for most of its answers and a second one for the rest. Some keys are used much more than others. With
//! [`Events::scattered`] every event draws its key, model, dialect and tag by itself, which nobody's traffic does: it
//! is the worst case for sums by all of them.

use std::fmt::Write;
use std::ops::Range;

use sha2::{Digest, Sha256};

/// Keys that call.
const KEYS: u64 = 1_000;
/// Teams that they belong to.
const TEAMS: u64 = 50;
/// Models that they call.
const MODELS: [&str; 8] = [
    "gpt-4.1",
    "gpt-4.1-mini",
    "gpt-5",
    "claude-sonnet-4",
    "claude-haiku-3.5",
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "mistral-large",
];
/// What they call it by.
const CALLS: [&str; 4] = ["acompletion", "aresponses", "anthropic_messages", "aembedding"];
/// Applications that the keys are of.
const APPS: u64 = 30;
/// Of a hundred requests, those for the key's first model.
const FIRST_MODEL: u64 = 80;

/// The events of numbers, in order of time, as bodies of deliveries.
#[derive(Clone, Debug)]
pub struct Events {
    /// When the event with number 0 begins.
    from_us: u64,
    /// Microseconds between two of them.
    step_us: u64,
    scattered: bool,
    keys: Vec<String>,
}

/// What an event draws.
struct Drawn {
    key: u64,
    model: &'static str,
    call: &'static str,
    app: u64,
}

impl Events {
    /// Those of which the first begins then, and each so much after the one before.
    #[must_use]
    pub fn new(from_us: u64, step_us: u64, scattered: bool) -> Self {
        let keys = (0..KEYS).map(Self::key_hash).collect();
        Self { from_us, step_us, scattered, keys }
    }

    /// The hash of a key.
    #[must_use]
    pub fn key_hash(key: u64) -> String {
        Sha256::digest(format!("sk-bench-{key}")).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The id of an event, as gateways draw them: the time in milliseconds, then chance.
    #[must_use]
    pub fn id(&self, number: u64) -> String {
        let (milliseconds, chance) = (self.started_us(number) / 1_000, mixed(number));
        format!(
            "{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
            milliseconds >> 16,
            milliseconds & 0xffff,
            chance >> 52,
            chance >> 36 & 0x3fff | 0x8000,
            mixed(chance) & 0xffff_ffff_ffff
        )
    }

    fn started_us(&self, number: u64) -> u64 {
        self.from_us + number * self.step_us
    }

    /// The body of a batch of these.
    #[must_use]
    pub fn batch(&self, numbers: Range<u64>, gateway: u64) -> Vec<u8> {
        let mut body =
            String::with_capacity(1_400 * usize::try_from(numbers.end - numbers.start).unwrap_or(0));
        body.push_str(r#"{"events":["#);
        for number in numbers.clone() {
            if number > numbers.start {
                body.push(',');
            }
            self.event(&mut body, number, gateway);
        }
        body.push_str("]}");
        body.into_bytes()
    }

    fn drawn(&self, dice: u64) -> Drawn {
        if self.scattered {
            let (model, call) = (pick(&MODELS, dice >> 8), pick(&CALLS, dice >> 16));
            return Drawn { key: dice % KEYS, model, call, app: (dice >> 48) % APPS };
        }
        // The smaller of two draws: the first keys are used most.
        let key = (dice % KEYS).min((dice >> 16) % KEYS);
        let of_key = mixed(key + 1);
        let second = u64::from((dice >> 8) % 100 >= FIRST_MODEL);
        let (model, call) = (pick(&MODELS, of_key + second), pick(&CALLS, of_key >> 16));
        Drawn { key, model, call, app: key % APPS }
    }

    fn event(&self, body: &mut String, number: u64, gateway: u64) {
        let dice = mixed(number);
        let started = self.started_us(number);
        let duration = 200_000 + dice % 8_000_000;
        let Drawn { key, model, call, app } = self.drawn(dice);
        let hash = self.keys.get(usize::try_from(key).unwrap_or(0)).map_or("", String::as_str);
        let (input, output) = (50 + (dice >> 20) % 4_000, 1 + (dice >> 32) % 800);
        let failed = (dice >> 40).is_multiple_of(40);
        let status = if failed { 503 } else { 200 };
        let cause = if failed { "server_error" } else { "success" };
        // Writing to a text cannot fail.
        let _ = write!(
            body,
            r#"{{"request_id":"{}","call_type":"{call}","started_us":{started},"ended_us":{},"first_token_us":{},"http_status":{status},"stream":{},"caller":{{"key_hash":"{}","key_alias":"bench-{key}","user_id":"user-{}","team_id":"team-{}","ip":"10.{}.{}.7","user_agent":"OpenAI/Python 1.99.1"}},"model_group":"{model}","deployment":"{model}/eu","model":"{model}-2026-06-01","provider":"openai","api_base":"https://api.example.com/v1","usage":{{"input":{input},"output":{output},"cache_read":{},"cache_write":0,"reasoning":0}},"cost_nanodollars":{},"attempts":[{{"deployment":"{model}/eu","status":{status},"cause":"{cause}","started_us":{started},"duration_us":{duration}}}],"retries":0,"fallbacks":{},"tags":["app-{}"],"metadata":{{"trace":"{dice:016x}"}},"gateway":"bench-{gateway}","charges":[{{"scope":"key/{}","period_ms":0}},{{"scope":"team/team-{}","period_ms":0}}]"#,
            self.id(number),
            started + duration,
            started + duration / 5,
            dice & 1 == 1,
            hash,
            key % 200,
            key % TEAMS,
            (dice >> 12) & 255,
            (dice >> 24) & 255,
            input / 3,
            input * 2_000 + output * 8_000,
            u64::from((dice >> 44).is_multiple_of(30)),
            app,
            hash,
            key % TEAMS,
        );
        if (dice >> 28).is_multiple_of(4) {
            // Writing to a text cannot fail.
            let _ = write!(body, r#","end_user":"end-{}""#, (dice >> 30) % 5_000);
        }
        if failed {
            body.push_str(
                r#","error":{"error_class":"server_error","error_code":"503","error_message":"The provider is overloaded."}"#,
            );
        }
        if (dice >> 50).is_multiple_of(3) {
            guardrails(body, started, dice);
        }
        body.push('}');
    }
}

fn guardrails(body: &mut String, started: u64, dice: u64) {
    body.push_str(r#","guardrail_information":["#);
    for (place, name) in ["secrets", "blocked-words"].into_iter().enumerate() {
        let blocked = (dice >> (52 + place)).is_multiple_of(50);
        let status = if blocked { "guardrail_intervened" } else { "success" };
        let seconds = started as f64 / 1e6;
        let comma = if place > 0 { "," } else { "" };
        let _ = write!(
            body,
            r#"{comma}{{"guardrail_name":"{name}","guardrail_provider":"litellm_content_filter","guardrail_mode":"pre_call","guardrail_response":[],"guardrail_status":"{status}","start_time":{seconds},"end_time":{seconds},"duration":0.0004,"masked_entity_count":{{}},"guardrail_id":"{name}","match_details":[],"patterns_checked":40}}"#,
        );
    }
    body.push(']');
}

fn pick(of: &[&'static str], dice: u64) -> &'static str {
    of.get(usize::try_from(dice % of.len() as u64).unwrap_or(0)).copied().unwrap_or_default()
}

/// A number that looks like chance (SplitMix64's finaliser).
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use spillway_filter::event::Batch;

    use super::*;

    #[test]
    fn a_batch_is_what_a_gateway_sends() {
        let events = Events::new(1_795_223_908_123_456, 50, false);
        let batch: Batch = serde_json::from_slice(&events.batch(0..1_000, 3)).unwrap();
        assert_eq!(batch.events.len(), 1_000);
        let first = &batch.events[0];
        assert!(first.cost_nanodollars > 0 && first.gateway == "bench-3", "{first:?}");
        assert!(batch.events.is_sorted_by_key(|event| event.started_us));
        let blocked = batch.events.iter().flat_map(|event| &event.guardrail_information).count();
        assert!(blocked > 300, "{blocked}");
    }
    /// Different keys, models, dialects and tags together.
    fn kinds(scattered: bool) -> usize {
        let events = Events::new(0, 50, scattered);
        let kind = |number| {
            let Drawn { key, model, call, app } = events.drawn(mixed(number));
            (key, model, call, app)
        };
        (0..100_000).map(kind).collect::<std::collections::BTreeSet<_>>().len()
    }

    #[test]
    fn keys_keep_to_their_models_unless_they_are_scattered() {
        assert!((1_000..=2_000).contains(&kinds(false)), "{}", kinds(false));
        assert!(kinds(true) > 90_000, "{}", kinds(true));
    }
}
