//! Rows of the spend log, by what LiteLLM's users ask for.

mod filter;
mod row;

pub(crate) use filter::{Span, SpendFilter};
pub(crate) use row::{SPEND_COLUMNS, SpendRow};

use super::conditions::Conditions;
use super::{Page, Store, StoreError};
use crate::db::{Connection, Flow, Param};

/// Bytes of text in one answer: a thousand rows of usual size have two million.
const ANSWER_BYTES: usize = 64 << 20;

/// Bytes of text after which a chunk of a longer answer ends.
const CHUNK_BYTES: usize = 2 << 20;

/// Rows of a chunk.
const CHUNK_ROWS: u32 = 500;

/// The order of every list: newest first.
const ORDER: &str = r#"ORDER BY "startTime" DESC, "request_id" DESC"#;

/// A row's place in the list. Nothing that is stored later moves it, so a list can be read on from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// When the request began, as [`crate::calendar::timestamp`] writes it.
    pub(crate) start_time: String,
    /// The request.
    pub(crate) request_id: String,
}

impl Place {
    /// The place of a row.
    pub(crate) fn of(row: &SpendRow) -> Option<Self> {
        let text = |column| row.get(column)?.as_str().map(str::to_owned);
        Some(Self { start_time: text("startTime")?, request_id: text("request_id")? })
    }
}

/// Queries of the spend log.
impl Store {
    /// Rows with LiteLLM's columns, newest first: a page of those after a place, of all where there is none.
    pub(crate) async fn spend_logs(
        &self,
        filter: SpendFilter,
        after: Option<Place>,
        page: Page,
    ) -> Result<Vec<SpendRow>, StoreError> {
        self.readers.run(move |db| page_within(db, &filter, after.as_ref(), page, ANSWER_BYTES)).await
    }

    /// A page, and how many rows there are in all.
    pub(crate) async fn spend_logs_counted(
        &self,
        filter: SpendFilter,
        after: Option<Place>,
        page: Page,
    ) -> Result<(Vec<SpendRow>, u64), StoreError> {
        // One snapshot for both statements, so that the total is the list's.
        let both = move |db: &Connection| {
            let conditions = filter.conditions(db.dialect());
            let count = format!(r#"SELECT count(*) FROM "LiteLLM_SpendLogs" {}"#, conditions.sql());
            let total = db.one(&count, &conditions.params(), |row| row.get(0))?;
            Ok((page_within(db, &filter, after.as_ref(), page, ANSWER_BYTES)?, total))
        };
        self.readers.run(move |db| db.snapshot(both)).await
    }

    /// The next rows of a long list, as many as fit in a bounded piece; none at its end. Each piece is a query of
    /// its own, so that a slow reader holds neither a connection nor a snapshot between two of them.
    pub(crate) async fn spend_logs_chunk(
        &self,
        filter: SpendFilter,
        after: Option<Place>,
    ) -> Result<Vec<SpendRow>, StoreError> {
        self.readers.run(move |db| chunk(db, &filter, after.as_ref())).await
    }
}

fn listed(db: &Connection, filter: &SpendFilter, after: Option<&Place>) -> Conditions {
    let after = after.map(|place| (place.start_time.as_str(), place.request_id.as_str()));
    filter.conditions(db.dialect()).and_below(r#""startTime", "request_id""#, after)
}

/// The rows of a page if their texts have up to `most` bytes; a single row always fits, or it could never
/// be read.
fn page_within(
    db: &Connection,
    filter: &SpendFilter,
    after: Option<&Place>,
    page: Page,
    most: usize,
) -> Result<Vec<SpendRow>, StoreError> {
    let conditions = listed(db, filter, after);
    let (rows, bytes) = read(db, &conditions, &conditions.params_of(page), most)?;
    if bytes > most && rows.len() > 1 { Err(StoreError::PageTooLarge) } else { Ok(rows) }
}

fn chunk(db: &Connection, filter: &SpendFilter, after: Option<&Place>) -> Result<Vec<SpendRow>, StoreError> {
    let conditions = listed(db, filter, after);
    let page = Page { number: 1, size: CHUNK_ROWS };
    Ok(read(db, &conditions, &conditions.params_of(page), CHUNK_BYTES)?.0)
}

/// Rows until their texts have more than `most` bytes, and how many bytes they have.
fn read(
    db: &Connection,
    conditions: &Conditions,
    params: &[Param<'_>],
    most: usize,
) -> Result<(Vec<SpendRow>, usize), StoreError> {
    let (sql, limit) = (conditions.sql(), conditions.limit());
    let select = format!(r#"SELECT {} FROM "LiteLLM_SpendLogs" {sql} {ORDER} {limit}"#, row::columns());
    let (mut rows, mut bytes) = (Vec::new(), 0);
    db.each(&select, params, |found| {
        rows.push(row::object(found, &mut bytes));
        Ok(if bytes > most && rows.len() > 1 { Flow::Break(()) } else { Flow::Continue(()) })
    })?;
    Ok((rows, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Entry;
    use crate::store::{append, testing};
    use spillway_filter::event::Event;

    #[test]
    fn a_page_of_too_many_bytes_is_refused_and_one_row_never() {
        let (_kept, db) = testing::connection();
        let entry = |id: &str| Entry::of(Event { request_id: id.to_owned(), ..Event::default() });
        append::batches(&db, &[&[entry("a"), entry("b")]], append::Sums::Now, &crate::calendar::now())
            .unwrap();
        let read = |size, most| {
            let page = Page { number: 1, size };
            page_within(&db, &SpendFilter::default(), None, page, most).map(|rows| rows.len())
        };
        assert_eq!(read(2, ANSWER_BYTES), Ok(2));
        assert_eq!(read(2, 100), Err(StoreError::PageTooLarge));
        assert_eq!(read(1, 100), Ok(1));
    }
}
