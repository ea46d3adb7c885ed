//! Envoy's files are replaced, one after another, and Envoy says of each whether it takes it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::generation::Generation;
use super::verdict::{self, Verdict};
use crate::failure::{Doing, Failure};
use crate::render::Part;
use crate::replace;

/// Between two questions.
const INTERVAL: Duration = Duration::from_millis(20);
/// For Envoy to take a file: a new cluster's name may have to be looked up, and a new VM to be made.
const PATIENCE: Duration = Duration::from_secs(30);

/// A folder of files that one Envoy reads.
pub struct Handover {
    folder: PathBuf,
    admin: SocketAddr,
    written: BTreeMap<Part, Written>,
    /// Of the last file that was written; each has its own.
    version: u64,
}

/// What a file holds.
struct Written {
    version: String,
    resources: Vec<Value>,
}

impl Handover {
    /// Writes all files, for an Envoy that is yet to start.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn begin(folder: &Path, admin: SocketAddr, generation: &Generation) -> Result<Self, Failure> {
        replace::private_folder(folder).doing(|| format!("creating {}", folder.display()))?;
        let mut handover = Self { folder: folder.to_owned(), admin, written: BTreeMap::new(), version: 0 };
        for part in Part::ALL {
            handover.write(part, generation.resources(part))?;
        }
        Ok(handover)
    }

    /// Waits until Envoy has taken all files as they are.
    ///
    /// # Errors
    /// What it has against one.
    pub async fn taken(&self) -> Result<(), Failure> {
        for part in Part::ALL {
            self.taken_part(part, 0).await?;
        }
        Ok(())
    }

    /// Replaces the files that differ, what is named before what names it, each when Envoy has taken the one before.
    /// Whether there was any. Those that were replaced are put back when Envoy does not take one.
    ///
    /// # Errors
    /// What Envoy has against it.
    pub async fn change(&mut self, to: &Generation) -> Result<bool, Failure> {
        let mut before = Vec::new();
        for part in Part::ALL {
            match self.change_part(part, to.resources(part)).await {
                Ok(None) => {}
                Ok(Some(resources)) => before.push((part, resources)),
                Err((resources, refusal)) => {
                    before.extend(resources.map(|resources| (part, resources)));
                    self.put_back(before).await;
                    return Err(refusal);
                }
            }
        }
        Ok(!before.is_empty())
    }

    /// Takes out what nobody names any more: what names others goes first.
    ///
    /// # Errors
    /// What Envoy has against it.
    pub async fn trim(&mut self, to: &Generation) -> Result<(), Failure> {
        for part in Part::ALL.into_iter().rev() {
            self.settle_part(part, to.resources(part)).await?;
        }
        Ok(())
    }

    async fn put_back(&mut self, before: Vec<(Part, Vec<Value>)>) {
        for (part, resources) in before.into_iter().rev() {
            let _ = self.settle_part(part, resources).await;
        }
    }

    /// Replaces a file that differs; what it held before, also where that is not taken.
    async fn change_part(
        &mut self,
        part: Part,
        resources: Vec<Value>,
    ) -> Result<Option<Vec<Value>>, (Option<Vec<Value>>, Failure)> {
        if self.holds(part, &resources) {
            return Ok(None);
        }
        let rejections = self.rejections(part).await.map_err(|failure| (None, failure))?;
        let before = self.write(part, resources).map_err(|failure| (None, failure))?;
        match self.taken_part(part, rejections).await {
            Ok(()) => Ok(Some(before)),
            Err(refusal) => Err((Some(before), refusal)),
        }
    }

    /// Replaces a file that differs, by nothing that Envoy has not had. It is written also where Envoy does not answer,
    /// which is starting then, and will read it; whether a refusal is of this file, nobody can tell then.
    async fn settle_part(&mut self, part: Part, resources: Vec<Value>) -> Result<(), Failure> {
        if self.holds(part, &resources) {
            return Ok(());
        }
        let verdict = verdict::ask(self.admin, part).await;
        self.write(part, resources)?;
        self.taken_part(part, verdict.map_or(u64::MAX, |verdict| verdict.rejections)).await
    }

    fn holds(&self, part: Part, resources: &[Value]) -> bool {
        self.written.get(&part).is_some_and(|written| written.resources == resources)
    }

    /// How many files Envoy has refused so far. Until that is known, no new one is written: an earlier refusal would be
    /// taken for one of it, and a refusal is not tried again.
    async fn rejections(&self, part: Part) -> Result<u64, Failure> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(verdict) = verdict::ask(self.admin, part).await {
                return Ok(verdict.rejections);
            }
            sleep(INTERVAL).await;
        }
        let (admin, seconds) = (self.admin, PATIENCE.as_secs());
        Err(Failure::new(format!("Envoy has not answered at {admin} for {seconds} s")).passing())
    }

    /// Writes a file; what it held before.
    fn write(&mut self, part: Part, resources: Vec<Value>) -> Result<Vec<Value>, Failure> {
        self.version += 1;
        let version = self.version.to_string();
        let path = self.folder.join(part.file());
        let text = part.document(&resources, &version);
        replace::private_file(&path, &text)
            .doing(|| format!("writing {}", path.display()))
            .map_err(Failure::passing)?;
        let before = self.written.insert(part, Written { version, resources });
        Ok(before.map(|written| written.resources).unwrap_or_default())
    }

    /// Waits until Envoy has taken a file as it is now. `rejections`: how many files it had refused before.
    async fn taken_part(&self, part: Part, rejections: u64) -> Result<(), Failure> {
        let Some(Written { version, .. }) = self.written.get(&part) else { return Ok(()) };
        let deadline = Instant::now() + PATIENCE;
        let mut last = Verdict::default();
        while Instant::now() < deadline {
            // An Envoy that does not answer is just starting, and reads the file as it is.
            last = verdict::ask(self.admin, part).await.unwrap_or_default();
            if last.rejections > rejections {
                return Err(Failure::new(format!("Envoy refuses its new {}", part.file())));
            }
            if last.version == *version && last.warming == 0 {
                return Ok(());
            }
            sleep(INTERVAL).await;
        }
        Err(Failure::new(format!(
            "Envoy has not taken {} after {} s (version {version}, it has `{}`, {} of it not ready); see its log",
            part.file(),
            PATIENCE.as_secs(),
            last.version,
            last.warming,
        ))
        .passing())
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::path::{Path, PathBuf};

    use serde_json::{Value, json};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::{Generation, Handover, Part};
    use crate::render::Live;

    fn generation(admission: &str) -> Generation {
        Generation::first(Live {
            bootstrap: json!({}),
            listeners: Vec::new(),
            clusters: Vec::new(),
            routes: json!({ "virtual_hosts": [] }),
            admission: json!({ "name": admission }),
        })
    }

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("spillway-handover-{name}-{}", std::process::id()))
    }

    /// An Envoy that refused a file once, and takes every one from now on. It leaves its first askers without an answer.
    async fn envoy(folder: PathBuf, mut unanswered: usize) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut asker, _)) = listener.accept().await {
                if unanswered > 0 {
                    unanswered -= 1;
                    continue;
                }
                let _ = asker.read(&mut [0; 4096]).await.unwrap();
                let answer = format!("HTTP/1.1 200 OK\r\n\r\n{}", statistics(&folder));
                asker.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        address
    }

    /// What it says of the files in a folder.
    fn statistics(folder: &Path) -> String {
        let told = |part: Part| {
            let text = std::fs::read_to_string(folder.join(part.file())).unwrap();
            let file: Value = serde_json::from_str(&text).unwrap();
            let (name, version) = (part.statistics(), &file["version_info"]);
            format!("{name}.version_text: {version}\n{name}.update_rejected: 1\n")
        };
        Part::ALL.map(told).concat()
    }

    #[tokio::test]
    async fn what_was_refused_before_is_not_this_change() {
        let folder = folder("refused");
        let nobody = ([127, 0, 0, 1], 9).into();
        let mut handover = Handover::begin(&folder, nobody, &generation("old")).unwrap();
        for (unanswered, admission) in [(0, "new"), (1, "newer"), (3, "newest")] {
            handover.admin = envoy(folder.clone(), unanswered).await;
            let changed = handover.change(&generation(admission)).await;
            assert_eq!(changed, Ok(true), "{unanswered} without an answer");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn what_cannot_be_written_now_may_be_written_later() {
        let folder = folder("unwritten");
        let nobody = ([127, 0, 0, 1], 9).into();
        let mut handover = Handover::begin(&folder, nobody, &generation("old")).unwrap();
        handover.admin = envoy(folder.clone(), 0).await;
        // There is a folder where the draft is to be.
        let draft = folder.join(format!("{}.new", Part::Admission.file()));
        std::fs::create_dir(&draft).unwrap();
        let failure = handover.change(&generation("new")).await.unwrap_err();
        assert!(failure.passes() && failure.to_string().starts_with("writing "), "{failure}");
        // It still knows what Envoy has, and would write the file if asked again.
        let held = handover.written.get(&Part::Admission).unwrap();
        assert_eq!(held.resources, generation("old").resources(Part::Admission));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
