//! A thread that writes: what it is asked, and how it does it.

use std::sync::Arc;
use std::time::Instant;

use spillway_filter::event::Acknowledgement;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

use super::append::{Stored, Sums};
use super::key_aliases::Written;
use super::unsettled::Unsettled;
use super::waiting::Left;
use super::{StoreError, append, changes};
use crate::calendar::now;
use crate::db::{Connection, Database, DbError, Dialect, params};
use crate::metrics::Histogram;
use crate::record::Entry;

/// Events of batches that are stored together. More take more memory and no less time each.
const JOINED: usize = 8_192;

/// What the thread is asked.
pub(super) enum Command {
    Append(Vec<Entry>, Answer<Acknowledgement>),
    Change(Change),
    Probe(Answer<()>),
    Stop(Answer<()>),
}

/// The way back.
pub(super) type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// Something to do with a connection, or to leave undone where there is none.
pub(super) type Change = Box<dyn FnOnce(Result<&Connection, DbError>) + Send>;

/// Batches that are stored together.
#[derive(Default)]
struct Joined {
    batches: Vec<Vec<Entry>>,
    answers: Vec<Answer<Acknowledgement>>,
}

impl Joined {
    fn add(&mut self, entries: Vec<Entry>, answer: Answer<Acknowledgement>) {
        self.batches.push(entries);
        self.answers.push(answer);
    }

    fn has_room(&self) -> bool {
        self.batches.iter().map(Vec::len).sum::<usize>() < JOINED
    }
}

/// What the thread has.
pub(super) struct Desk {
    pub(super) database: Database,
    pub(super) connection: Connection,
    pub(super) commits: Arc<Histogram>,
    /// Of all desks.
    pub(super) unsettled: Arc<Unsettled>,
    /// What it need not write again.
    pub(super) key_aliases: Written,
}

impl Desk {
    /// An answer that nobody waits for any more is dropped: its batch is stored, and the gateway, which cannot
    /// know, sends it again, which changes nothing.
    pub(super) fn run(mut self, mut inbox: mpsc::Receiver<Command>, clock: &Runtime) {
        self.settle();
        let mut next = self.wait(&mut inbox, clock);
        while let Some(command) = next.take() {
            match command {
                Command::Append(entries, answer) => {
                    let mut joined = Joined::default();
                    joined.add(entries, answer);
                    next = join(&mut joined, &mut inbox);
                    self.append(joined);
                }
                Command::Change(work) => work(self.connected()),
                Command::Probe(answer) => drop(answer.send(self.probe())),
                Command::Stop(answer) => return drop(answer.send(self.close())),
            }
            if self.unsettled.due_in().is_some_and(|wait| wait.is_zero()) {
                self.settle();
            }
            next = next.or_else(|| self.wait(&mut inbox, clock));
        }
        if let Err(error) = self.close() {
            crate::log::error("close_failed", serde_json::json!({"message": error.to_string()}));
        }
    }

    /// The next command; sums that wait are written when it is time for them.
    fn wait(&mut self, inbox: &mut mpsc::Receiver<Command>, clock: &Runtime) -> Option<Command> {
        while let Some(due_in) = self.unsettled.due_in() {
            match clock.block_on(async { tokio::time::timeout(due_in, inbox.recv()).await }) {
                Ok(command) => return command,
                Err(_) => self.settle(),
            }
        }
        inbox.blocking_recv()
    }

    /// Writes the sums that wait. Where that fails they go on waiting, and are tried again.
    fn settle(&mut self) {
        // What is stored from now on waits for the next time.
        self.unsettled.begin();
        match self.settle_all() {
            Ok(()) => self.unsettled.done(),
            Err(error) => {
                self.unsettled.failed();
                crate::log::error("sums_not_written", serde_json::json!({"message": error.to_string()}));
            }
        }
    }

    fn settle_all(&mut self) -> Result<(), DbError> {
        let connection = self.connected()?;
        // Asked without the writer's lock, for mostly nothing waits.
        let mut left = waits(connection)?;
        while left == Left::Something {
            left = connection.transact(|db| append::settle(db, &now()))?;
        }
        Ok(())
    }

    /// A connection that works, as far as is known: a server may have been restarted.
    fn connected(&mut self) -> Result<&Connection, DbError> {
        if self.connection.is_lost() {
            self.connection = self.database.reopen()?;
            crate::log::info("reconnected", serde_json::json!({"database": self.database.to_string()}));
        }
        Ok(&self.connection)
    }

