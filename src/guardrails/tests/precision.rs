//! How many of the texts in `tests/patterns` each prebuilt pattern gets right. `tests/patterns/README.md` says what
//! the files look like.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::*;
use crate::guardrails::prebuilt;

/// Fewest positives, and fewest near-misses, of each pattern.
const FEWEST: usize = 40;
/// Stands for a match in the texts compared.
const TOKEN: &str = "⟦⟧";

/// The labelled texts of one pattern.
#[derive(Debug, Default)]
struct Corpus {
    /// With what must be matched between `⟦` and `⟧`.
    positives: Vec<String>,
    near_misses: Vec<String>,
}

/// What a pattern made of its corpus.
#[derive(Debug, Default)]
struct Figures {
    positives: usize,
    near_misses: usize,
    /// Positives in which all that is marked was matched, and nothing else.
    found: usize,
    /// Texts in which something else was matched.
    false_alarms: usize,
}

impl Figures {
    /// Found among the positives, in per mille, rounded down.
    fn recall(&self) -> usize {
        self.found * 1000 / self.positives.max(1)
    }

    /// Found among the texts with a match, in per mille, rounded down.
    fn precision(&self) -> usize {
        self.found * 1000 / (self.found + self.false_alarms).max(1)
    }
}

/// One pattern, compiled, and a scan with it.
struct Trial {
    compiled: Compiled,
    selection: Selection,
}

impl Trial {
    fn new(name: &str) -> Self {
        let pattern = Pattern { name: name.to_owned(), regex: None, action: Action::Mask };
        let filter = ContentFilter {
            patterns: vec![pattern],
            pattern_redaction_format: TOKEN.to_owned(),
            ..ContentFilter::default()
        };
        let guardrail = Guardrail {
            default_on: true,
            kind: Kind::ContentFilter(filter),
            ..guardrail(name, vec![], vec![])
        };
        let compiled = Compiled::new(&[guardrail]).unwrap();
        let selection = compiled.select(&[], &[], &[]).unwrap();
        Self { compiled, selection }
    }

    /// The text of a message with every match replaced.
    fn masked(&self, text: &str) -> String {
        let body = serde_json::json!({"messages": [{"role": "user", "content": text}]}).to_string();
        let verdict =
            self.compiled.scan(&self.selection, Stage::Request, Dialect::Chat, body.as_bytes(), &|| 0);
        let body = match verdict.outcome {
            Outcome::Pass => return text.to_owned(),
            Outcome::Masked(body) => body,
            Outcome::Blocked(reject) => panic!("{}", reject.message),
        };
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        body["messages"][0]["content"].as_str().unwrap().to_owned()
    }

    fn of(&self, corpus: &Corpus, wrong: &mut Vec<String>) -> Figures {
        let (positives, near_misses) = (corpus.positives.len(), corpus.near_misses.len());
        let mut figures = Figures { positives, near_misses, ..Figures::default() };
        for marked in &corpus.positives {
            let text: String = marked.chars().filter(|char| !matches!(char, '⟦' | '⟧')).collect();
            let (masked, wanted) = (bare(&self.masked(&text)), bare(&with_tokens(marked)));
            if masked == wanted {
                figures.found += 1;
            } else {
                figures.false_alarms += usize::from(masked != text);
                wrong.push(format!("+ {marked}\n  {masked}"));
            }
        }
        for text in &corpus.near_misses {
            let masked = self.masked(text);
            if masked != *text {
                figures.false_alarms += 1;
                wrong.push(format!("- {text}\n  {masked}"));
            }
        }
        figures
    }
}

/// The text with a token in place of each marked part.
fn with_tokens(marked: &str) -> String {
    let mut parts = marked.split(['⟦', '⟧']);
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let (Some(_), Some(behind)) = (parts.next(), parts.next()) {
        text.push_str(TOKEN);
        text.push_str(behind);
    }
    text
}

/// Without the quotes that a number of a JSON document gets when it is masked.
fn bare(masked: &str) -> String {
    masked.replace(&format!("\"{TOKEN}\""), TOKEN)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/patterns")
}

/// The corpora, by the names of their files.
fn corpora() -> BTreeMap<String, Corpus> {
    let mut corpora = BTreeMap::new();
    let groups = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    for group in groups.filter(|path| path.is_dir()) {
        for file in std::fs::read_dir(group).unwrap().map(|entry| entry.unwrap().path()) {
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let corpus = parsed(&name, &std::fs::read_to_string(&file).unwrap());
            assert!(corpora.insert(name, corpus).is_none(), "{}: a second file of this name", file.display());
        }
    }
    corpora
}

