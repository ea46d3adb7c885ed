//! The inputs that are known, on disk and in this run.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use super::targets::Target;

/// Most inputs of one run; past that an input takes another's place.
const MOST: usize = 20_000;
/// Most inputs of one target on disk.
const MOST_ON_DISK: usize = 60;
/// Largest input that is kept on disk, in bytes: the small ones are the ones to read.
const LARGEST_ON_DISK: usize = 2 * 1024;

/// What a target is fed with.
pub struct Corpus {
    inputs: Vec<Vec<u8>>,
    outcomes: HashSet<u64>,
    folder: PathBuf,
    on_disk: usize,
}

impl Corpus {
    /// The golden cases of the target, and what was kept.
    pub fn load(target: &Target) -> Self {
        let folder = root().join("corpus").join(target.name);
        let mut inputs = Vec::new();
        for area in target.seeds {
            collect(&root().join("../golden").join(area), ".input.", &mut inputs);
        }
        collect(&folder, "", &mut inputs);
        if inputs.is_empty() {
            inputs.push(b"{}".to_vec());
        }
        let on_disk = std::fs::read_dir(&folder).map_or(0, Iterator::count);
        Self { inputs, outcomes: HashSet::new(), folder, on_disk }
    }

    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    pub fn outcomes(&self) -> usize {
        self.outcomes.len()
    }

    pub fn get(&self, at: usize) -> &[u8] {
        self.inputs.get(at).map_or(&[], Vec::as_slice)
    }

    /// Whether no input had this outcome before.
    pub fn is_new(&mut self, outcome: u64) -> bool {
        self.outcomes.insert(outcome)
    }

    /// Takes an input up; writes it down too, where that is wanted and it is one of the first small ones.
    pub fn add(&mut self, input: Vec<u8>, keep: bool) {
        if keep && self.on_disk < MOST_ON_DISK && input.len() <= LARGEST_ON_DISK {
            write(&self.folder, &input);
            self.on_disk += 1;
        }
        if self.inputs.len() < MOST {
            self.inputs.push(input);
        } else if let Some(place) = self.inputs.get_mut(self.outcomes.len() % MOST) {
            *place = input;
        }
    }
}

/// Writes down an input that was at fault, and says where.
pub fn keep_fault(target: &Target, input: &[u8]) -> String {
    write(&root().join("faults").join(target.name), input)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn write(folder: &Path, input: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let path = folder.join(format!("{:016x}", hasher.finish()));
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, input));
    match written {
        Ok(()) => path.display().to_string(),
        Err(error) => format!("not written ({error})"),
    }
}

fn collect(folder: &Path, holds: &str, into: &mut Vec<Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, holds, into);
        } else if path.to_string_lossy().contains(holds) {
            into.extend(std::fs::read(&path));
        }
    }
}
