//! Numbers, money, durations and times as people read them. Text only; knows no HTML.

mod duration;
mod money;
mod number;
mod time;

pub(super) use duration::duration;
pub(super) use money::{compact_money, exact_money, money};
pub(super) use number::{compact, count, large, percent, share};
pub(super) use time::{bucket_label, bucket_title, clock_time, day, iso, moment};