fn parsed(name: &str, file: &str) -> Corpus {
    let mut corpus = Corpus::default();
    for (number, line) in file.lines().enumerate() {
        let at = format!("{name}.txt, line {}", number + 1);
        let (texts, text) = match line.split_at_checked(2) {
            Some(("+ ", text)) => (&mut corpus.positives, text),
            Some(("- ", text)) => (&mut corpus.near_misses, text),
            _ if line.is_empty() || line.starts_with('#') => continue,
            _ => panic!("{at}: begins with none of '+ ', '- ' and '#'"),
        };
        let text = text.replace('⏎', "\n").replace('¦', "");
        let marks: Vec<char> = text.chars().filter(|char| matches!(char, '⟦' | '⟧')).collect();
        let paired = marks.chunks(2).all(|pair| pair == ['⟦', '⟧']);
        assert!(
            paired && marks.is_empty() == line.starts_with('-'),
            "{at}: ⟦ and ⟧ mark what is to be matched"
        );
        assert!(!texts.contains(&text), "{at}: a text that is there already");
        texts.push(text);
    }
    corpus
}

/// The figures of every pattern, and the texts that it gets wrong.
fn results() -> BTreeMap<String, (Figures, Vec<String>)> {
    let known = |name: &String| prebuilt::named(name).is_some();
    let of = |(name, corpus): (String, Corpus)| {
        let mut wrong = Vec::new();
        let figures = Trial::new(&name).of(&corpus, &mut wrong);
        (name, (figures, wrong))
    };
    corpora().into_iter().filter(|(name, _)| known(name)).map(of).collect()
}

/// What is recorded: a line for each pattern, its name, recall and precision in percent.
fn recorded() -> BTreeMap<String, (usize, usize)> {
    let file = std::fs::read_to_string(folder().join("figures.txt")).unwrap_or_default();
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    let per_mille = |percent: &str| percent.replace('.', "").parse().unwrap();
    let figures = |line: &str| {
        let [name, recall, precision] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("figures.txt: '{line}' is not a name, a recall and a precision");
        };
        (name.to_owned(), (per_mille(recall), per_mille(precision)))
    };
    lines.map(figures).collect()
}

fn percent(per_mille: usize) -> String {
    format!("{}.{}", per_mille / 10, per_mille % 10)
}

#[test]
fn every_prebuilt_pattern_has_a_corpus_of_its_own() {
    let corpora = corpora();
    let patterns: Vec<&str> = prebuilt::all().map(|prebuilt| prebuilt.name).collect();
    let named = |name: &str| patterns.contains(&name);
    let mut wrong: Vec<String> = patterns
        .iter()
        .filter(|name| !corpora.contains_key(**name))
        .map(|name| format!("{name}: no file"))
        .collect();
    for (name, corpus) in &corpora {
        if !named(name) {
            wrong.push(format!("{name}: no pattern"));
        }
        let (positives, near_misses) = (corpus.positives.len(), corpus.near_misses.len());
        if positives.min(near_misses) < FEWEST {
            wrong.push(format!(
                "{name}: {positives} positives and {near_misses} near-misses, of {FEWEST} each"
            ));
        }
    }
    let twice = patterns.iter().enumerate().filter(|(at, name)| patterns[..*at].contains(name));
    wrong.extend(twice.map(|(_, name)| format!("{name}: two patterns")));
    assert!(wrong.is_empty(), "tests/patterns:\n{}", wrong.join("\n"));
}

/// Prints the table that `make test` shows; with `MISSES=1` also the texts that the patterns get wrong. With
/// `UPDATE_GOLDEN=1` the figures found are the recorded ones.
#[test]
fn precision_and_recall_do_not_fall() {
    let (results, recorded) = (results(), recorded());
    println!("{:<32}{:>10}{:>13}{:>9}{:>11}", "pattern", "positives", "near-misses", "recall", "precision");
    let mut fallen = Vec::new();
    for (name, (figures, wrong)) in &results {
        let Figures { positives, near_misses, .. } = figures;
        let (recall, precision) = (figures.recall(), figures.precision());
        let row = format!("{:>9}{:>11}", percent(recall), percent(precision));
        println!("{name:<32}{positives:>10}{near_misses:>13}{row}");
        if std::env::var_os("MISSES").is_some() {
            wrong.iter().for_each(|text| println!("{text}"));
        }
        let before = recorded.get(name).copied().unwrap_or((1000, 1000));
        if recall < before.0 || precision < before.1 {
            let row_before = format!("{} and {}", percent(before.0), percent(before.1));
            fallen.push(format!("{name}: below {row_before}\n{}", wrong.join("\n")));
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return std::fs::write(folder().join("figures.txt"), figures_file(&results)).unwrap();
    }
    let advice = "`UPDATE_GOLDEN=1 cargo test --lib precision` records what was found";
    assert!(fallen.is_empty(), "{}\n\n{advice}", fallen.join("\n"));
    let gone: Vec<&String> = recorded.keys().filter(|name| !results.contains_key(*name)).collect();
    assert!(gone.is_empty(), "recorded, but not there: {gone:?}; {advice}");
}

fn figures_file(results: &BTreeMap<String, (Figures, Vec<String>)>) -> String {
    let first =
        "# Each prebuilt pattern's recall and precision on its corpus, in percent. Neither may fall.\n";
    results.iter().fold(first.to_owned(), |file, (name, (figures, _))| {
        format!("{file}{name} {} {}\n", percent(figures.recall()), percent(figures.precision()))
    })
}