    /// Stores batches in one transaction. Where it fails and there are several, each gets one of its own, so that no
    /// gateway's batch is held up by another's.
    fn append(&mut self, mut joined: Joined) {
        joined.batches.iter_mut().for_each(|batch| self.key_aliases.leave_out(batch));
        let batches: Vec<&[Entry]> = joined.batches.iter().map(Vec::as_slice).collect();
        let is_alone = batches.len() == 1;
        match self.store(&batches) {
            Ok(told) => {
                told.into_iter().zip(joined.answers).for_each(|(told, answer)| drop(answer.send(Ok(told))));
            }
            Err(error) if is_alone || self.connection.is_lost() => {
                joined.answers.into_iter().for_each(|answer| drop(answer.send(Err(error.clone()))));
            }
            Err(_) => joined.batches.into_iter().zip(joined.answers).for_each(|(entries, answer)| {
                self.append(Joined { batches: vec![entries], answers: vec![answer] });
            }),
        }
    }

    fn store(&mut self, batches: &[&[Entry]]) -> Result<Vec<Acknowledgement>, StoreError> {
        let began = Instant::now();
        let events = batches.iter().map(|batch| batch.len()).sum();
        let sums = if self.unsettled.may_wait(events) { Sums::Later } else { Sums::Now };
        let recent = self.unsettled.recent();
        let connection = self.connected()?;
        connection.expect(recent)?;
        let stored = store(connection, batches, sums);
        self.commits.observe(began.elapsed());
        let Stored { told, waiting, called } = stored?;
        self.unsettled.stored(events, waiting);
        self.key_aliases.add(called);
        Ok(told)
    }

    fn probe(&mut self) -> Result<(), StoreError> {
        let write = r#"INSERT INTO "spillway_probe" ("id", "checked_at") VALUES (1, ?1)
                       ON CONFLICT ("id") DO UPDATE SET "checked_at" = excluded."checked_at""#;
        self.connected()?.execute(write, &params![&now()])?;
        Ok(())
    }

    fn close(mut self) -> Result<(), StoreError> {
        self.settle();
        Ok(self.connection.close()?)
    }
}

/// Adds the batches that wait, up to the first command that is none; that one.
fn join(joined: &mut Joined, inbox: &mut mpsc::Receiver<Command>) -> Option<Command> {
    while joined.has_room() {
        match inbox.try_recv().ok()? {
            Command::Append(entries, answer) => joined.add(entries, answer),
            other => return Some(other),
        }
    }
    None
}

/// Whether sums wait.
fn waits(db: &Connection) -> Result<Left, DbError> {
    let waits = r#"SELECT EXISTS (SELECT 1 FROM "spillway_waiting_sums")"#;
    Ok(if db.one(waits, &[], |row| row.get(0))? { Left::Something } else { Left::Nothing })
}

/// One transaction, of all that was stored before: what waits is written first, for it may be about the rows that are
/// changed. Whatever fails, everything is taken back.
pub(super) fn transact<T, E: From<DbError>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    connection.transact(|db| {
        let mut left = waits(db)?;
        while left == Left::Something {
            left = append::settle(db, &now())?;
        }
        let done = work(db)?;
        changes::trim(db)?;
        Ok(done)
    })
}

/// How often what this connection does alone is done again.
const TRIES_AFTER_A_DEADLOCK: usize = 5;

/// Rows are inserted beside those of other connections. Where somebody came between, all of it is done again by
/// this connection alone: but for those that began before, who may wait for it while it waits for them. One of them is taken
/// back then, and if it is this one, the other is done when it tries again.
fn store(connection: &Connection, batches: &[&[Entry]], sums: Sums) -> Result<Stored, DbError> {
    let work = |db: &Connection| append::batches(db, batches, sums, &now());
    match connection.transact_unlocked(work) {
        Err(_) if connection.dialect() == Dialect::Postgres && !connection.is_lost() => {
            let mut done = connection.transact(work);
            for _ in 0..TRIES_AFTER_A_DEADLOCK {
                if !matches!(done, Err(DbError::Deadlock)) {
                    break;
                }
                done = connection.transact(work);
            }
            done
        }
        done => done,
    }
}

