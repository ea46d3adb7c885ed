//! `model_list`: model groups and their deployments.

use super::candidate::{self, Wish};
use super::checked::Deployment;
use super::cooldowns;
use super::credentials::Secrets;
use super::cursor::Cursor;
use super::deployment::{self, Dropped, Parts, Served};
use super::format;
use super::price_map::PriceMap;
use super::section::Section;
use super::shared_credentials::SharedCredentials;
use super::timeouts::Written;
use crate::route::{Candidate, Group};

/// Longest deployment id, in bytes: it stands in headers, in cluster names and in statistics.
const LONGEST_ID: usize = 200;

/// What `model_list` says.
#[derive(Default)]
pub(super) struct Models {
    /// Groups that have a deployment, in the order of the file, then those that the file lets have none.
    pub groups: Vec<Group>,
    /// Every group that the file names, also those that lost their deployments to an error.
    pub names: Vec<String>,
    pub candidates: Vec<Candidate>,
    pub deployments: Vec<Deployment>,
    pub secrets: Secrets,
    /// What deployments say about timeouts.
    pub timeouts: Vec<Written>,
    /// What each deployment says about its cooldown.
    pub cooldowns: Vec<cooldowns::Written>,
}

/// What holds for entries that do not say otherwise.
#[derive(Clone, Copy)]
pub(super) struct Defaults {
    /// `drop_params`
    pub drop_params: bool,
    /// `route_all_chat_openai_to_responses`
    pub responses: bool,
    /// `ignore_invalid_deployments`: a group none of whose deployments is served does not keep the file from being used.
    pub ignore_unserved: bool,
}

/// Reads the whole list. `prices` are those of models where neither the entry nor its `model_info` has any.
pub(super) fn read<'a>(file: &Section<'a>, defaults: Defaults, prices: &PriceMap<'a>) -> Models {
    let mut reader = Reader {
        models: Models::default(),
        wishes: Vec::new(),
        counts: Vec::new(),
        dropped: Vec::new(),
        defaults,
        prices,
        credentials: SharedCredentials::read(file),
    };
    let Some(list) =
        file.need("model_list", "a list of deployments: `- model_name: …`, `litellm_params: {model: …}`")
    else {
        return reader.models;
    };
    let entries = list.list("a list of deployments");
    if entries.is_empty() && list.value().is_array() {
        list.error(
            "found an empty list, expected at least one deployment",
            format::notes::MODELS_OF_DATABASE.to_owned(),
        );
    }
    for entry in &entries {
        reader.entry(entry);
    }
    reader.finish()
}

struct Reader<'r, 'a> {
    models: Models,
    /// One for each candidate.
    wishes: Vec<Wish>,
    /// How many entries each `{group}/{provider}` has had.
    counts: Vec<(String, usize)>,
    /// Where the group of an entry that gave no deployment is named, and why it gave none.
    dropped: Vec<(Head<'a>, Dropped)>,
    defaults: Defaults,
    prices: &'r PriceMap<'a>,
    credentials: SharedCredentials<'a>,
}

/// Where a group is named.
struct Head<'a> {
    at: Cursor<'a>,
    group: String,
}

impl<'a> Reader<'_, 'a> {
    fn entry(&mut self, entry: &Cursor<'a>) {
        let Some(section) = entry.section() else { return };
        let head = section.need("model_name", "what clients call the model");
        let params = section.need("litellm_params", "a mapping with `model`").and_then(|at| at.section());
        let info = section.section("model_info");
        section.close(&format::MODEL);
        let params = params.map(|params| self.credentials.given_to(params));
        let head = head.and_then(|at| Some(Head { group: at.text()?, at }));
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
        let wish = Wish::read(parts);
        let cooldown = cooldowns::Written::of_deployment(parts);
        let timeouts = Written::read(&parts.params);
        let info_id = parts.info.as_ref().and_then(|info| info.get("id"));
        let name =
            deployment::name(parts, head.map(|head| head.group.as_str()), (self.defaults, self.prices))?;
        self.models.timeouts.push(timeouts);
        // An entry without a usable name is read on: its other problems are told, too.
        let group = head.map_or("", |head| &head.group);
        let id = match &info_id {
            Some(at) => explicit_id(at).map(|id| format!("{}/{id}", id_safe(group))),
            None => Some(self.numbered(group, name.provider.name())),
        };
        let id = id.filter(|id| self.is_usable(id, info_id.as_ref().unwrap_or(parts.params.at())));
        let any = id.as_deref().unwrap_or_default();
        let served =
            deployment::read(parts, name, any, (self.defaults, self.prices), &mut self.models.secrets);
        let (Some(_), Some(_), Some(served)) = (head, id, served) else {
            return Err(Dropped::Faulty);
        };
        self.add(group, wish, cooldown, served);
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

    fn add(&mut self, group: &str, wish: Wish, cooldown: cooldowns::Written, served: Served) {
        let index = self.models.deployments.len();
        self.models.candidates.push(wish.candidate(&served));
        self.models.deployments.push(served.deployment);
        self.models.cooldowns.push(cooldown);
        self.wishes.push(wish);
        match self.models.groups.iter_mut().find(|known| known.name == group) {
            Some(known) => known.deployments.push(index),
            None => self.models.groups.push(Group { name: group.to_owned(), deployments: vec![index] }),
        }
    }

    /// Settles what only a whole group can tell.
    fn finish(mut self) -> Models {
        let is_faulty = |group: &str| {
            self.dropped.iter().any(|(head, dropped)| head.group == group && *dropped == Dropped::Faulty)
        };
        self.credentials.close();
        let mut unserved = Vec::new();
        for name in &self.models.names {
            let is_empty = self.models.groups.iter().all(|group| group.name != *name);
            let first = self.dropped.iter().find(|(head, _)| head.group == *name);
            if let (true, false, Some((head, _))) = (is_empty, is_faulty(name), first) {
                unserved.push((head, Group { name: name.clone(), deployments: Vec::new() }));
            }
        }
        // A file of which nothing is left is of no use to anybody.
        let ignored = self.defaults.ignore_unserved && !self.models.groups.is_empty();
        for (head, group) in unserved {
            report_unserved(head, ignored);
            if ignored {
                self.models.groups.push(group);
            }
        }
        for group in &self.models.groups {
            candidate::settle(group, &self.wishes, &mut self.models.candidates);
        }
        self.models
    }
}

/// Tells of a group that no served deployment is left of.
fn report_unserved(head: &Head<'_>, ignored: bool) {
    let message = format!("model group `{}` has no deployment left", head.group);
    match ignored {
        true => head.at.warning(
            message,
            "requests for it go to its fallbacks; without one they get 404, and `/v1/models` leaves it out".to_owned(),
        ),
        false => head.at.error(
            message,
            "give it a deployment that is served, take the group out, or set `router_settings.ignore_invalid_deployments`: \
             its requests go to its fallbacks then, or get 404"
                .to_owned(),
        ),
    }
}

/// `model_info.id`, which must be usable as it stands.
fn explicit_id(at: &Cursor<'_>) -> Option<String> {
    // As LiteLLM takes it.
    let number = at.value().as_u64().map(|id| id.to_string());
    let id = number.or_else(|| at.text())?;
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if !id.chars().all(is_safe) {
        at.error(format!("found `{id}`, expected letters, digits, `.`, `_` and `-`"), None);
        return None;
    }
    Some(id)
}

/// A group's name as part of ids: a `*` becomes `any`, and what else headers and cluster names do not carry `-`.
fn id_safe(group: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "._-/".contains(c) { c } else { '-' };
    group.replace('*', "any").chars().map(safe).collect()
}
