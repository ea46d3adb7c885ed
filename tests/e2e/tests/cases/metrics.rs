//! The gateway's metrics, as Envoy's Prometheus page shows them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask, Patient};
use spillway_e2e::fixture::Fixture;

use super::ensure;

/// Envoy brings its histograms up to date every five seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// The gauge of the VM's memory, and what that may be after a few small requests.
const VM_MEMORY: &str = "spillway_vm_memory_bytes{}";
const VM_BYTES: Range<u64> = 1 << 20..32 << 20;

/// Samples by name and labels: `spillway_requests{dialect="chat",status="2xx"}`.
type Samples = BTreeMap<String, u64>;

/// After a few requests to a gateway of its own, the samples are exactly those that there should be.
pub fn exact() -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let fixture = Fixture::of("numbers", None).await?;
        told(&fixture).await?;
        texts(&fixture).await?;
        fixture.gateway.stop().await
    })
}

async fn told(fixture: &Fixture) -> Result<(), Failure> {
    let chat =
        |model: &str, text: &str| json!({"model": model, "messages": [{"role": "user", "content": text}]});
    let long = |mut body: Value| {
        body["max_tokens"] = json!(200);
        body["stream"] = json!(true);
        body
    };
    for (route, key, body, status) in [
        ("/v1/chat/completions", "alice", chat("openai-chat", "Hello"), 200),
        ("/v1/messages", "alice", long(chat("anthropic", "Hello")), 200),
        ("/v1/chat/completions", "alice", chat("failing", "Hello"), 200),
        ("/v1/chat/completions", "alice", chat("plain", "something forbidden"), 400),
        ("/v1/chat/completions", "alice", chat("no-such-model", "Hello"), 400),
        ("/v1/embeddings", "nobody's", json!({"model": "plain", "input": "Hello"}), 401),
        ("/v1/chat/completions", "limited", chat("plain", "Hello"), 200),
        ("/v1/chat/completions", "limited", chat("plain", "Hello"), 429),
        ("/v1/chat/completions", "alice", chat("wild/whatever-a-caller-writes~tokens=3/2", "Hello"), 200),
    ] {
        let answer =
            client::send(fixture.gateway.address, &Ask::post(route, fixture.key(key), &body)).await?;
        ensure(answer.status == status, || format!("{body}: HTTP {}: {}", answer.status, answer.text()))?;
    }
    until(fixture, |page| compare(&samples(page)?, &expected())).await?;
    let page = page(fixture, "/stats/prometheus").await?;
    let vm = page.lines().find_map(|line| line.strip_prefix(VM_MEMORY)?.trim().parse().ok());
    ensure(vm.is_some_and(|bytes| VM_BYTES.contains(&bytes)), || format!("a VM of {vm:?} bytes:\n{page}"))
}

/// A text is looked at twice, and known from then on by the worker that looked; one that differs in its middle is not it.
async fn texts(fixture: &Fixture) -> Result<(), Failure> {
    let mut client = Patient::to(fixture.gateway.address);
    for (word, status) in
        [("harmless.", 200), ("harmless.", 200), ("harmless.", 200), ("harmless.", 200), ("forbidden", 400)]
    {
        let text = ["words before. ".repeat(40), word.to_owned(), " words behind.".repeat(40)].concat();
        let body = json!({"model": "plain", "messages": [{"role": "user", "content": text}]});
        let answer = client.send(&Ask::post("/v1/chat/completions", fixture.key("alice"), &body)).await?;
        ensure(answer.status == status, || format!("{word}: HTTP {}: {}", answer.status, answer.text()))?;
    }
    let expected = ["spillway_guardrail_texts_new{} 3", "spillway_guardrail_texts_known{} 2"];
    let is_told = |page: &str, line: &str| page.lines().any(|told| told == line);
    let all_are_told = |page: &str| {
        ensure(expected.iter().all(|line| is_told(page, line)), || format!("not {expected:?}:\n{page}"))
    };
    until(fixture, all_are_told).await
}

