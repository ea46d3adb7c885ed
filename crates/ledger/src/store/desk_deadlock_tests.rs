//! Two connections of PostgreSQL's that wait for each other, brought about on purpose.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::*;
use crate::store::testing::{Fresh, on_sqlite};
use crate::store::writer::open;
use spillway_filter::event::Event;

const PATIENCE: Duration = Duration::from_secs(30);

fn entry(id: &str) -> Entry {
    Entry::of(Event { request_id: id.to_owned(), ..Event::default() })
}

fn process(db: &Connection) -> i64 {
    db.one("SELECT CAST(pg_backend_pid() AS BIGINT)", &[], |row| row.get(0)).unwrap()
}

/// Stores an event, tells its server's process, and goes on with the transaction when it is told to.
fn store_and_wait(
    fresh: &Fresh,
    id: &str,
    (told, go): (Sender<i64>, Receiver<()>),
    then: impl FnOnce(&Connection) -> Result<(), DbError>,
) {
    let connection = open(&fresh.database).unwrap();
    // Whoever waits for this one finds out that it waits in vain; this one never does.
    connection.script("SET deadlock_timeout = '1h'").unwrap();
    let stored = connection.transact_unlocked(|db| {
        append::batches(db, &[&[entry(id)]], Sums::Later, &now())?;
        told.send(process(db)).unwrap();
        go.recv().unwrap();
        then(db)
    });
    stored.unwrap();
}

/// Waits until one process waits for another.
fn wait_until_it_waits(fresh: &Fresh, waiting: i64, holding: i64) {
    let asked = format!(
        "SELECT CAST(CAST({holding} = ANY (pg_blocking_pids(CAST({waiting} AS INT))) AS INT) AS BIGINT)"
    );
    let until = Instant::now() + PATIENCE;
    while fresh.number(&asked) == 0 {
        assert!(Instant::now() < until, "process {waiting} does not wait for {holding}");
    }
}

#[test]
fn a_batch_that_is_taken_back_for_another_connections_sake_is_stored_again() {
    if on_sqlite() {
        return;
    }
    let fresh = &Fresh::new();
    fresh.run(|_| drop(open(&fresh.database).unwrap()));
    thread::scope(|scope| {
        let (first_told, first_is) = channel();
        let (first_go, first_waits) = channel();
        let first = scope.spawn(move || store_and_wait(fresh, "r-1", (first_told, first_waits), |_| Ok(())));
        let (second_told, second_is) = channel();
        let (second_go, second_waits) = channel();
        let second =
            scope.spawn(move || store_and_wait(fresh, "r-2", (second_told, second_waits), Connection::lock));
        let (first_is, second_is) = (first_is.recv().unwrap(), second_is.recv().unwrap());

        let (told, this_is) = channel();
        let this = scope.spawn(move || {
            let connection = open(&fresh.database).unwrap();
            // Long enough for the second one to be waiting by then.
            connection.script("SET deadlock_timeout = '3s'").unwrap();
            told.send(process(&connection)).unwrap();
            store(&connection, &[&[entry("r-1"), entry("r-2")]], Sums::Later).map(|stored| stored.told)
        });
        let this_is = this_is.recv().unwrap();
        wait_until_it_waits(fresh, this_is, first_is);
        // It starts again, alone, and with the writer's lock waits for the second one, which then asks for that lock.
        first_go.send(()).unwrap();
        wait_until_it_waits(fresh, this_is, second_is);
        second_go.send(()).unwrap();

        let told = this.join().unwrap().unwrap();
        assert_eq!((told[0].stored, told[0].duplicates), (0, 2));
        first.join().unwrap();
        second.join().unwrap();
    });
    assert_eq!(fresh.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#), 2);
}
