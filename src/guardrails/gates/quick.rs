//! Literals found by a few of their bytes.
//!
//! Of each literal, those four bytes in a row that texts hold least often are its *window*. Windows of all literals are
//! looked for at once, in blocks (see `blocks`), and only where there is one are the literals compared with the text.
//!
//! That is many times as fast as an automaton, which goes from byte to byte, as long as texts hold few windows. Where the
//! literals are too many for that, there is none of this; in a text that is full of windows, it gives up.

use std::cmp::Ordering;
use std::ops::Range;

use super::chance;
use super::literal::Literal;
use crate::blocks::{BLOCK, Nibbles, WIDTH, Windows, bits, each_wide};

/// How many passes over a block there may be, of eight groups of windows each.
const PASSES: [usize; 3] = [1, 2, 4];
/// Most literals: their windows are put into groups one by one.
const MOST_LITERALS: usize = 256;
/// How many groups one pass looks for.
const GROUPS: usize = 8;
/// Windows are looked for where at most so many of a text's bytes are thought to begin one.
const MOST_LIKELY: f32 = 0.01;
/// Literals that are compared in any text before it is given up.
const FREE: usize = 256;
/// And how many more for each block: an automaton takes as long for a block as so many comparisons.
const FREE_EACH: usize = 2;

/// Literals that are looked for by their windows.
#[derive(Debug)]
pub(super) struct Quick {
    passes: Vec<Pass>,
    /// The length of the longest text.
    longest: usize,
}

/// What is looked for in one pass over a block.
#[derive(Debug)]
struct Pass {
    windows: Windows,
    /// The literals of each group.
    groups: Vec<Vec<Sought>>,
}

/// A literal by its window.
#[derive(Clone, Debug)]
struct Sought {
    number: usize,
    literal: Literal,
    /// Where in it the window begins, with the digit before it.
    offset: usize,
    window: [Nibbles; WIDTH],
}

/// One group, while it is put together.
#[derive(Clone, Debug, Default)]
struct Group {
    window: [Nibbles; WIDTH],
    chance: f32,
    members: Vec<Sought>,
}

/// A literal that was found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    literal: usize,
    range: Range<usize>,
}

impl Quick {
    /// `None` where the literals are so many, or so usual, that most texts would have to be compared with them.
    pub(super) fn of(literals: &[Literal]) -> Option<Self> {
        let is_empty = |literal: &Literal| literal.text.is_empty();
        if literals.is_empty() || literals.len() > MOST_LITERALS || literals.iter().any(is_empty) {
            return None;
        }
        let mut sought: Vec<Sought> = literals.iter().enumerate().map(Sought::of).collect();
        // Those first that spoil a group the most.
        let likelier = |one: &Sought, other: &Sought| other.chance().total_cmp(&one.chance());
        sought.sort_by(likelier);
        let longest = literals.iter().map(|literal| literal.text.len()).max().unwrap_or_default();
        let mut tries = PASSES.iter().map(|passes| grouped(&sought, passes * GROUPS));
        let groups = tries.find(|groups| chance_of(groups) <= MOST_LIKELY)?;
        Some(Self { passes: groups.chunks(GROUPS).map(Pass::of).collect(), longest })
    }

    /// The length of the longest literal's text.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Calls `found` with every literal in a text and where it stands, by their ends and then by their beginnings.
    ///
    /// Returns the end up to which it told all: that of the text, but for one with too much to compare.
    pub(super) fn each(&self, text: &[u8], mut found: impl FnMut(usize, Range<usize>)) -> usize {
        let mut waiting: Vec<Found> = Vec::new();
        let mut compared = 0;
        let mut done = text.len();
        each_wide(text, |start, block| {
            for pass in &self.passes {
                let marks = pass.windows.marks(block);
                if marks == 0 {
                    continue;
                }
                compared += pass.compare_all(text, start, marks, &mut waiting);
                if compared > FREE + FREE_EACH * (start / BLOCK) {
                    done = start;
                    return false;
                }
            }
            // Whatever is found later ends behind the window that it is found by.
            if !waiting.is_empty() {
                tell(&mut waiting, start + BLOCK, &mut found);
            }
            true
        });
        tell(&mut waiting, done, &mut found);
        done
    }
}