#[cfg(test)]
#[path = "desk_deadlock_tests.rs"]
mod deadlock_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::budgets;
    use crate::store::testing::{Fresh, on_sqlite};
    use crate::store::writer::open;
    use spillway_filter::event::{Charge, Event, GuardrailInformation};

    fn entry(id: usize) -> Entry {
        let tags = vec!["x".repeat(2_000)];
        Entry::of(Event { request_id: format!("r-{id}"), tags, ..Event::default() })
    }

    #[test]
    fn a_batch_that_does_not_fit_on_the_disk_leaves_nothing() {
        if !on_sqlite() {
            return;
        }
        let fresh = Fresh::new();
        let connection = open(&fresh.database).unwrap();
        let bound = |pages: i64| {
            connection.one(&format!("PRAGMA max_page_count = {pages}"), &[], |_| Ok(())).unwrap()
        };
        let pages: i64 = connection.one("PRAGMA page_count", &[], |row| row.get(0)).unwrap();
        bound(pages + 10);

        let batch: Vec<Entry> = (0..100).map(entry).collect();
        let error = store(&connection, &[&batch], Sums::Now).map(drop).unwrap_err();
        assert_eq!(error.to_string(), "database or disk is full");
        let rows = || fresh.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#);
        assert_eq!(rows(), 0);
        let small = &store(&connection, &[&batch[..2]], Sums::Now).unwrap().told[0];
        assert_eq!((small.stored, small.duplicates), (2, 0));

        bound(pages + 1_000);
        let again = &store(&connection, &[&batch], Sums::Now).unwrap().told[0];
        assert_eq!((again.stored, again.duplicates, rows()), (98, 2, 100));
    }

    /// What each of these batches is told, of a database that may grow by so many pages.
    fn told(fresh: &Fresh, pages: i64, batches: Vec<Vec<Entry>>) -> Vec<Result<Acknowledgement, StoreError>> {
        let connection = open(&fresh.database).unwrap();
        let used: i64 = connection.one("PRAGMA page_count", &[], |row| row.get(0)).unwrap();
        connection.one(&format!("PRAGMA max_page_count = {}", used + pages), &[], |_| Ok(())).unwrap();
        let mut desk = desk(fresh, connection);
        let (mut joined, mut answers) = (Joined::default(), Vec::new());
        for batch in batches {
            let (answer, answered) = oneshot::channel();
            joined.add(batch, answer);
            answers.push(answered);
        }
        desk.append(joined);
        answers.into_iter().map(|answered| answered.blocking_recv().unwrap()).collect()
    }

    fn desk(fresh: &Fresh, connection: Connection) -> Desk {
        Desk {
            database: fresh.database.clone(),
            connection,
            commits: Arc::default(),
            unsettled: Arc::default(),
            key_aliases: Written::default(),
        }
    }

    fn batch(ids: std::ops::Range<usize>) -> Vec<Entry> {
        ids.map(entry).collect()
    }

    #[test]
    fn batches_that_are_stored_together_are_told_apart() {
        if !on_sqlite() {
            return;
        }
        let fresh = Fresh::new();
        let told = told(&fresh, 10_000, vec![batch(0..3), batch(2..5), batch(0..3)]);
        let counts = told.into_iter().map(|told| told.map(|told| (told.stored, told.duplicates)));
        assert_eq!(counts.collect::<Vec<_>>(), [Ok((3, 0)), Ok((2, 1)), Ok((0, 3))]);
        assert_eq!(fresh.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#), 5);
        assert_eq!(fresh.number(r#"SELECT sum("api_requests") FROM "LiteLLM_DailyUserSpend""#), 5);
    }

    #[test]
    fn a_batch_that_cannot_be_stored_holds_up_no_other() {
        if !on_sqlite() {
            return;
        }
        let fresh = Fresh::new();
        let told = told(&fresh, 30, vec![batch(0..2), batch(2..300), batch(300..302)]);
        let stored = told.iter().map(|told| told.as_ref().ok().map(|told| told.stored));
        assert_eq!(stored.collect::<Vec<_>>(), [Some(2), None, Some(2)], "{told:?}");
        assert_eq!(fresh.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#), 4);
    }

    /// What the tables of sums have of the requests that are stored.
    fn counted(fresh: &Fresh) -> i64 {
        fresh.number(
            r#"SELECT CAST(coalesce(sum("api_requests"), 0) AS BIGINT) FROM "LiteLLM_DailyUserSpend""#,
        )
    }

    /// Events that cost something, which a budget is charged with and a guardrail has looked at.
    fn charged(ids: std::ops::Range<usize>) -> Vec<Entry> {
        let charge = Charge { scope: "key/a1".to_owned(), period_ms: 0 };
        let looked = GuardrailInformation { guardrail_name: "words".to_owned(), ..Default::default() };
        let event = Event {
            cost_nanodollars: 2,
            gateway: "g".to_owned(),
            charges: vec![charge],
            guardrail_information: vec![looked],
            ..Event::default()
        };
        ids.map(|id| Entry::of(Event { request_id: format!("r-{id}"), ..event.clone() })).collect()
    }

    /// What all were charged, what one gateway was, and how often the guardrail ran.
    fn balances(fresh: &Fresh) -> [i64; 3] {
        [
            r#"SELECT CAST(coalesce(sum("nanodollars"), 0) AS BIGINT) FROM "spillway_budget_spend""#,
            r#"SELECT CAST(coalesce(sum("nanodollars"), 0) AS BIGINT) FROM "spillway_budget_spend_by_gateway""#,
            r#"SELECT CAST(coalesce(sum("requests_evaluated"), 0) AS BIGINT) FROM "LiteLLM_DailyGuardrailMetrics""#,
        ]
        .map(|select| fresh.number(select))
    }

    #[test]
    fn balances_and_counts_wait_with_the_sums_and_are_added_up() {
        let fresh = Fresh::new();
        fresh.run(|_| {
            let mut desk = desk(&fresh, open(&fresh.database).unwrap());
            desk.store(&[&charged(0..10)]).unwrap();
            assert_eq!(balances(&fresh), [20, 20, 10]);
            desk.store(&[&charged(0..2_000)]).unwrap();
            desk.store(&[&charged(1_000..3_000)]).unwrap();
            assert_eq!(balances(&fresh), [20, 20, 10]);
            desk.settle();
        });
        assert_eq!(balances(&fresh), [6_000, 6_000, 3_000]);
    }

    #[test]
    fn what_an_older_version_left_is_written() {
        let fresh = Fresh::new();
        fresh.run(|_| {
            let mut desk = desk(&fresh, open(&fresh.database).unwrap());
            let sums = r#"[[{"hour":"2026-11-22T14","api_key":"","team":"","user":"","model_group":"","model":"",
                "provider":"","call_type":"","is_served":false,"tags":[]},
                {"spent":{"requests":7,"failed":0,"input":0,"output":0,"cache_read":0,"cache_write":0,
                "milliseconds":0,"nanodollars":0},"fallbacks":0,"retries":0,"durations":{},"first_tokens":{},"runs":{}}]]"#;
            let insert = r#"INSERT INTO "spillway_waiting_sums" ("sums") VALUES (?1)"#;
            desk.connection.execute(insert, &params![sums]).unwrap();
            desk.settle();
        });
        assert_eq!((counted(&fresh), balances(&fresh)), (7, [0, 0, 0]));
    }

    #[test]
    fn what_is_changed_is_changed_after_what_waits() {
        let fresh = Fresh::new();
        fresh.run(|_| {
            let mut desk = desk(&fresh, open(&fresh.database).unwrap());
            desk.store(&[&charged(0..2_000)]).unwrap();
            transact(&desk.connection, |db| budgets::forget(db, "key", "a1")).unwrap();
            desk.settle();
        });
        assert_eq!(balances(&fresh), [0, 0, 2_000]);
    }

    #[test]
    fn sums_of_many_events_wait_and_are_written_once_whoever_stops_between() {
        let fresh = Fresh::new();
        let many = |ids: std::ops::Range<usize>| {
            ids.map(|id| Entry::of(Event { request_id: format!("r-{id}"), ..Event::default() }))
                .collect::<Vec<_>>()
        };
        fresh.run(|_| {
            let mut killed = desk(&fresh, open(&fresh.database).unwrap());
            killed.store(&[&many(3_000..3_010)]).unwrap();
            let told = killed.store(&[&many(0..2_000), &many(1_500..3_003)]).unwrap();
            assert_eq!((told[0].stored, told[1].stored, told[1].duplicates), (2_000, 1_000, 503));
        });
        assert_eq!(counted(&fresh), 10, "few events are counted at once, many later");
        fresh.run(|_| {
            let mut next = desk(&fresh, open(&fresh.database).unwrap());
            next.store(&[&many(1_000..4_000)]).unwrap();
            next.settle();
            next.settle();
            assert_eq!(next.unsettled.due_in(), None);
        });
        assert_eq!(counted(&fresh), 4_000);
        assert_eq!(fresh.number(r#"SELECT count(*) FROM "spillway_waiting_sums""#), 0);
    }

    #[test]
    fn commits_are_synced_and_the_file_is_private() {
        if !on_sqlite() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("of/a/new/folder.sqlite");
        let connection = open(&Database::file(&file)).unwrap();
        let pragma = |name: &str| -> String {
            let select = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
            connection.one(&select, &[], |row| row.get(0)).unwrap()
        };
        assert_eq!((pragma("journal_mode").as_str(), pragma("synchronous").as_str()), ("wal", "2"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