fn expected() -> Samples {
    const CHAT: &str = r#"gen_ai_operation_name="chat",gen_ai_provider_name="#;
    let at = |provider: &str, model: &str| {
        format!(r#"gen_ai_provider_name="{provider}",gen_ai_request_model="{model}""#)
    };
    let chat = |provider: &str, model: &str| format!(r#"{CHAT}"{provider}",gen_ai_request_model="{model}""#);
    let mut all = Samples::new();
    let mut add = |name: &str, labels: &str, value: u64| {
        all.insert(format!("{name}{{{labels}}}"), value);
    };
    add("spillway_requests", r#"dialect="chat",status="2xx""#, 4);
    add("spillway_requests", r#"dialect="chat",status="4xx""#, 3);
    add("spillway_requests", r#"dialect="messages",status="2xx""#, 1);
    add("spillway_requests", r#"dialect="embeddings",status="4xx""#, 1);
    add("spillway_limit_refusals", r#"limit="requests""#, 1);
    add("spillway_fallbacks", r#"gen_ai_request_model="failing""#, 1);
    add("spillway_attempts", r#"cause="success",gen_ai_provider_name="openai""#, 4);
    add("spillway_attempts", r#"cause="success",gen_ai_provider_name="anthropic""#, 1);
    add("spillway_attempts", r#"cause="server_error",gen_ai_provider_name="openai""#, 1);
    for (outcome, runs) in [("success", 5), ("guardrail_intervened", 1)] {
        let labels = format!(r#"guardrail="words",mode="pre_call",outcome="{outcome}""#);
        add("spillway_guardrail_runs", &labels, runs);
    }
    for (provider, model, input, output, read, written, nanodollars) in [
        ("openai", "openai-chat", 100, 50, 60, 0, 40 * 2_000 + 60 * 200 + 50 * 8_000),
        (
            "anthropic",
            "anthropic",
            100,
            50,
            60,
            20,
            20 * 2_000 + 60 * 200 + 15 * 2_500 + 5 * 4_000 + 50 * 8_000,
        ),
        ("openai", "failing", 10, 5, 0, 0, 10 * 2_000 + 5 * 8_000),
        ("openai", "plain", 10, 5, 0, 0, 10 * 2_000 + 5 * 8_000),
        ("openai", "wild/*", 3, 2, 0, 0, 3 * 2_000 + 2 * 8_000),
    ] {
        let (labels, usual) = (at(provider, model), chat(provider, model));
        for (kind, tokens) in
            [("input", input), ("output", output), ("cache_read", read), ("cache_write", written)]
        {
            if tokens > 0 {
                add("spillway_tokens", &format!(r#"{labels},gen_ai_token_type="{kind}""#), tokens);
            }
        }
        add("spillway_cost_nanodollars", &labels, nanodollars);
        add("gen_ai_server_request_duration_milliseconds_count", &usual, 1);
        for kind in ["input", "output"] {
            add("gen_ai_client_token_usage_count", &format!(r#"{usual},gen_ai_token_type="{kind}""#), 1);
        }
    }
    let streamed = chat("anthropic", "anthropic");
    add("gen_ai_server_time_to_first_token_milliseconds_count", &streamed, 1);
    all
}

/// A thousand names of models, of keys and of users leave no more names in the statistics than one.
pub async fn bounded(fixture: &Fixture) -> Result<(), Failure> {
    let mut clients = [(); 4].map(|()| Patient::to(fixture.gateway.address));
    let mut before = 0;
    for number in 0..1_000 {
        let model = match number % 3 {
            0 => format!("wild/{number}~tokens=3/2"),
            1 => format!("nobody's-{number}"),
            _ => "plain".to_owned(),
        };
        let body = json!({"model": model, "user": format!("user-{number}"), "metadata": {"tags": [number.to_string()]},
            "messages": [{"role": "user", "content": "Hello"}]});
        let key =
            if number % 5 == 4 { format!("sk-unknown-{number}") } else { fixture.key("alice").to_owned() };
        let client = clients.get_mut(number / 15 % 4).ok_or("no client")?;
        client.send(&Ask::post("/v1/chat/completions", &key, &body)).await?;
        if number == 59 {
            before = names(fixture).await?;
        }
    }
    let after = names(fixture).await?;
    ensure(before > 0 && after == before, || format!("{before} names before, {after} after"))
}

/// How many metrics of the filter Envoy has.
async fn names(fixture: &Fixture) -> Result<usize, Failure> {
    let page = page(fixture, "/stats?filter=%5Ewasmcustom%5C.(spillway%5C.(requests%7Ctokens%7Ccost%7Cattempts%7Cretries%7Cfallbacks%7Climit)%7Cgen_ai)").await?;
    Ok(page.lines().count())
}

async fn page(fixture: &Fixture, path: &str) -> Result<String, Failure> {
    let ask = Ask { method: "GET".to_owned(), path: path.to_owned(), ..Ask::default() };
    let answer = client::send(fixture.gateway.admin, &ask).await?;
    ensure(answer.status == 200, || format!("{path}: HTTP {}", answer.status))?;
    Ok(answer.text())
}

/// What this module is about: not the outbox, and of histograms only how many.
fn samples(page: &str) -> Result<Samples, Failure> {
    let lines = page.lines().filter(|line| {
        let name = line.split('{').next().unwrap_or_default();
        let of_histogram = line.starts_with("gen_ai_") && name.ends_with("_count");
        // What the outbox and the lookups of keys count has no labels.
        of_histogram || (line.starts_with("spillway_") && !line.contains("{}"))
    });
    lines.map(sample).collect()
}

/// `name{b="2",a="1"} 3`, its labels in order.
fn sample(line: &str) -> Result<(String, u64), Failure> {
    let parts = || {
        let (name, rest) = line.split_once('{')?;
        let (labels, value) = rest.rsplit_once("} ")?;
        Some((name, labels, value.parse().ok()?))
    };
    let (name, labels, value) = parts().ok_or_else(|| format!("no sample: {line}"))?;
    let mut labels: Vec<&str> = labels.split(',').collect();
    labels.sort_unstable();
    Ok((format!("{name}{{{}}}", labels.join(",")), value))
}

fn compare(found: &Samples, expected: &Samples) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for name in found.keys().chain(expected.keys()).collect::<std::collections::BTreeSet<_>>() {
        let (found, expected) = (found.get(name), expected.get(name));
        if found != expected {
            wrong.push(format!("{name}: expected {expected:?}, found {found:?}"));
        }
    }
    ensure(wrong.is_empty(), || wrong.join("\n"))
}

/// Waits until what is asked of Envoy's page holds.
async fn until(fixture: &Fixture, holds: impl Fn(&str) -> Result<(), Failure>) -> Result<(), Failure> {
    let began = Instant::now();
    loop {
        let result = holds(&page(fixture, "/stats/prometheus").await?);
        if result.is_ok() || began.elapsed() > PATIENCE {
            return result;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
