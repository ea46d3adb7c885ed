//! What a request is made to meet: a comma-separated list of verbs, such as `status=429,retry-after=7`.
//!
//! | verb | what happens |
//! |---|---|
//! | `status=N` | the provider's own error body for that status (300–599); a redirect leads to a port where nobody listens |
//! | `error=NAME` | the provider's documented error of that name, such as `context_length_exceeded` |
//! | `retry-after=S` | a `retry-after` header on whatever is answered |
//! | `header=NAME:VALUE` | a header on whatever is answered; the value is percent-encoded |
//! | `delay=MS` | waits before anything is answered |
//! | `pause=MS` | waits between the events of a stream; any other answer waits behind its first piece, and does not say how long it is |
//! | `stall` | takes the request and never answers |
//! | `stall-after-headers` | 200 and headers, then nothing |
//! | `stall-after=N` | N events, then nothing; a plain answer stalls after half its body |
//! | `sse-error` | a 200 stream whose first event is an error; `status=` or `error=` choose which |
//! | `sse-error-after=N` | the same after N events |
//! | `end-after=N` | ends the stream properly after N events, without those that would end its answer |
//! | `unstreamed` | a whole JSON answer although a stream was asked for |
//! | `empty` | headers as they would be, `content-length: 0`, and no body, whatever is answered |
//! | `garbage` | a 200 that is no answer: an HTML page, or a stream whose first data is no JSON |
//! | `cut` | closes the connection without an answer |
//! | `cut-after=N` | closes it after N events and without a terminator; a plain answer is cut in half |
//! | `reset` | as `cut`, by RST; with `cut-after` it says how that ends |
//! | `text=…` | the answer's text, percent-encoded |
//! | `large=BYTES` | lengthens the text to that many bytes |
//! | `tool-call[=N]` | the answer calls N tools (1), and has text only where `text=` gives it |
//! | `tool-loop` | the answer calls a tool (or `tool-call=N`), and nothing else, until the request brings a tool's result |
//! | `call=NAME:JSON` | the answer calls this tool with these arguments, percent-encoded |
//! | `reasoning` | the answer has reasoning before its text |
//! | `finish=stop\|length\|content_filter` | why the answer ends |
//! | `tokens=IN/OUT` | the usage that is reported |
//! | `cached=READ/WRITE/HOUR` | how many of the input's tokens the cache gave, took, and of those for an hour |
//! | `events=N` | how many deltas a streamed text is cut into |
//! | `chunk=N` | the body is written in pieces of N bytes |
//! | `crlf` | event lines end in CR LF |
//!
//! On a plain (not streamed) answer `sse-error` is an error answer: there is no stream to put it into.

mod store;

use std::fmt;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;

pub use store::{After, Store};

/// The longest that a script may wait or stall.
pub const LONGEST_STALL: Duration = Duration::from_secs(120);
const MOST_TEXT: u64 = 64 << 20;
const MOST_EVENTS: u64 = 100_000;

/// One script, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the verbs are documented once, in the module's table")]
pub struct Script {
    pub status: Option<u16>,
    pub error: Option<String>,
    pub retry_after: Option<u64>,
    pub header: Option<(HeaderName, HeaderValue)>,
    pub delay: Option<Duration>,
    pub pause: Option<Duration>,
    pub stall: bool,
    pub stall_after_headers: bool,
    pub stall_after: Option<usize>,
    pub sse_error_after: Option<usize>,
    pub end_after: Option<usize>,
    pub unstreamed: bool,
    pub empty: bool,
    pub garbage: bool,
    pub cut: bool,
    pub cut_after: Option<usize>,
    pub reset: bool,
    pub text: Option<String>,
    pub large: Option<usize>,
    pub tool_calls: usize,
    pub tool_loop: bool,
    pub call: Option<(String, String)>,
    pub reasoning: bool,
    pub finish: Option<Finish>,
    pub tokens: Option<(u64, u64)>,
    pub cached: Option<(u64, u64, u64)>,
    pub events: Option<usize>,
    pub chunk: Option<usize>,
    pub crlf: bool,
}

/// Why an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The model had said all.
    Stop,
    /// The limit of tokens was reached.
    Length,
    /// The provider withheld the rest.
    ContentFilter,
}

