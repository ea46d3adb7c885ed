//! What a change amounts to, in a line.

use std::time::Duration;

use spillway_filter::config::Gateway;

/// Names that are told; the rest is a number.
const MOST_NAMES: usize = 5;

/// A change that was taken.
#[derive(Debug, Default)]
pub struct Summary {
    /// Whether Envoy was given anything.
    pub is_different: bool,
    /// Keys of settings that stay until a restart.
    pub needs_restart: Vec<&'static str>,
    added: Vec<String>,
    removed: Vec<String>,
}

impl Summary {
    /// The model groups that one gateway has and the other has not.
    pub fn between(old: &Gateway, new: &Gateway) -> Self {
        let groups = |gateway: &Gateway| -> Vec<String> {
            gateway.admission.router.groups.iter().map(|group| group.name.clone()).collect()
        };
        let (old, new) = (groups(old), groups(new));
        let lacking = |from: &[String], of: &[String]| -> Vec<String> {
            of.iter().filter(|name| !from.contains(name)).cloned().collect()
        };
        Self { added: lacking(&old, &new), removed: lacking(&new, &old), ..Self::default() }
    }

    /// `gateway.yaml changed: reloaded in 0.4 s, added model group fast`
    pub fn told(&self, files: &str, took: Duration) -> String {
        if !self.is_different {
            return format!("{files} changed: nothing for the gateway to do");
        }
        let added = groups("added", &self.added);
        let removed = groups("removed", &self.removed);
        format!("{files} changed: reloaded in {:.1} s{added}{removed}", took.as_secs_f64())
    }
}

fn groups(verb: &str, names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(MOST_NAMES).map(String::as_str).collect();
    let more = match names.len().saturating_sub(MOST_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match names.len() {
        0 => String::new(),
        1 => format!(", {verb} model group {}", shown.join(", ")),
        _ => format!(", {verb} model groups {}{more}", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Summary;

    #[test]
    fn a_change_is_told_in_a_line() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let took = Duration::from_millis(430);
        let mut summary = Summary { added: names(&["a"]), is_different: true, ..Summary::default() };
        assert_eq!(summary.told("g.yaml", took), "g.yaml changed: reloaded in 0.4 s, added model group a");
        summary.removed = names(&["1", "2", "3", "4", "5", "6", "7"]);
        summary.added.clear();
        assert_eq!(
            summary.told("g.yaml", took),
            "g.yaml changed: reloaded in 0.4 s, removed model groups 1, 2, 3, 4, 5 and 2 more"
        );
        assert_eq!(Summary::default().told("g.yaml", took), "g.yaml changed: nothing for the gateway to do");
    }
}
