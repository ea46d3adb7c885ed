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
    from_us: u64,
    to_us: u64,
}

/// A stretch that sums of one length answer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Their length.
    pub(super) grain: Bucket,
    from_us: u64,
    to_us: u64,
}

impl Times {
    /// The times of a span, by what is kept of it.
    pub(super) fn of(db: &Connection, span: Span) -> Result<Self, DbError> {
        let from = timestamp(span.from_us);
        let has_hours = Kept::read(db)?.hours_from().is_none_or(|kept| from.as_str() >= kept);
        let grain = if span.bucket == Bucket::Hour && has_hours { Bucket::Hour } else { Bucket::Day };
        let length = grain.microseconds();
        let from_us = span.from_us / length * length;
        let to_us = span.to_us.div_ceil(length).saturating_mul(length);
        Ok(Self { grain, is_coarser: grain != span.bucket, from_us, to_us })
    }

    /// The stretch as one piece.
    pub(super) fn whole(&self) -> Piece {
        Piece { grain: self.grain, from_us: self.from_us, to_us: self.to_us }
    }

    /// The stretch in the fewest rows: whole days by the day, what is left at both ends by the hour. So what was imported,
    /// which has no hours, counts in whole days.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let day = Bucket::Day.microseconds();
        let first = self.from_us.div_ceil(day).saturating_mul(day);
        let last = self.to_us / day * day;
        if self.grain == Bucket::Day || first >= last {
            return vec![self.whole()];
        }
        let hours = |from_us, to_us| Piece { grain: Bucket::Hour, from_us, to_us };
        let days = Piece { grain: Bucket::Day, from_us: first, to_us: last };
        let pieces = [hours(self.from_us, first), days, hours(last, self.to_us)];
        pieces.into_iter().filter(|piece| piece.from_us < piece.to_us).collect()
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
        self.whole().conditions(Conditions::default())
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

impl Piece {
    /// These conditions, and that a row is of these times.
    pub(super) fn conditions(&self, conditions: Conditions) -> Conditions {
        let (from, to) = (timestamp(self.from_us), timestamp(self.to_us));
        match self.grain {
            Bucket::Hour => conditions
                .and(r#""hour" >= ?"#, Some(hour_of(&from)))
                .and(r#""hour" < ?"#, Some(hour_of(&to))),
            Bucket::Day => conditions
                .and(r#""date" >= ?"#, Some(date_of(&from)))
                .and(r#""date" < ?"#, Some(date_of(&to))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000_000;
    const DAY: u64 = 24 * HOUR;

    fn pieces(grain: Bucket, from_us: u64, to_us: u64) -> Vec<(Bucket, u64, u64)> {
        let times = Times { grain, is_coarser: false, from_us, to_us };
        times.pieces().into_iter().map(|piece| (piece.grain, piece.from_us, piece.to_us)).collect()
    }

    #[test]
    fn whole_days_are_taken_together() {
        assert_eq!(
            pieces(Bucket::Hour, 5 * HOUR, 3 * DAY + 7 * HOUR),
            [
                (Bucket::Hour, 5 * HOUR, DAY),
                (Bucket::Day, DAY, 3 * DAY),
                (Bucket::Hour, 3 * DAY, 3 * DAY + 7 * HOUR),
            ]
        );
        assert_eq!(pieces(Bucket::Hour, DAY, 2 * DAY), [(Bucket::Day, DAY, 2 * DAY)]);
        assert_eq!(pieces(Bucket::Hour, HOUR, DAY + HOUR), [(Bucket::Hour, HOUR, DAY + HOUR)]);
        assert_eq!(pieces(Bucket::Day, DAY, 9 * DAY), [(Bucket::Day, DAY, 9 * DAY)]);
    }
}
