//! The answer: `RateLimitResponse`.

use std::fmt;

use super::protobuf::{Broken, Fields, Value};

/// Longest answer that is read, in bytes: a status for each of a few scopes takes some hundred.
const MOST_BYTES: usize = 64 << 10;
/// Longest wait that is believed, in seconds: the protocol's longest unit is a year.
const MOST_SECONDS: u64 = 366 * 86_400;

/// `RateLimitResponse.Code`
const OK: u64 = 1;
const OVER_LIMIT: u64 = 2;

/// What the service says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Everything is within its limit.
    Ok,
    /// Something is not.
    Over(Over),
}

/// What is known of a limit that is used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Over {
    /// Which scope, by its place in the question; the one with the longest wait where there are several. `None`
    /// where the service does not tell: Limitador does not.
    pub scope: Option<usize>,
    /// Seconds until its window begins anew, rounded up; `None` where the service does not tell.
    pub retry_after_s: Option<u64>,
}

/// Why an answer is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// It is longer than any answer.
    TooLong,
    /// The bytes are no such message.
    Broken,
    /// It neither allows nor refuses.
    NoCode,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "its answer is longer than 64 KiB",
            Self::Broken => "its answer is no RateLimitResponse",
            Self::NoCode => {
                "its answer neither allows nor refuses (overall_code is UNKNOWN); is the domain right?"
            }
        })
    }
}

impl From<Broken> for Malformed {
    fn from(Broken: Broken) -> Self {
        Self::Broken
    }
}

/// Reads an answer.
///
/// # Errors
/// It is no answer, or one that decides nothing.
pub fn read(bytes: &[u8]) -> Result<Answer, Malformed> {
    if bytes.len() > MOST_BYTES {
        return Err(Malformed::TooLong);
    }
    let (mut code, mut over, mut told_s) = (0, Over::default(), None);
    let mut statuses = 0;
    for field in Fields::of(bytes) {
        match field? {
            (1, Value::Number(number)) => code = number,
            (2, Value::Bytes(message)) => {
                over = over.or_longer(statuses, Status::read(message)?);
                statuses += 1;
            }
            (3, Value::Bytes(message)) => told_s = told_s.or(reset(message)?),
            _ => {}
        }
    }
    over.retry_after_s = over.retry_after_s.or(told_s);
    match code {
        OK => Ok(Answer::Ok),
        OVER_LIMIT => Ok(Answer::Over(over)),
        _ => Err(Malformed::NoCode),
    }
}

impl Over {
    /// Takes in the status of one more scope.
    fn or_longer(self, scope: usize, status: Status) -> Self {
        let longer = self.scope.is_none() || status.reset_s > self.retry_after_s;
        if status.code == OVER_LIMIT && longer {
            return Self { scope: Some(scope), retry_after_s: status.reset_s };
        }
        self
    }
}

/// `RateLimitResponse.DescriptorStatus`
#[derive(Default)]
struct Status {
    code: u64,
    /// `duration_until_reset`
    reset_s: Option<u64>,
}

impl Status {
    fn read(message: &[u8]) -> Result<Self, Broken> {
        let mut status = Self::default();
        for field in Fields::of(message) {
            match field? {
                (1, Value::Number(code)) => status.code = code,
                (4, Value::Bytes(duration)) => status.reset_s = Some(seconds(duration)?),
                _ => {}
            }
        }
        Ok(status)
    }
}

/// `google.protobuf.Duration`, rounded up; at least one second, for a client that waits none comes back at once.
fn seconds(message: &[u8]) -> Result<u64, Broken> {
    let (mut seconds, mut part) = (0, 0);
    for field in Fields::of(message) {
        match field? {
            (1, Value::Number(number)) => seconds = number,
            (2, Value::Number(nanos)) => part = u64::from(nanos > 0),
            _ => {}
        }
    }
    Ok(believable(seconds.saturating_add(part)))
}

/// Limitador tells no status, but has `X-RateLimit-Reset` among the headers that it wishes to add, if it is
/// started with `--rate-limit-headers DRAFT_VERSION_03`: seconds.
fn reset(header: &[u8]) -> Result<Option<u64>, Broken> {
    let (mut name, mut value) = (&[][..], &[][..]);
    for field in Fields::of(header) {
        match field? {
            (1, Value::Bytes(key)) => name = key,
            (2, Value::Bytes(text)) => value = text,
            _ => {}
        }
    }
    if !name.eq_ignore_ascii_case(b"x-ratelimit-reset") {
        return Ok(None);
    }
    let seconds = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
    Ok(seconds.map(believable))
}

/// Negative durations, which come as huge numbers, are as wrong as those of centuries.
fn believable(seconds: u64) -> u64 {
    if seconds > MOST_SECONDS { 1 } else { seconds.max(1) }
}
