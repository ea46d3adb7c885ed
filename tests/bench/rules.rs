//! How long the guardrails take on a prompt: a hundred rules, texts of several kinds and sizes.
//!
//! `make bench-rules` runs it as wasm, in the engine that Envoy has; `cargo bench --bench rules` natively. Prints
//! milliseconds, as wasm those of the CPU: the median of some rounds, the fastest and the slowest. Arguments: the
//! largest size in KB; the one text to look at; `each`, to measure each rule by itself instead, on 100 KB.

#![allow(clippy::print_stdout, reason = "the program's own lines on the terminal")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark that meets what it did not expect must fail"
)]

use std::hint::black_box;
use std::time::Duration;

use spillway_filter::guardrails::{
    Action, BlockedWord, Compiled, ContentFilter, Guardrail, Kind, Outcome, Pattern, Stage,
};
use spillway_filter::wire::Dialect;

/// Of every group of prebuilt patterns some.
const PREBUILT: [&str; 30] = [
    "email",
    "us_phone",
    "street_address",
    "br_phone_mobile",
    "fr_phone",
    "ipv4",
    "ipv6",
    "url",
    "credit_card",
    "iban",
    "us_bank_routing",
    "aws_access_key",
    "aws_secret_key",
    "github_token",
    "slack_token",
    "openai_api_key",
    "generic_api_key",
    "jwt",
    "private_key",
    "us_ssn",
    "br_cpf",
    "br_cnpj",
    "au_tfn",
    "ca_sin",
    "fr_nir",
    "eu_vat",
    "sg_nric",
    "passport_us",
    "passport_germany",
    "airline_pnr",
];

/// As users write them, with Unicode's words.
const USERS: [&str; 20] = [
    r"\bproject[ _-]?bluebird\b",
    r"\bconfidential\b.{0,40}\bmerger\b",
    r"\b[A-Z]{3}-\d{4,6}\b",
    r"\bEMP\d{5}\b",
    r"(?:password|passwort|secret)\s*[:=]\s*\S+",
    r"\b(?:kill|hurt)\s+(?:him|her|them)\b",
    r"\d+[a-z]{3}\d+x",
    r"\bcase\s+no\.?\s*\d{2,}\b",
    r"\w+\.internal\.example\.com",
    r"\b\d{2}/\d{2}/\d{4}\b",
    r"ticket\s*#\s*\d+",
    r"\bTOP\s+SECRET\b",
    r"\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b",
    r"<script[^>]*>",
    r"\bselect\b.{1,60}\bfrom\b.{1,60}\bwhere\b",
    r"(?:ignore|disregard)\s+(?:all\s+)?(?:previous|prior)\s+instructions",
    r"\bgröß(?:e|er|te)\b",
    r"\bIBAN\b",
    r"[\w.-]+\.(?:corp|lan)\b",
    r"\bv\d+\.\d+\.\d+-rc\d+\b",
];

fn words() -> Vec<BlockedWord> {
    let word = |index: usize| BlockedWord {
        keyword: format!(
            "codename {}{}",
            ["falcon", "osprey", "kestrel", "merlin", "harrier"][index % 5],
            index
        ),
        action: Action::Block,
        description: None,
    };
    (0..50).map(word).collect()
}

fn patterns() -> Vec<Pattern> {
    let prebuilt = PREBUILT.iter().map(|name| ((*name).to_owned(), None));
    let users = USERS.iter().enumerate();
    let users = users.map(|(index, regex)| (format!("pattern {index}"), Some((*regex).to_owned())));
    prebuilt.chain(users).map(|(name, regex)| Pattern { name, regex, action: Action::Mask }).collect()
}

fn compiled(blocked_words: Vec<BlockedWord>, patterns: Vec<Pattern>) -> Compiled {
    let filter = ContentFilter { blocked_words, patterns, ..ContentFilter::default() };
    let kind = Kind::ContentFilter(filter);
    let guardrail = Guardrail { name: "rules".to_owned(), default_on: true, kind, ..Guardrail::default() };
    Compiled::new(&[guardrail]).unwrap()
}

const PROSE: &str = "The committee met on Tuesday to go over the plans for the new library, which had been on the table \
    since the spring. Three architects had sent drawings; one of them, from a small office near the harbour, showed a \
    reading room under a glass roof, with 240 seats and room for 18,000 books on the ground floor alone. Nobody could \
    say what it would cost. \"About four million\", said the treasurer, and looked at her notes, \"if the ground is dry.\" \
    It was not: the survey of 2019 had found water at 2.5 metres, and a pump that ran day and night.\n\n";
/// Letters beyond ASCII, and nothing to fold.
const LETTERS: &str = "Das Komitee traf sich am Dienstag in Köln, um über die Pläne für die neue Bücherei zu sprechen, seit dem \
    Frühjahr lagen sie auf dem Tisch. Drei Büros hatten Zeichnungen geschickt; eines davon, ein kleines in der Nähe \
    des Hafens, zeigte einen Lesesaal unter Glas, mit 240 Plätzen und Raum für 18.000 Bücher allein im Erdgeschoß. \
    Niemand wußte, was es kosten würde. \"Etwa vier Millionen\", sagte die Kämmerin, \"wenn der Boden trocken ist.\" Er \
    war es nicht: 2019 hatte man Wasser gefunden, 2,5 Meter tief, und eine Pumpe lief Tag und Nacht.\n\n";
