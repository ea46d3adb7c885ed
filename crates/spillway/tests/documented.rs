//! Every key: of LiteLLM's, that it is taken without a word, warned of by name, or refused; of the format's tables, that
//! somebody reads it; of both, that the schema says the same. The keys are data: `tests/documented/keys.yaml`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect must fail"
)]

mod cases;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};
use spillway::named_files::NamedFiles;
use spillway::{schema, yaml};
use spillway_filter::config::format::ROOT;
use spillway_filter::config::{self, Report};

/// What becomes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Honoured,
    Warned,
    Refused,
}

/// One key of one mapping.
#[derive(Debug)]
struct Case {
    mapping: String,
    at: Vec<Value>,
    with: Map<String, Value>,
    file: Map<String, Value>,
    key: String,
    value: Value,
    outcome: Outcome,
}

fn documented() -> Vec<Case> {
    let text = std::fs::read_to_string(cases::tests().join("documented/keys.yaml")).unwrap();
    let (sections, problems) = yaml::parse(&text).unwrap();
    assert_eq!(problems, [], "the list itself");
    sections.as_array().unwrap().iter().flat_map(of_section).collect()
}

fn of_section(section: &Value) -> Vec<Case> {
    let case = |key: &str, value: Value, outcome| Case {
        mapping: section["mapping"].as_str().unwrap().to_owned(),
        at: section["at"].as_array().unwrap().clone(),
        with: section["with"].as_object().cloned().unwrap_or_default(),
        file: section["file"].as_object().cloned().unwrap_or_default(),
        key: key.to_owned(),
        value,
        outcome,
    };
    let honoured = section["honoured"].as_object().into_iter().flatten();
    let honoured = honoured.map(|(key, value)| case(key, value.clone(), Outcome::Honoured));
    let others = [("warned", Outcome::Warned), ("refused", Outcome::Refused)].into_iter().flat_map(
        |(list, outcome)| {
            let names = section[list].as_str().unwrap_or_default().split_whitespace();
            names.map(move |key| case(key, json!(true), outcome))
        },
    );
    honoured.chain(others).collect()
}

impl Case {
    /// A file that is right but for this key.
    fn file(&self) -> Value {
        let mut file = json!({
            "model_list": [
                {"model_name": "gpt-4.1", "litellm_params": {"model": "openai/gpt-4.1", "api_key": "os.environ/KEY"}},
                {"model_name": "other", "litellm_params": {"model": "openai/gpt-4o", "api_key": "os.environ/KEY"}},
            ],
            "credential_list": [{"credential_name": "shared", "credential_values": {"api_key": "os.environ/KEY"}}],
            "general_settings": {"master_key": "os.environ/MASTER"},
            "guardrails": [{"guardrail_name": "words", "litellm_params": {
                "guardrail": "litellm_content_filter", "mode": "pre_call",
                "blocked_words": [{"keyword": "w", "action": "BLOCK"}],
            }}],
        });
        file.as_object_mut().unwrap().extend(self.file.clone());
        let mapping = mapping(&mut file, &self.at);
        if self.with.contains_key("model") || self.with.contains_key("guardrail") {
            mapping.clear();
        }
        mapping.extend(self.with.clone());
        mapping.insert(self.key.clone(), self.value.clone());
        file
    }

    fn path(&self) -> String {
        let at = self.at.iter().fold(config::Path::default(), |path, step| match step {
            Value::String(key) => path.key(key),
            step => path.index(usize::try_from(step.as_u64().unwrap()).unwrap()),
        });
        at.key(&self.key).to_string()
    }

    /// What is wrong with what the check says, if anything is.
    fn fault(&self) -> Option<String> {
        let report = checked(self.file());
        let path = self.path();
        let all: Vec<String> =
            report.errors.iter().chain(&report.warnings).map(ToString::to_string).collect();
        let told =
            |message: &str| Some(format!("{}.{}: {message}\n{}", self.mapping, self.key, all.join("\n")));
        let within = |at: &str| {
            at.strip_prefix(&path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let errors: Vec<_> = report.errors.iter().filter(|problem| within(&problem.path)).collect();
        let warnings: Vec<_> = report.warnings.iter().filter(|problem| within(&problem.path)).collect();
        let is_known = |problem: &&config::Problem| !problem.message.starts_with("unknown key");
        let explained =
            |problem: &&config::Problem| problem.path == path && problem.help.is_some() && is_known(problem);
        match self.outcome {
            Outcome::Honoured if errors.is_empty() && warnings.is_empty() => None,
            Outcome::Honoured => told("is not taken without a word"),
            Outcome::Warned if errors.is_empty() && warnings.iter().any(explained) => None,
            Outcome::Warned => told("is not warned of, with what happens instead"),
            Outcome::Refused if errors.iter().any(explained) => None,
            Outcome::Refused => told("is not refused, with what to do instead"),
        }
    }
}

/// The mapping at a place, made if it is not there.
fn mapping<'v>(file: &'v mut Value, at: &[Value]) -> &'v mut Map<String, Value> {
    let place = at.iter().fold(file, |value, step| match step {
        Value::String(key) => {
            if !value.is_object() {
                *value = json!({});
            }
            value.as_object_mut().unwrap().entry(key.as_str()).or_insert(Value::Null)
        }
        step => {
            if !value.is_array() {
                *value = json!([]);
            }
            let (items, index) =
                (value.as_array_mut().unwrap(), usize::try_from(step.as_u64().unwrap()).unwrap());
            items.resize(items.len().max(index + 1), Value::Null);
            &mut items[index]
        }
    });
    if !place.is_object() {
        *place = json!({});
    }
    place.as_object_mut().unwrap()
}