/// A script that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScriptError {
    /// No such verb.
    Unknown(String),
    /// A verb whose value is missing, too many, or of the wrong kind.
    Value {
        /// The verb.
        verb: String,
        /// What it was given.
        found: String,
        /// What it takes.
        expected: &'static str,
    },
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(verb) => {
                write!(f, "mock-providers: no script verb '{verb}'; the verbs are {VERBS}")
            }
            Self::Value { verb, found, expected } => {
                write!(f, "mock-providers: script verb '{verb}' takes {expected}, found '{found}'")
            }
        }
    }
}

impl std::error::Error for ScriptError {}

const VERBS: &str = "status, error, retry-after, header, delay, pause, stall, stall-after-headers, stall-after, sse-error, \
    sse-error-after, end-after, unstreamed, empty, garbage, cut, cut-after, reset, text, large, tool-call, tool-loop, call, \
    reasoning, finish, tokens, cached, events, chunk, crlf";

impl Script {
    /// Reads a list of verbs; an empty list is the plain answer.
    ///
    /// # Errors
    /// The first verb that is unknown or has a value that it does not take.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut script = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (verb, value) = part.split_once('=').unwrap_or((part, ""));
            script.set(&Verb { name: verb, value })?;
        }
        Ok(script)
    }

    /// The script in a model's name: what follows the `~`.
    #[must_use]
    pub fn in_model(model: &str) -> Option<&str> {
        model.split_once('~').map(|(_, script)| script)
    }

    fn set(&mut self, verb: &Verb<'_>) -> Result<(), ScriptError> {
        match verb.name {
            "status" => self.status = u16::try_from(verb.number(300, 599, "a status from 300 to 599")?).ok(),
            "error" => self.error = Some(verb.text("the name of an error")?),
            "retry-after" => self.retry_after = Some(verb.number(0, u64::MAX, "seconds")?),
            "header" => self.header = Some(verb.header()?),
            "delay" => {
                self.delay = Some(Duration::from_millis(verb.number(0, 120_000, "up to 120000 ms")?))
            }
            "pause" => self.pause = Some(Duration::from_millis(verb.number(0, 10_000, "up to 10000 ms")?)),
            "stall" => self.stall = verb.flag()?,
            "stall-after-headers" => self.stall_after_headers = verb.flag()?,
            "stall-after" => self.stall_after = Some(verb.events()?),
            "sse-error" => self.sse_error_after = verb.flag()?.then_some(0),
            "sse-error-after" => self.sse_error_after = Some(verb.events()?),
            "end-after" => self.end_after = Some(verb.events()?),
            "unstreamed" => self.unstreamed = verb.flag()?,
            "empty" => self.empty = verb.flag()?,
            "garbage" => self.garbage = verb.flag()?,
            "cut" => self.cut = verb.flag()?,
            "cut-after" => self.cut_after = Some(verb.events()?),
            "reset" => self.reset = verb.flag()?,
            "text" => self.text = Some(decoded(verb.value)),
            "large" => self.large = Some(size(verb.number(1, MOST_TEXT, "up to 67108864 bytes")?)),
            "tool-call" if verb.value.is_empty() => self.tool_calls = 1,
            "tool-call" => self.tool_calls = size(verb.number(1, 64, "a count from 1 to 64")?),
            "tool-loop" => self.tool_loop = verb.flag()?,
            "call" => self.call = Some(verb.call()?),
            "reasoning" => self.reasoning = verb.flag()?,
            "finish" => self.finish = Some(verb.finish()?),
            "tokens" => self.tokens = Some(verb.tokens()?),
            "cached" => self.cached = Some(verb.cached()?),
            "events" => self.events = Some(size(verb.number(1, MOST_EVENTS, "a count from 1 to 100000")?)),
            "chunk" => self.chunk = Some(size(verb.number(1, MOST_TEXT, "a number of bytes")?)),
            "crlf" => self.crlf = verb.flag()?,
            unknown => return Err(ScriptError::Unknown(unknown.to_owned())),
        }
        Ok(())
    }
}

struct Verb<'a> {
    name: &'a str,
    value: &'a str,
}