/// The same with much to fold.
const MIXED: &str = "Das Komitee traf sich am Dienstag in Köln, um über die Pläne für die neue Bücherei zu sprechen – seit \
    dem Frühjahr lagen sie auf dem Tisch. Drei Büros hatten Zeichnungen geschickt, “one of them”, so die Kämmerin, “from \
    a café near the harbour”. Niemand wußte, was es kosten würde: vier Millionen vielleicht…  日本語の本 and москва too, \
    with 240 seats and room for 18,000 books. The survey of 2019 had found water at 2.5 metres 😀.\n\n";
/// Nearly what many of the rules look for, and what makes a search begin anew at every byte.
const HOSTILE: &str = "123-45-678 4111 1111 1111 111 1111111111111111111111111111111 john@example. sk-abc AKIA1234 11111abc1111 \
    codename falco codename ospre a.b.c.d@ DE89370400440532 aaaaaaaaaaaaaaaaaaaaaaaaaaaa 0x12345 eyJhbGciOi.x \
    select from select from confidential password secret kill hurt 12/34/567 ＤＥ８９ 1.2.3. aé1b\u{200b}2c ";

fn body(unit: &str, kilobytes: usize) -> Vec<u8> {
    let mut text = unit.repeat(kilobytes * 1024 / unit.len() + 1);
    text.truncate(text.floor_char_boundary(kilobytes * 1024));
    serde_json::to_vec(&serde_json::json!({"messages": [{"role": "user", "content": text}]})).unwrap()
}

/// Time that the process has had on a processor.
#[cfg(target_os = "wasi")]
#[allow(unsafe_code, reason = "a call of the host")]
fn clock() -> Duration {
    /// `CLOCK_PROCESS_CPUTIME_ID` of WASI's first preview.
    const CPU: u32 = 2;
    #[link(wasm_import_module = "wasi_snapshot_preview1")]
    unsafe extern "C" {
        fn clock_time_get(clock: u32, precision: u64, nanoseconds: *mut u64) -> u16;
    }
    let mut nanoseconds = 0;
    // SAFETY: the host writes eight bytes to where the pointer shows, and the variable lives longer than the call.
    let error = unsafe { clock_time_get(CPU, 1, &raw mut nanoseconds) };
    assert_eq!(error, 0, "the host has no clock of the CPU");
    Duration::from_nanos(nanoseconds)
}

/// Time since some moment.
#[cfg(not(target_os = "wasi"))]
fn clock() -> Duration {
    std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()
}

const TEXTS: [(&str, &str); 4] =
    [("ASCII", PROSE), ("letters", LETTERS), ("mixed", MIXED), ("hostile", HOSTILE)];

/// Milliseconds of a scan: the median of some rounds, the fastest and the slowest.
fn measured(compiled: &Compiled, body: &[u8], rounds: usize, may_match: bool) -> [f64; 3] {
    let selection = compiled.select(&[], &[], &[]).unwrap();
    let mut times: Vec<Duration> = Vec::new();
    let begun = clock();
    while times.len() < 3 || (times.len() < rounds && clock() - begun < Duration::from_secs(2)) {
        let started = clock();
        let verdict = compiled.scan(&selection, Stage::Request, Dialect::Chat, black_box(body), &|| 0);
        times.push(clock() - started);
        assert!(may_match || verdict.outcome == Outcome::Pass, "{:?}", verdict.records);
    }
    times.sort();
    let ms = |time: Option<&Duration>| time.map(Duration::as_secs_f64).unwrap_or_default() * 1e3;
    [times.get(times.len() / 2), times.first(), times.last()].map(ms)
}

/// All rules together, on texts of up to so many kilobytes.
fn together(largest: usize, only: Option<&str>) {
    let compiled = compiled(words(), patterns());
    println!("{:<9}{:>9}{:>12}{:>12}{:>12}", "text", "KB", "median ms", "fastest", "slowest");
    for (name, unit) in TEXTS.into_iter().filter(|(name, _)| only.is_none_or(|only| only == *name)) {
        for kilobytes in [1, 10, 100, 1_024, 10_240].into_iter().filter(|size| *size <= largest) {
            let [median, first, last] = measured(&compiled, &body(unit, kilobytes), 101, name == "hostile");
            println!("{name:<9}{kilobytes:>9}{median:>12.3}{first:>12.3}{last:>12.3}");
        }
    }
}

/// Each pattern by itself, and the words: what reading the text costs is in each of the figures.
fn each() {
    println!("{:<50}{:>9}{:>9}{:>9}{:>9}", "fastest ms", "ASCII", "letters", "mixed", "hostile");
    let print = |name: &str, compiled: &Compiled| {
        let times = TEXTS.map(|(_, unit)| measured(compiled, &body(unit, 100), 15, true)[1]);
        println!("{name:<50}{:>9.3}{:>9.3}{:>9.3}{:>9.3}", times[0], times[1], times[2], times[3]);
    };
    print("one word", &compiled(words().into_iter().take(1).collect(), Vec::new()));
    print("all words", &compiled(words(), Vec::new()));
    for pattern in patterns() {
        let name: String = pattern.regex.as_ref().unwrap_or(&pattern.name).chars().take(48).collect();
        print(&name, &compiled(Vec::new(), Vec::from([pattern])));
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "each") {
        return each();
    }
    let only = arguments.iter().find(|argument| TEXTS.iter().any(|(name, _)| name == argument));
    let largest = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(10_240);
    together(largest, only.map(String::as_str));
}
