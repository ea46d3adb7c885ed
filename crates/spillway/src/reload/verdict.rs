//! What Envoy says of a file that it has read, by its admin interface.

use std::net::SocketAddr;

use crate::local_http::ask as ask_http;
use crate::render::Part;

/// What the statistics say of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// `version_info` of the last file that was taken; empty where none was.
    pub version: String,
    /// Files that were refused.
    pub rejections: u64,
    /// Listeners or clusters that are taken and not ready.
    pub warming: u64,
}

/// Asks; none where Envoy does not answer.
pub async fn ask(admin: SocketAddr, part: Part) -> Option<Verdict> {
    let prefix = part.statistics().replace('.', "\\.");
    let warming = warming(part).unwrap_or("-").replace('.', "\\.");
    let filter = format!("^({prefix}\\.(version_text|update_rejected|update_failure)|{warming})$");
    let answer = ask_http("GET", admin, &format!("/stats?filter={filter}")).await.ok()?;
    Some(read(part, &answer.body))
}

/// The gauge of what a file holds that is not ready yet.
fn warming(part: Part) -> Option<&'static str> {
    match part {
        Part::Listeners => Some("listener_manager.total_listeners_warming"),
        Part::Clusters => Some("cluster_manager.warming_clusters"),
        Part::Routes | Part::Admission => None,
    }
}

/// Reads lines of `name: value`; others are those of a chunked body.
fn read(part: Part, stats: &str) -> Verdict {
    let mut verdict = Verdict::default();
    for (name, value) in stats.lines().filter_map(|line| line.split_once(": ")) {
        let (value, number) = (value.trim(), value.trim().parse().unwrap_or(0));
        match name.strip_prefix(part.statistics()) {
            Some(".version_text") => value.trim_matches('"').clone_into(&mut verdict.version),
            Some(".update_rejected" | ".update_failure") => verdict.rejections += number,
            _ if Some(name) == warming(part) => verdict.warming = number,
            _ => {}
        }
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::{Part, Verdict, read};

    #[test]
    fn verdicts_are_read_from_statistics() {
        let stats = "1f\r\ncluster_manager.cds.update_failure: 0\ncluster_manager.cds.update_rejected: 2\n\
                     cluster_manager.cds.version_text: \"17\"\ncluster_manager.warming_clusters: 3\n\r\n0\r\n";
        let verdict = Verdict { version: "17".to_owned(), rejections: 2, warming: 3 };
        assert_eq!(read(Part::Clusters, stats), verdict);
        assert_eq!(read(Part::Clusters, ""), Verdict::default());
    }
}