fn checked(mut file: Value) -> Report {
    let named = NamedFiles::read_into(&mut file, &cases::tests().join("config"));
    assert_eq!(named.problems, [], "a file that is named");
    let env = |name: &str| {
        let is_set = ["KEY", "MASTER", "OTHER", "OPENAI_API_KEY", "LITELLM_MASTER_KEY"].contains(&name);
        is_set.then(|| format!("sk-{name}"))
    };
    config::check(&file, &env)
}

#[test]
fn every_key_has_the_outcome_that_is_listed() {
    let cases = documented();
    assert!(cases.len() > 1000, "the list is missing: {}", cases.len());
    let faults: Vec<String> = cases.iter().filter_map(Case::fault).collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

#[test]
fn every_row_of_the_format_is_listed_as_honoured() {
    let cases = documented();
    let listed: BTreeSet<(&str, &str)> = cases
        .iter()
        .filter(|case| case.outcome == Outcome::Honoured)
        .map(|case| (case.mapping.as_str(), case.key.as_str()))
        .collect();
    let rows =
        schema::all(&ROOT).into_iter().flat_map(|format| format.keys().map(|key| (format.name, key.name)));
    let missing: Vec<_> = rows.filter(|row| !listed.contains(row)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_schema_takes_what_is_honoured_and_marks_what_is_refused() {
    let validator = jsonschema::validator_for(&schema::json()).unwrap();
    let is_wrong = |case: &&Case| {
        let is_valid = validator.is_valid(&case.file());
        // Of what has no effect, the value may be anything.
        is_valid == (case.outcome == Outcome::Refused)
    };
    let wrong: Vec<String> = documented()
        .iter()
        .filter(is_wrong)
        .map(|case| {
            let file = case.file();
            let errors: Vec<String> = validator.iter_errors(&file).map(|error| format!("{error}")).collect();
            format!("{:?} {}.{}: {}", case.outcome, case.mapping, case.key, errors.join("; "))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_key_that_nobody_knows_is_told_with_what_it_may_mean() {
    for (section, key, meant) in [
        ("", "guardrials", "guardrails"),
        ("router_settings", "num_retires", "num_retries"),
        ("litellm_settings", "sucess_callback", "success_callback"),
        ("general_settings", "enforce_user_parm", "enforce_user_param"),
        ("spillway_settings", "alow_anonymous", "allow_anonymous"),
    ] {
        let at = if section.is_empty() { Vec::new() } else { vec![json!(section)] };
        let case = Case {
            mapping: section.to_owned(),
            at,
            with: Map::new(),
            file: Map::new(),
            key: key.to_owned(),
            value: json!([]),
            outcome: Outcome::Warned,
        };
        let report = checked(case.file());
        let told: Vec<_> =
            report.errors.iter().chain(&report.warnings).filter(|it| it.path == case.path()).collect();
        let [problem] = told.as_slice() else { panic!("{key}: {told:?}") };
        assert!(problem.message.starts_with("unknown key"), "{problem}");
        assert_eq!(problem.help, Some(format!("did you mean `{meant}`?")), "{problem}");
    }
}

#[test]
fn the_corpus_has_every_documented_key() {
    let mut found = BTreeSet::new();
    for file in cases::yaml_files(&cases::tests().join("corpus")) {
        let text = std::fs::read_to_string(Path::new(&file)).unwrap();
        let (value, _) = yaml::parse(&text).unwrap();
        cases::keys_of(&ROOT, &value, &mut found);
    }
    let missing: BTreeSet<(String, String)> = documented()
        .into_iter()
        .map(|case| (case.mapping, case.key))
        .filter(|row| !found.contains(row))
        .collect();
    assert!(missing.is_empty(), "{} are missing: {missing:?}", missing.len());
}
