//! What an event is counted under. Callers choose tags, and the models of requests that are refused, so their number is
//! bounded: those that come first on a day are counted by name, the others together.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::kind::{Kind, Measured};
use crate::calendar::{date_of, hour_of};
use crate::db::{Connection, DbError, params};

/// What is counted together.
pub(super) const OTHER: &str = "other";

/// Names of a dimension that are counted apart on one day.
const MOST_NAMES: usize = 1_000;

/// Of those, names that may be of models that no deployment was asked for: whoever makes up names leaves room for those
/// that are configured.
const MOST_UNSERVED: usize = 500;

/// A dimension of the totals whose names are bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dimension {
    Model,
    Tag,
}

impl Dimension {
    fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Tag => "tag",
        }
    }
}

/// The names that are known on one day.
#[derive(Debug, Default)]
struct Known {
    models: HashSet<String>,
    tags: HashSet<String>,
}

/// What events of a kind sum up to, and what they are counted under.
pub(super) struct Counting<'a> {
    pub(super) measured: &'a Measured<'a>,
    /// The hour in which they began, unless hours of then are not kept.
    pub(super) hour: Option<&'a str>,
    /// The day on which they began.
    pub(super) date: &'a str,
    pub(super) api_key: &'a str,
    pub(super) team: &'a str,
    pub(super) user: &'a str,
    pub(super) model_group: &'a str,
    pub(super) model: &'a str,
    pub(super) provider: &'a str,
    pub(super) call_type: &'a str,
    /// Each once; an empty one where there is none.
    pub(super) tags: BTreeSet<&'a str>,
}

/// The names that are counted apart on the days of a batch. They are read under the writer's lock, so that the bound
/// holds however many ledgers write.
pub(super) struct Names {
    known: BTreeMap<String, Known>,
    most: usize,
    most_unserved: usize,
}

impl Names {
    /// The names that were counted before this batch.
    pub(super) fn known(db: &Connection, kinds: &[(Kind<'_>, Measured<'_>)]) -> Result<Self, DbError> {
        let select = r#"
            SELECT "id" FROM "spillway_daily_totals"
            WHERE "dimension" = ?1 AND "date" = ?2 AND "id" NOT IN ('', ?3) LIMIT ?4"#;
        let dates: BTreeSet<&str> = kinds.iter().map(|(kind, _)| date_of(&kind.hour)).collect();
        let mut known = BTreeMap::new();
        for date in dates {
            let names = |dimension: Dimension| {
                let names =
                    db.all(select, &params![dimension.name(), date, OTHER, MOST_NAMES], |row| row.get(0));
                Ok::<_, DbError>(names?.into_iter().collect())
            };
            known.insert(
                date.to_owned(),
                Known { models: names(Dimension::Model)?, tags: names(Dimension::Tag)? },
            );
        }
        Ok(Self { known, most: MOST_NAMES, most_unserved: MOST_UNSERVED })
    }

    /// What a kind is counted under, which from now on is known.
    pub(super) fn counting<'a>(
        &mut self,
        kind: &'a Kind<'_>,
        measured: &'a Measured<'_>,
        hours_from: Option<&str>,
    ) -> Counting<'a> {
        let date = date_of(&kind.hour);
        let is_kept = hours_from.is_none_or(|from| &*kind.hour >= hour_of(from));
        let most = if kind.is_served { self.most } else { self.most_unserved };
        let model_group = self.admitted(date, Dimension::Model, &kind.model_group, most);
        // A name that is not counted apart must not be under another column.
        let model = if model_group == OTHER { OTHER } else { &*kind.model };
        let tags = kind.tags.iter();
        let mut tags: BTreeSet<&str> =
            tags.map(|tag| self.admitted(date, Dimension::Tag, tag, self.most)).collect();
        if tags.is_empty() {
            tags.insert("");
        }
        Counting {
            measured,
            hour: is_kept.then_some(&*kind.hour),
            date,
            api_key: &kind.api_key,
            team: &kind.team,
            user: &kind.user,
            model_group,
            model,
            provider: &kind.provider,
            call_type: &kind.call_type,
            tags,
        }
    }

    /// The name, or [`OTHER`] where `most` others came before.
    fn admitted<'a>(&mut self, date: &str, dimension: Dimension, name: &'a str, most: usize) -> &'a str {
        if !self.known.contains_key(date) {
            self.known.insert(date.to_owned(), Known::default());
        }
        let Some(known) = self.known.get_mut(date) else { return name };
        let names = match dimension {
            Dimension::Model => &mut known.models,
            Dimension::Tag => &mut known.tags,
        };
        if name.is_empty() || names.contains(name) {
            return name;
        }
        if names.len() >= most {
            return OTHER;
        }
        names.insert(name.to_owned());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn kind(model: &'static str, tags: &[&'static str], is_served: bool) -> Kind<'static> {
        let none = || Cow::Borrowed("");
        Kind {
            hour: "1970-01-01T00".into(),
            api_key: none(),
            team: none(),
            user: none(),
            model_group: model.into(),
            model: model.into(),
            provider: none(),
            call_type: none(),
            is_served,
            tags: tags.iter().map(|tag| (*tag).into()).collect(),
        }
    }

    fn names() -> Names {
        Names { known: BTreeMap::new(), most: 3, most_unserved: 2 }
    }

    #[test]
    fn made_up_models_leave_room_for_those_that_are_served() {
        let mut names = names();
        let mut counted = |model, is_served| {
            let (kind, measured) = (kind(model, &[], is_served), Measured::default());
            let counting = names.counting(&kind, &measured, None);
            (counting.model_group.to_owned(), counting.model.to_owned())
        };
        let same = |name: &str| (name.to_owned(), name.to_owned());
        for (model, is_served, expected) in [
            ("a", false, "a"),
            ("b", false, "b"),
            ("c", false, OTHER),
            ("d", true, "d"),
            ("e", true, OTHER),
            ("", false, ""),
            ("a", false, "a"),
            ("d", false, "d"),
        ] {
            assert_eq!(counted(model, is_served), same(expected), "{model}");
        }
    }

    #[test]
    fn tags_beyond_the_bound_are_counted_together_once() {
        let mut names = names();
        let mut counted = |tags: &[&'static str]| {
            let (kind, measured) = (kind("m", tags, true), Measured::default());
            let counting = names.counting(&kind, &measured, None);
            counting.tags.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(counted(&[]), [""]);
        assert_eq!(counted(&["a", "b"]), ["a", "b"]);
        assert_eq!(counted(&["c", "d", "e", "a"]), ["a", "c", OTHER]);
    }

    #[test]
    fn hours_that_are_gone_are_not_counted() {
        let (kind, measured) = (kind("m", &[], true), Measured::default());
        let hour = |from: Option<&str>| names().counting(&kind, &measured, from).hour.map(str::to_owned);
        assert_eq!(hour(None).as_deref(), Some("1970-01-01T00"));
        assert_eq!(hour(Some("1970-01-01T00:00:00.000000Z")).as_deref(), Some("1970-01-01T00"));
        assert_eq!(hour(Some("1970-01-01T01:00:00.000000Z")), None);
    }
}
