//! `model_list`: model groups and their deployments.

use super::checked::Deployment;
use super::credentials::Secrets;
use super::cursor::Cursor;
use super::deployment::{self, Dropped, Parts};
use super::known;
use super::section::Section;
use super::timeouts::Written;
use crate::route::{Candidate, Group};

/// Longest deployment id, in bytes: it stands in headers, in cluster names and in statistics.
const LONGEST_ID: usize = 200;

/// What `model_list` says.
#[derive(Default)]
pub(super) struct Models<'a> {
    /// Groups that have a deployment, in the order of the file.
    pub groups: Vec<Group>,
    /// Every group that the file names, also those that lost their deployments to an error.
    pub names: Vec<String>,
    pub candidates: Vec<Candidate>,
    pub deployments: Vec<Deployment>,
    pub secrets: Secrets,
    /// What deployments say about timeouts.
    pub timeouts: Vec<Written<'a>>,
}

/// How an entry wants to be chosen, before its group is known as a whole.
#[derive(Clone, Copy)]
struct Wish {
    /// In thousandths: LiteLLM's weights may be fractions.
    weight: Option<u64>,
    order: Option<u32>,
}

/// Reads the whole list. `drop_params` is the default of its entries.
pub(super) fn read<'a>(file: &Section<'a>, drop_params: bool) -> Models<'a> {
    let mut reader = Reader {
        models: Models::default(),
        wishes: Vec::new(),
        counts: Vec::new(),
        dropped: Vec::new(),
        drop_params,
    };
    let Some(list) =
        file.need("model_list", "a list of deployments: `- model_name: …`, `litellm_params: {model: …}`")
    else {
        return reader.models;
    };
    let entries = list.list("a list of deployments");
    if entries.is_empty() && list.value().is_array() {
        list.error("found an empty list, expected at least one deployment", None);
    }
    for entry in &entries {
        reader.entry(entry);
    }
    reader.finish()
}

struct Reader<'a> {
    models: Models<'a>,
    /// One for each candidate.
    wishes: Vec<Wish>,
    /// How many entries each `{group}/{provider}` has had.
    counts: Vec<(String, usize)>,
    /// Where the group of an entry that gave no deployment is named, and why it gave none.
    dropped: Vec<(Head<'a>, Dropped)>,
    drop_params: bool,
}

/// Where a group is named.
struct Head<'a> {
    at: Cursor<'a>,
    group: String,
}

impl<'a> Reader<'a> {
    fn entry(&mut self, entry: &Cursor<'a>) {
        let Some(section) = entry.section() else { return };
        let head = section.need("model_name", "what clients call the model");
        let params = section.need("litellm_params", "a mapping with `model`").and_then(|at| at.section());
        let info = section.section("model_info");
        section.close(known::MODEL);
        let head = head.and_then(|at| Some(Head { group: group_name(&at)?, at }));
        if let Some(head) = &head {
            self.name(&head.group);
        }
        let outcome = match params {
            Some(params) => self.deployment(head.as_ref(), &Parts { params, info }),
            None => Err(Dropped::Faulty),
        };
        if let (Some(head), Err(dropped)) = (head, outcome) {
            self.dropped.push((head, dropped));
        }
    }

    fn deployment(&mut self, head: Option<&Head<'a>>, parts: &Parts<'a>) -> Result<(), Dropped> {
        let wish = wish(parts);
        let timeouts = Written::read(&parts.params);
        let info_id = parts.info.as_ref().and_then(|info| info.get("id"));
        let name = deployment::name(parts)?;
        self.models.timeouts.push(timeouts);
        // An entry without a usable name is read on: its other problems are told, too.
        let group = head.map_or("", |head| &head.group);
        let id = match &info_id {
            Some(at) => explicit_id(at).map(|id| format!("{}/{id}", id_safe(group))),
            None => Some(self.numbered(group, name.provider.name())),
        };
        let id = id.filter(|id| self.is_usable(id, info_id.as_ref().unwrap_or(parts.params.at())));
        let any = id.as_deref().unwrap_or_default();
        let deployment = deployment::read(parts, name, any, self.drop_params, &mut self.models.secrets);
        let (Some(_), Some(id), Some(deployment)) = (head, id, deployment) else {
            return Err(Dropped::Faulty);
        };
        self.add(group, &id, wish, deployment);
        Ok(())
    }

    fn name(&mut self, group: &str) {
        if !self.models.names.iter().any(|name| name == group) {
            self.models.names.push(group.to_owned());
        }
    }