/// Calls `found` with what ends before or at `end`, and forgets it.
fn tell(waiting: &mut Vec<Found>, end: usize, found: &mut impl FnMut(usize, Range<usize>)) {
    waiting.sort_unstable_by_key(|found| (found.range.end, found.range.start, found.literal));
    let ready = waiting.partition_point(|found| found.range.end <= end);
    waiting.drain(..ready).for_each(|Found { literal, range }| found(literal, range));
}

impl Pass {
    fn of(groups: &[Group]) -> Self {
        let windows: Vec<[Nibbles; WIDTH]> = groups.iter().map(|group| group.window).collect();
        let groups = groups.iter().map(|group| group.members.clone()).collect();
        Self { windows: Windows::of(&windows), groups }
    }

    /// Adds the literals whose windows are marked in the block that begins at `start`. Returns how many were compared,
    /// and one more for each window.
    #[inline(never)]
    fn compare_all(&self, text: &[u8], start: usize, marks: u64, found: &mut Vec<Found>) -> usize {
        bits(marks).map(|bit| self.compare(text, start + bit, found)).sum()
    }

    /// Adds the literals whose window begins at `at`. Returns how many were compared, and one more.
    fn compare(&self, text: &[u8], at: usize, found: &mut Vec<Found>) -> usize {
        let byte = |at: usize| text.get(at).copied().unwrap_or_default();
        let window = std::array::from_fn(|place| byte(at + place));
        let mut groups = self.windows.groups(window);
        let mut compared = 1;
        while groups != 0 {
            let members = self.groups.get(groups.trailing_zeros() as usize);
            for sought in members.into_iter().flatten() {
                compared += 1;
                found.extend(sought.at(text, at));
            }
            groups &= groups - 1;
        }
        compared
    }
}

impl Sought {
    fn of((number, literal): (usize, &Literal)) -> Self {
        let sets = literal.sets();
        let offsets = 0..sets.len().saturating_sub(WIDTH - 1).max(1);
        let windows = offsets.map(|offset| (offset, window(&sets, offset)));
        let rarer = |(_, one): &(usize, [Nibbles; WIDTH]), (_, other): &(usize, [Nibbles; WIDTH])| {
            chance::of_glance(one).total_cmp(&chance::of_glance(other))
        };
        let (offset, window) = windows.min_by(rarer).unwrap_or_default();
        Self { number, literal: literal.clone(), offset, window }
    }

    fn chance(&self) -> f32 {
        chance::of_glance(&self.window)
    }

    /// Where it is, if its window begins at `window`.
    fn at(&self, text: &[u8], window: usize) -> Option<Found> {
        let sought = self.literal.text.as_bytes();
        let start = (window + self.literal.lead()).checked_sub(self.offset)?;
        let range = start..start + sought.len();
        let is_it = text.get(range.clone())?.eq_ignore_ascii_case(sought);
        (is_it && self.literal.has_digits(text, &range)).then_some(Found { literal: self.number, range })
    }
}

/// The window of a literal's bytes that begins at `offset`. Behind its end may be anything.
fn window(literal: &[Nibbles], offset: usize) -> [Nibbles; WIDTH] {
    std::array::from_fn(|place| literal.get(offset + place).copied().unwrap_or(Nibbles::ALL))
}

/// The literals in up to so many groups, each in the one that it makes least more likely.
fn grouped(sought: &[Sought], most: usize) -> Vec<Group> {
    let mut groups = vec![Group::default(); most.min(sought.len())];
    for one in sought {
        let more = |group: &Group| group.chance_with(one) - group.chance;
        let cheaper =
            |one: &&mut Group, other: &&mut Group| -> Ordering { more(one).total_cmp(&more(other)) };
        if let Some(group) = groups.iter_mut().min_by(cheaper) {
            group.add(one);
        }
    }
    groups
}

fn chance_of(groups: &[Group]) -> f32 {
    groups.iter().map(|group| chance::of_window(&group.window)).sum()
}

impl Group {
    fn window_with(&self, one: &Sought) -> [Nibbles; WIDTH] {
        let mut window = self.window;
        window.iter_mut().zip(one.window).for_each(|(set, more)| *set = set.and(more));
        window
    }

    fn chance_with(&self, one: &Sought) -> f32 {
        chance::of_glance(&self.window_with(one))
    }

    fn add(&mut self, one: &Sought) {
        self.window = self.window_with(one);
        self.chance = chance::of_glance(&self.window);
        self.members.push(one.clone());
    }
}