impl Verb<'_> {
    fn wrong(&self, expected: &'static str) -> ScriptError {
        ScriptError::Value { verb: self.name.to_owned(), found: self.value.to_owned(), expected }
    }

    fn flag(&self) -> Result<bool, ScriptError> {
        if self.value.is_empty() { Ok(true) } else { Err(self.wrong("no value")) }
    }

    fn number(&self, least: u64, most: u64, expected: &'static str) -> Result<u64, ScriptError> {
        let number = self.value.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| self.wrong(expected))
    }

    fn events(&self) -> Result<usize, ScriptError> {
        self.number(0, MOST_EVENTS, "a number of events").map(size)
    }

    fn text(&self, expected: &'static str) -> Result<String, ScriptError> {
        if self.value.is_empty() { Err(self.wrong(expected)) } else { Ok(self.value.to_owned()) }
    }

    fn header(&self) -> Result<(HeaderName, HeaderValue), ScriptError> {
        let both = self.value.split_once(':').and_then(|(name, value)| {
            Some((name.parse().ok()?, HeaderValue::from_str(&decoded(value)).ok()?))
        });
        both.ok_or_else(|| self.wrong("a header's name and its value, such as x-request-id:1"))
    }

    fn call(&self) -> Result<(String, String), ScriptError> {
        let both = self.value.split_once(':').filter(|(name, _)| !name.is_empty());
        both.map(|(name, arguments)| (decoded(name), decoded(arguments)))
            .ok_or_else(|| self.wrong("a tool's name and its arguments, such as run:%7B%7D"))
    }

    fn finish(&self) -> Result<Finish, ScriptError> {
        match self.value {
            "stop" => Ok(Finish::Stop),
            "length" => Ok(Finish::Length),
            "content_filter" => Ok(Finish::ContentFilter),
            _ => Err(self.wrong("stop, length or content_filter")),
        }
    }

    fn tokens(&self) -> Result<(u64, u64), ScriptError> {
        let both =
            self.value.split_once('/').and_then(|(input, output)| Some((count(input)?, count(output)?)));
        both.ok_or_else(|| self.wrong("two counts, such as 120/30"))
    }

    fn cached(&self) -> Result<(u64, u64, u64), ScriptError> {
        let mut counts = self.value.split('/').map(count);
        let all = (|| Some((counts.next()??, counts.next()??, counts.next()??)))();
        all.filter(|_| counts.next().is_none()).ok_or_else(|| self.wrong("three counts, such as 60/20/5"))
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A count of tokens. Bounded, so that no sum of counts can overflow.
fn count(text: &str) -> Option<u64> {
    text.parse::<u32>().ok().map(u64::from)
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_combine() {
        let script = Script::parse(
            "status=429, retry-after=7,header=X-A:b%20c,delay=20,text=a%2Cb%20c,tool-call,tokens=3/4,crlf",
        )
        .expect("known verbs");
        let expected = Script {
            status: Some(429),
            retry_after: Some(7),
            header: Some((HeaderName::from_static("x-a"), HeaderValue::from_static("b c"))),
            delay: Some(Duration::from_millis(20)),
            text: Some("a,b c".into()),
            tool_calls: 1,
            tokens: Some((3, 4)),
            crlf: true,
            ..Script::default()
        };
        assert_eq!(script, expected);
        assert_eq!(Script::parse(""), Ok(Script::default()));
    }

    #[test]
    fn mistakes_name_the_verb() {
        let cases = [
            ("sttaus=500", "no script verb 'sttaus'"),
            ("status=200", "script verb 'status' takes a status from 300 to 599, found '200'"),
            ("stall=3", "script verb 'stall' takes no value, found '3'"),
            ("tokens=3", "script verb 'tokens' takes two counts, such as 120/30, found '3'"),
            ("delay=120001", "script verb 'delay' takes up to 120000 ms, found '120001'"),
            ("events=0", "script verb 'events' takes a count from 1 to 100000, found '0'"),
            ("call=run", "script verb 'call' takes a tool's name and its arguments"),
            (
                "header=x y:1",
                "script verb 'header' takes a header's name and its value, such as x-request-id:1",
            ),
            ("error", "script verb 'error' takes the name of an error, found ''"),
        ];
        for (text, message) in cases {
            let error = Script::parse(text).expect_err(text).to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn a_model_carries_a_script_after_the_tilde() {
        assert_eq!(Script::in_model("gpt-4.1~status=429,retry-after=7"), Some("status=429,retry-after=7"));
        assert_eq!(Script::in_model("gpt-4.1"), None);
    }
}