    /// `{group}/{provider}-{number}`, counted in the order of the file.
    fn numbered(&mut self, group: &str, provider: &str) -> String {
        let stem = format!("{}/{provider}", id_safe(group));
        match self.counts.iter_mut().find(|(known, _)| *known == stem) {
            Some((_, count)) => {
                *count += 1;
                format!("{stem}-{count}")
            }
            None => {
                let id = format!("{stem}-1");
                self.counts.push((stem, 1));
                id
            }
        }
    }

    fn is_usable(&self, id: &str, at: &Cursor<'_>) -> bool {
        if id.len() > LONGEST_ID {
            at.error(
                format!("the deployment's id is longer than {LONGEST_ID} bytes"),
                "write a short `model_info.id`".to_owned(),
            );
            return false;
        }
        if self.models.candidates.iter().any(|candidate| candidate.id == id) {
            at.error(
                format!("the deployment's id `{id}` is taken by an earlier one"),
                "give it a `model_info.id` of its own".to_owned(),
            );
            return false;
        }
        true
    }

    fn add(&mut self, group: &str, id: &str, wish: Wish, deployment: Deployment) {
        let index = self.models.deployments.len();
        self.models.deployments.push(deployment);
        self.models.candidates.push(Candidate { id: id.to_owned(), weight: 1, order: 0 });
        self.wishes.push(wish);
        match self.models.groups.iter_mut().find(|known| known.name == group) {
            Some(known) => known.deployments.push(index),
            None => self.models.groups.push(Group { name: group.to_owned(), deployments: vec![index] }),
        }
    }

    /// Settles what only a whole group can tell.
    fn finish(mut self) -> Models<'a> {
        let is_faulty = |group: &str| {
            self.dropped.iter().any(|(head, dropped)| head.group == group && *dropped == Dropped::Faulty)
        };
        for name in &self.models.names {
            let is_empty = self.models.groups.iter().all(|group| group.name != *name);
            let first = self.dropped.iter().find(|(head, _)| head.group == *name);
            if let (true, false, Some((head, _))) = (is_empty, is_faulty(name), first) {
                head.at.error(
                    format!("model group `{name}` has no deployment left"),
                    "give it a deployment that is served, or take the group out".to_owned(),
                );
            }
        }
        for group in &self.models.groups {
            settle(group, &self.wishes, &mut self.models.candidates);
        }
        self.models
    }
}

fn group_name(at: &Cursor<'_>) -> Option<String> {
    let name = at.text()?;
    if name.contains('*') {
        at.error(
            format!("found the pattern `{name}`, expected one model's name"),
            "write an entry for each model: patterns are not served".to_owned(),
        );
        return None;
    }
    Some(name)
}

/// `model_info.id`, which must be usable as it stands.
fn explicit_id(at: &Cursor<'_>) -> Option<String> {
    let id = at.text()?;
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if !id.chars().all(is_safe) {
        at.error(format!("found `{id}`, expected letters, digits, `.`, `_` and `-`"), None);
        return None;
    }
    Some(id)
}

/// A group's name as part of ids: what headers and cluster names do not carry becomes `-`.
fn id_safe(group: &str) -> String {
    group.chars().map(|c| if c.is_ascii_alphanumeric() || "._-/".contains(c) { c } else { '-' }).collect()
}

fn wish(parts: &Parts<'_>) -> Wish {
    let number =
        |key: &'static str| parts.params.get(key)?.number("a number from 0", |decimal| decimal.rounded(3));
    // All three are read, so that each one's problems are told.
    let (weight, rpm, tpm) = (number("weight"), number("rpm"), number("tpm"));
    let in_params = parts.params.get("order");
    let order = in_params.or_else(|| parts.info.as_ref()?.get("order"));
    let order = order.and_then(|at| at.whole(0..=1_000_000)).and_then(|order| u32::try_from(order).ok());
    Wish { weight: weight.or(rpm).or(tpm), order }
}

/// Weights as small whole numbers, never all zero; deployments without an order after those with one.
fn settle(group: &Group, wishes: &[Wish], candidates: &mut [Candidate]) {
    let members: Vec<(usize, Wish)> =
        group.deployments.iter().filter_map(|index| Some((*index, *wishes.get(*index)?))).collect();
    let last = members.iter().filter_map(|(_, wish)| wish.order).max().map_or(0, |highest| highest + 1);
    let weights: Vec<u64> = members.iter().map(|(_, wish)| wish.weight.unwrap_or(1000)).collect();
    let unit = if weights.iter().all(|weight| weight % 1000 == 0) { 1000 } else { 1 };
    let all_zero = weights.iter().all(|weight| *weight == 0);
    for ((index, wish), weight) in members.into_iter().zip(weights) {
        if let Some(candidate) = candidates.get_mut(index) {
            candidate.weight = if all_zero { 1 } else { weight / unit };
            candidate.order = wish.order.unwrap_or(last);
        }
    }
}
