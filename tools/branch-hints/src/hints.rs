//! What was counted, as hints.

use super::Failure;
use super::code::{CODE, Code};
use super::leb::{prefixed, unsigned};

/// The name of the section, which stands before the code.
const SECTION: &str = "metadata.code.branch_hint";
/// A branch that came less often says nothing.
const LEAST: u64 = 16;
/// Of so many times at most one must be otherwise.
const ONE_IN: u64 = 50;

/// How often a branch came, and how often its condition was true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub times: u64,
    pub true_times: u64,
}

impl Counted {
    /// Whether its condition is likely or unlikely to be true; `None` where either may well be.
    pub fn is_likely(self) -> Option<bool> {
        let Self { times, true_times } = self;
        let seldom = |times_otherwise: u64| times_otherwise * ONE_IN <= times;
        match times {
            ..LEAST => None,
            _ if seldom(times.saturating_sub(true_times)) => Some(true),
            _ => seldom(true_times).then_some(false),
        }
    }
}

/// Reads what `play.mjs` wrote: a line for each branch, `TIMES TRUE`.
pub fn read(text: &str) -> Result<Vec<Counted>, Failure> {
    let line = |line: &str| {
        let (times, true_times) = line.split_once(' ')?;
        Some(Counted { times: times.parse().ok()?, true_times: true_times.parse().ok()? })
    };
    text.lines().map(|text| line(text).ok_or_else(|| format!("no counts: {text}"))).collect()
}

/// The module with hints, and how many there are.
pub fn module(module: &[u8], code: &Code, counts: &[Counted]) -> Result<(Vec<u8>, String), Failure> {
    let branches = code.branches();
    if counts.len() != branches {
        return Err(format!("{} branches were counted, and the module has {branches}", counts.len()));
    }
    let bytes = |range: &std::ops::Range<usize>| module.get(range.clone()).unwrap_or_default();
    let (hints, number) = section(code, counts);
    let mut out = bytes(&(0..8)).to_vec();
    for (id, range) in &code.sections {
        if *id == CODE {
            out.push(0);
            prefixed(&mut out, &hints);
        }
        out.push(*id);
        prefixed(&mut out, bytes(range));
    }
    let ran = counts.iter().filter(|counted| counted.times > 0).count();
    Ok((out, format!("{number} hints; of {branches} branches {ran} ran")))
}

/// The section, and how many hints are in it: for each function that has any its index, and of each branch where it is in the
/// function's body, the hint's size, and the hint.
fn section(code: &Code, counts: &[Counted]) -> (Vec<u8>, usize) {
    let mut counts = counts.iter();
    let (mut functions, mut hints) = (Vec::new(), 0);
    for function in &code.functions {
        let counted = function.branches.iter().zip(counts.by_ref());
        let likely =
            |(at, counted): (&usize, &Counted)| Some((*at - function.body.start, counted.is_likely()?));
        let likely: Vec<(usize, bool)> = counted.filter_map(likely).collect();
        if likely.is_empty() {
            continue;
        }
        hints += likely.len();
        let mut told = Vec::new();
        unsigned(&mut told, u64::from(function.index));
        unsigned(&mut told, likely.len() as u64);
        for (at, is_likely) in likely {
            unsigned(&mut told, at as u64);
            told.extend_from_slice(&[1, u8::from(is_likely)]);
        }
        functions.push(told);
    }
    let mut out = Vec::new();
    prefixed(&mut out, SECTION.as_bytes());
    unsigned(&mut out, functions.len() as u64);
    out.extend(functions.concat());
    (out, hints)
}
