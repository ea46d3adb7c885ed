//! Which sums answer for a stretch of time: those by the hour, or those by the day.

use crate::calendar::{date_of, hour_of, microseconds, timestamp};
use crate::db::{Connection, DbError};
use crate::store::conditions::Conditions;
use crate::store::retention::Kept;
use crate::ui::data::{Bucket, Span};

/// The hours or days of a span.
pub(super) struct Times {
    /// What is read, which is what a point of a series stands for.
    pub(super) grain: Bucket,
    /// Whether hours were asked for and only days are kept: then every day counts that the span touches.
    pub(super) is_coarser: bool,
    from: String,
    to: String,
}

impl Times {
    /// The times of a span, by what is kept of it.
    pub(super) fn of(db: &Connection, span: Span) -> Result<Self, DbError> {
        let from = timestamp(span.from_us);
        let has_hours = Kept::read(db)?.hours_from().is_none_or(|kept| from.as_str() >= kept);
        let grain = if span.bucket == Bucket::Hour && has_hours { Bucket::Hour } else { Bucket::Day };
        let length = grain.microseconds();
        let to = timestamp(span.to_us.div_ceil(length).saturating_mul(length));
        let text = |time: &str| match grain {
            Bucket::Hour => hour_of(time).to_owned(),
            Bucket::Day => date_of(time).to_owned(),
        };
        Ok(Self { grain, is_coarser: grain != span.bucket, from: text(&from), to: text(&to) })
    }

    /// The column that says when.
    pub(super) fn column(&self) -> &'static str {
        match self.grain {
            Bucket::Hour => r#""hour""#,
            Bucket::Day => r#""date""#,
        }
    }

    /// That a row is of these times.
    pub(super) fn conditions(&self) -> Conditions {
        let (from, to) = match self.grain {
            Bucket::Hour => (r#""hour" >= ?"#, r#""hour" < ?"#),
            Bucket::Day => (r#""date" >= ?"#, r#""date" < ?"#),
        };
        Conditions::default().and(from, Some(&self.from)).and(to, Some(&self.to))
    }

    /// When an hour or a day begins, in microseconds.
    pub(super) fn begin_us(&self, at: &str) -> Result<u64, DbError> {
        let whole = match self.grain {
            Bucket::Hour => format!("{at}:00:00Z"),
            Bucket::Day => format!("{at}T00:00:00Z"),
        };
        microseconds(&whole).ok_or_else(|| DbError::unreadable(self.column(), "holds no time"))
    }
}
