use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use spillway_filter::event::Event;

use super::file::LogFile;
use super::follow::Follower;
use super::positions::Positions;
use super::*;
use crate::store::testing::store;

fn line(id: &str) -> String {
    ended(id, 1)
}

fn ended(id: &str, ended_us: u64) -> String {
    let event = Event { request_id: id.to_owned(), ended_us, ..Event::default() };
    format!("{}\n", serde_json::to_string(&event).unwrap())
}

fn write(path: &Path, text: &str) {
    OpenOptions::new().create(true).append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// One look, as the ledger takes it: the ids that it would store.
fn look(follower: &mut Follower, positions: &mut Positions, path: &Path) -> Vec<String> {
    let read = follower.read(100).unwrap();
    if let Some(position) = follower.take(read.end) {
        positions.keep(path, position).unwrap();
    }
    read.entries.iter().map(|entry| entry.spend_log.request_id.clone()).collect()
}

struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn follower(&self) -> (Follower, Positions) {
        let positions = Positions::load(&self.path("positions.json"));
        (Follower::new(&self.path("events.log"), positions.of(&self.path("events.log"))), positions)
    }
}

#[test]
fn whole_lines_are_taken_once_and_the_rest_waits() {
    let scene = Scene::new();
    let path = scene.path("events.log");
    let (mut follower, mut positions) = scene.follower();
    assert!(look(&mut follower, &mut positions, &path).is_empty(), "there is no file yet");
    let second = line("b");
    let (head, tail) = second.split_at(7);
    write(&path, &format!("{}{head}", line("a")));
    assert_eq!(look(&mut follower, &mut positions, &path), ["a"]);
    assert!(look(&mut follower, &mut positions, &path).is_empty());
    write(&path, tail);
    assert_eq!(look(&mut follower, &mut positions, &path), ["b"]);
    let (mut again, mut positions) = scene.follower();
    assert!(look(&mut again, &mut positions, &path).is_empty(), "what was taken is remembered");
}

#[test]
fn a_rotated_file_is_read_to_its_end_and_then_its_successor() {
    let scene = Scene::new();
    let path = scene.path("events.log");
    let (mut follower, mut positions) = scene.follower();
    write(&path, &line("a"));
    assert_eq!(look(&mut follower, &mut positions, &path), ["a"]);
    fs::rename(&path, scene.path("events.log.1")).unwrap();
    write(&scene.path("events.log.1"), &line("b"));
    write(&path, &line("c"));
    let looks: Vec<String> = (0..5).flat_map(|_| look(&mut follower, &mut positions, &path)).collect();
    assert_eq!(looks, ["b", "c"]);
}

#[test]
fn a_file_that_was_rotated_while_nobody_looked_is_found_by_what_it_is() {
    let scene = Scene::new();
    let path = scene.path("events.log");
    let (mut follower, mut positions) = scene.follower();
    write(&path, &line("a"));
    look(&mut follower, &mut positions, &path);
    drop(follower);
    write(&path, &line("b"));
    fs::rename(&path, scene.path("events.log.1")).unwrap();
    write(&path, &line("c"));
    let (mut again, mut positions) = scene.follower();
    let looks: Vec<String> = (0..5).flat_map(|_| look(&mut again, &mut positions, &path)).collect();
    assert_eq!(looks, ["b", "c"]);
}

#[test]
fn a_file_that_was_emptied_is_read_anew() {
    let scene = Scene::new();
    let path = scene.path("events.log");
    let (mut follower, mut positions) = scene.follower();
    write(&path, &format!("{}{}", line("a"), line("b")));
    look(&mut follower, &mut positions, &path);
    fs::write(&path, line("c")).unwrap();
    assert_eq!(look(&mut follower, &mut positions, &path), ["c"]);
}

#[test]
fn an_event_of_this_moment_is_left_to_the_gateway_for_a_while() {
    let scene = Scene::new();
    let path = scene.path("events.log");
    let (mut follower, _) = scene.follower();
    write(&path, &format!("{}{}{}", ended("a", 100), ended("young", 101), ended("b", 90)));
    let read = follower.read(100).unwrap();
    assert_eq!((read.entries.len(), read.end), (1, ended("a", 100).len() as u64));
    follower.take(read.end);
    assert_eq!(follower.read(101).unwrap().entries.len(), 2);
}

#[test]
fn a_line_that_is_no_event_costs_only_itself() {
    let scene = Scene::new();
    let path = scene.path("events.log");
    let long = "x".repeat(9 << 20);
    write(&path, &format!("{}-\n\nnot json\n{{\"request_id\":\"\"}}\n{long}\n{}", line("a"), line("b")));
    let (mut follower, mut positions) = scene.follower();
    let (mut ids, mut malformed) = (Vec::new(), 0);
    for _ in 0..4 {
        let read = follower.read(100).unwrap();
        malformed += read.malformed;
        ids.extend(read.entries.iter().map(|entry| entry.spend_log.request_id.clone()));
        follower.take(read.end);
    }
    assert_eq!((ids.join(" ").as_str(), malformed), ("a b", 3));
    assert!(look(&mut follower, &mut positions, &path).is_empty());
}

#[test]
fn lines_are_read_in_pieces() {
    let scene = Scene::new();
    let path = scene.path("events.log");
    let lines = 20_000;
    write(&path, &(0..lines).map(|id| line(&format!("r-{id}"))).collect::<String>());
    let mut file = LogFile::open(&path, 0).unwrap();
    let (mut pieces, mut read) = (0, 0);
    loop {
        let piece = file.next().unwrap();
        if piece.is_empty() {
            break;
        }
        pieces += 1;
        read += piece.bytes.iter().filter(|byte| **byte == b'\n').count();
        file.seek(piece.at + piece.bytes.len() as u64);
    }
    assert!(pieces > 2, "{pieces} pieces");
    assert_eq!(read, lines);
}

#[tokio::test]
async fn a_file_is_stored_once_however_often_it_is_read() {
    let scene = Scene::new();
    let path = scene.path("events.log");
    write(&path, &format!("{}{}bad\n{}{{\"half", line("a"), line("b"), line("a")));
    let (store, _database) = store();
    let first = once(&store, &path).await.unwrap();
    assert_eq!(first, Reconciled { stored: 2, duplicates: 1, malformed: 1 });
    let second = once(&store, &path).await.unwrap();
    assert_eq!(second, Reconciled { stored: 0, duplicates: 3, malformed: 1 });
    assert_eq!(second.to_string(), "0 stored, 3 known before, 1 lines malformed");
}
