//! Whether files have changed: by looking at them, again and again.
//!
//! Looking finds every way in which a file is changed: written in place, replaced by a rename, or reached by a symbolic
//! link that now leads elsewhere, as Kubernetes changes a mounted ConfigMap; and it does so on file systems that tell
//! of no changes. A look costs a system call a file.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Files at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look(Vec<(PathBuf, Option<Stamp>)>);

/// What differs when a file's content does. The time of the last change of the inode is among it, which no program can
/// set back.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Look {
    /// Looks at files, through symbolic links. One that cannot be looked at counts as none.
    pub fn at(files: impl IntoIterator<Item = PathBuf>) -> Self {
        let look = |file: PathBuf| {
            let stamp = Stamp::of(&file);
            (file, stamp)
        };
        Self(files.into_iter().map(look).collect())
    }

    /// This look over other files: those that it lacks are looked at now.
    pub fn over(self, files: Vec<PathBuf>) -> Self {
        let known = |file: PathBuf| match self.0.iter().find(|(name, _)| *name == file) {
            Some(one) => one.clone(),
            None => {
                let stamp = Stamp::of(&file);
                (file, stamp)
            }
        };
        Self(files.into_iter().map(known).collect())
    }

    /// The names of the files that differ, or that only one of both has.
    pub fn differing<'l>(&'l self, other: &'l Self) -> Vec<&'l Path> {
        let lacks = |within: &Self, one: &(PathBuf, Option<Stamp>)| !within.0.contains(one);
        let here = self.0.iter().filter(|one| lacks(other, one));
        let there = other.0.iter().filter(|one| lacks(self, one));
        let mut names: Vec<&Path> = here.chain(there).map(|(file, _)| file.as_path()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Stamp {
    fn of(file: &Path) -> Option<Self> {
        let about = std::fs::metadata(file).ok()?;
        Some(Self {
            device: about.dev(),
            inode: about.ino(),
            size: about.size(),
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
        })
    }
}

/// Looks in a row: a change counts when the next look finds no further one, so that a file is not read while it is
/// being written.
#[derive(Debug)]
pub struct Watch {
    read: Look,
    last: Look,
}

impl Watch {
    /// `read`: the files as they were just before they were read.
    pub fn since(read: Look) -> Self {
        Self { last: read.clone(), read }
    }

    /// The files as they were just before they were read.
    pub fn read_at(&self) -> &Look {
        &self.read
    }

    /// Takes a look; whether there is a change since the files were read, which is over.
    pub fn sees(&mut self, now: Look) -> bool {
        let is_settled = now == self.last;
        self.last = now;
        is_settled && self.last != self.read
    }

    /// What has changed since the files were read.
    pub fn changed(&self) -> Vec<&Path> {
        self.read.differing(&self.last)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};

    use super::{Look, Watch};

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("spillway-watch-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn look(file: &Path) -> Look {
        Look::at([file.to_owned()])
    }

    #[test]
    fn a_change_counts_once_it_is_over() {
        let folder = folder("settled");
        let file = folder.join("a");
        fs::write(&file, "1").unwrap();
        let mut watch = Watch::since(look(&file));
        assert!(!watch.sees(look(&file)));
        fs::write(&file, "22").unwrap();
        assert!(!watch.sees(look(&file)), "it may be half written");
        fs::write(&file, "333").unwrap();
        assert!(!watch.sees(look(&file)), "it was");
        assert!(watch.sees(look(&file)));
        assert_eq!(watch.changed(), [file.as_path()]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn every_way_to_change_a_file_is_seen() {
        let folder = folder("ways");
        let (file, other) = (folder.join("a"), folder.join("b"));
        type Way = (&'static str, fn(&Path, &Path));
        let ways: [Way; 4] = [
            ("written in place, as long as before", |file, _| fs::write(file, "y").unwrap()),
            ("replaced by a rename", |file, other| fs::rename(other, file).unwrap()),
            ("removed", |file, _| fs::remove_file(file).unwrap()),
            ("a link that leads elsewhere", |file, other| {
                fs::remove_file(file).unwrap();
                symlink(other, file).unwrap();
            }),
        ];
        for (way, change) in ways {
            fs::write(&other, "x").unwrap();
            let _ = fs::remove_file(&file);
            fs::write(&file, "x").unwrap();
            let before = look(&file);
            change(&file, &other);
            assert_ne!(before, look(&file), "{way}");
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_that_is_named_no_longer_is_a_difference() {
        let one = Look::at([PathBuf::from("a"), PathBuf::from("b")]);
        let two = Look::at([PathBuf::from("b"), PathBuf::from("c")]);
        assert_eq!(one.differing(&two), [Path::new("a"), Path::new("c")]);
    }
}
