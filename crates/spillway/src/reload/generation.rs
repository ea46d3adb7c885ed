//! What Envoy's files hold: what the gateway's file says now, and for a while what it said before.
//!
//! A request keeps the plan that it was given. So the deployments that a change takes away stay where Envoy finds them
//! until the last request that may want them is over: their clusters, the listeners of their second hops, and their
//! groups in the routes, which the plan names. No new request is led there, for the new plans do not name them.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::Value;

use crate::render::{Live, Part};

/// Deployments come and go by hand. Past so many that wait for their end, the oldest ends at once.
const MOST_RETIRED: usize = 2_000;
/// Where a route names groups of deployments.
const GROUPS: &str = "priority_groups";

/// One state of Envoy's files.
#[derive(Clone, Debug)]
pub struct Generation {
    live: Live,
    retired: Vec<Retired>,
}

/// What the gateway's file has no longer.
#[derive(Clone, Debug)]
struct Retired {
    part: Part,
    resource: Value,
    /// Whether the routes have a group of its name.
    is_group: bool,
    until: Instant,
}

impl Generation {
    /// Nothing came before.
    pub fn first(live: Live) -> Self {
        Self { live, retired: Vec::new() }
    }

    /// What follows when the gateway's file changes. What it has no longer is kept until `until`.
    pub fn next(&self, live: Live, until: Instant) -> Self {
        let mut retired = self.retired.clone();
        let mut groups = BTreeSet::new();
        find_groups(&self.live.routes, &mut groups);
        for part in [Part::Listeners, Part::Clusters] {
            retired.extend(parts(&self.live, part).iter().map(|resource| {
                let is_group =
                    part == Part::Clusters && name(resource).is_some_and(|name| groups.contains(name));
                Retired { part, resource: resource.clone(), is_group, until }
            }));
        }
        retired.retain(|one| parts(&live, one.part).iter().all(|kept| name(kept) != name(&one.resource)));
        let excess = retired.len().saturating_sub(MOST_RETIRED);
        retired.drain(..excess);
        Self { live, retired }
    }

    /// Without what has been kept long enough; none where nothing has.
    pub fn trimmed(&self, now: Instant) -> Option<Self> {
        let retired: Vec<Retired> = self.retired.iter().filter(|one| one.until > now).cloned().collect();
        (retired.len() < self.retired.len()).then(|| Self { live: self.live.clone(), retired })
    }

    /// When something will have been kept long enough.
    pub fn due(&self) -> Option<Instant> {
        self.retired.iter().map(|one| one.until).min()
    }

    /// The resources of a file.
    pub fn resources(&self, part: Part) -> Vec<Value> {
        match part {
            Part::Listeners | Part::Clusters => {
                let retired = self.retired.iter().filter(|one| one.part == part).map(|one| &one.resource);
                parts(&self.live, part).iter().chain(retired).cloned().collect()
            }
            Part::Routes => vec![self.routes()],
            Part::Admission => vec![self.live.admission.clone()],
        }
    }

    /// The routes, with groups for the clusters that are kept.
    fn routes(&self) -> Value {
        let groups = self.retired.iter().filter(|one| one.is_group);
        let names: BTreeSet<&str> = groups.filter_map(|one| name(&one.resource)).collect();
        let mut routes = self.live.routes.clone();
        add_groups(&mut routes, &names);
        routes
    }
}

fn parts(live: &Live, part: Part) -> &[Value] {
    match part {
        Part::Listeners => &live.listeners,
        Part::Clusters => &live.clusters,
        Part::Routes | Part::Admission => &[],
    }
}

fn name(resource: &Value) -> Option<&str> {
    resource.get("name")?.as_str()
}

/// The names of all groups.
fn find_groups<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(fields) => {
            let groups = fields.get(GROUPS).and_then(Value::as_array);
            found.extend(groups.into_iter().flatten().filter_map(name));
            fields.values().for_each(|field| find_groups(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| find_groups(item, found)),
        _ => {}
    }
}

/// A group stands for the cluster of its name.
fn add_groups(value: &mut Value, names: &BTreeSet<&str>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::Array(groups)) = fields.get_mut(GROUPS) {
                groups.extend(names.iter().map(|name| {
                    serde_json::json!({ "name": name, "clusters": [{ "cluster_name": name, "weight": 1 }] })
                }));
            }
            fields.values_mut().for_each(|field| add_groups(field, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| add_groups(item, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use serde_json::{Value, json};

    use super::{Generation, Live, Part};

    /// A gateway with these clusters, each the deployment of a group but for a service, and these hops.
    fn live(clusters: &[&str], hops: &[&str]) -> Live {
        let named = |names: &[&str]| names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>();
        let groups: Vec<Value> = clusters
            .iter()
            .filter(|name| !name.starts_with("service"))
            .map(|name| json!({ "name": name, "clusters": [{ "cluster_name": name, "weight": 1 }] }))
            .collect();
        Live {
            bootstrap: json!({}),
            listeners: named(hops),
            clusters: named(clusters),
            routes: json!({ "virtual_hosts": [{ "routes": [{ "plugin": { "priority_groups": groups } }] }] }),
            admission: json!({ "plans": clusters }),
        }
    }

    fn names(generation: &Generation, part: Part) -> Vec<String> {
        let resources = generation.resources(part);
        resources.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    }

    fn groups(generation: &Generation) -> Vec<String> {
        let routes = &generation.resources(Part::Routes)[0];
        let groups = routes["virtual_hosts"][0]["routes"][0]["plugin"]["priority_groups"].as_array().unwrap();
        groups.iter().map(|group| group["name"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn what_a_plan_may_still_name_is_there_until_nobody_can_want_it() {
        let now = Instant::now();
        let later = now + Duration::from_secs(600);
        let first = Generation::first(live(&["a", "b", "service"], &["b"]));
        let next = first.next(live(&["a", "c"], &[]), later);
        assert_eq!(names(&next, Part::Clusters), ["a", "c", "b", "service"]);
        assert_eq!(names(&next, Part::Listeners), ["b"]);
        assert_eq!(groups(&next), ["a", "c", "b"]);
        assert_eq!(next.resources(Part::Admission), [json!({ "plans": ["a", "c"] })], "no new plan names it");
        assert_eq!(next.due(), Some(later));
        assert!(next.trimmed(now).is_none());
        let trimmed = next.trimmed(later).unwrap();
        assert_eq!(names(&trimmed, Part::Clusters), ["a", "c"]);
        assert_eq!(names(&trimmed, Part::Listeners), [""; 0]);
        assert_eq!(groups(&trimmed), ["a", "c"]);
        assert_eq!(trimmed.due(), None);
    }

    #[test]
    fn what_comes_back_is_not_kept_beside_itself() {
        let until = Instant::now() + Duration::from_secs(1);
        let mut generation = Generation::first(live(&["a", "b"], &[]));
        for clusters in [&["a"][..], &["a", "b"], &["a"], &["a"], &["b"]] {
            generation = generation.next(live(clusters, &[]), until);
            let mut all = names(&generation, Part::Clusters);
            all.sort_unstable();
            assert_eq!(all, ["a", "b"]);
        }
    }
}
