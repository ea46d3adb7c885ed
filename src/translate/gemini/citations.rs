//! Where an answer has something from: `groundingMetadata` of a search, `citationMetadata` of what was learnt.
//!
//! A stream repeats what it has told of them and adds to it.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::offsets::Offsets;
use crate::translate::conversation::Words;
use crate::translate::failure::Failure;
use crate::translate::told::{Citation, Told};
use crate::wire::json::{Fields, Kind, elements, text};

/// Most that are told of one answer; it is as good without the rest.
const MAX_CITATIONS: usize = 1024;

/// How many were told.
#[derive(Clone, Debug, Default)]
pub(super) struct Citations {
    all: usize,
    supports: usize,
    sources: usize,
    learnt: usize,
    searches: u64,
}

impl Citations {
    /// How many searches were made for the answer.
    pub(super) fn searches(&self) -> u64 {
        self.searches
    }

    /// Tells what is new of a candidate's. `starts`: at which bytes of the text the candidate's parts begin.
    pub(super) fn read<'e>(
        &mut self,
        candidate: &Fields<'e>,
        text: &Offsets,
        starts: &[u64],
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        if let Some(grounding) = candidate.set("groundingMetadata") {
            self.grounding(&Fields::of(grounding).map_err(Failure::malformed)?, text, starts, told)?;
        }
        if let Some(citations) = candidate.set("citationMetadata") {
            self.learnt(&Fields::of(citations).map_err(Failure::malformed)?, text, told)?;
        }
        Ok(())
    }

    fn grounding<'e>(
        &mut self,
        grounding: &Fields<'e>,
        text: &Offsets,
        starts: &[u64],
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        let sources = each(grounding, "groundingChunks")?;
        let supports = each(grounding, "groundingSupports")?;
        self.searches = self.searches.max(searches(grounding));
        for support in supports.iter().skip(self.supports) {
            let segment = support.set("segment").map_or(Ok(Fields::default()), Fields::of);
            let segment = segment.map_err(Failure::malformed)?;
            let part: usize = segment.read("partIndex").unwrap_or_default();
            let start = starts.get(part).copied().unwrap_or_default();
            let indices: Vec<usize> = support.read("groundingChunkIndices").unwrap_or_default();
            for source in indices.into_iter().filter_map(|index| sources.get(index)) {
                let citation = Citation {
                    cited: words(&segment, "text"),
                    range: range(&segment, start, text),
                    ..of_chunk(source)?
                };
                self.tell(citation, told);
            }
        }
        // Sources that no words are ascribed to are sources of the whole.
        if supports.is_empty() {
            for source in sources.iter().skip(self.sources) {
                self.tell(of_chunk(source)?, told);
            }
            self.sources = self.sources.max(sources.len());
        }
        self.supports = self.supports.max(supports.len());
        Ok(())
    }

    fn learnt<'e>(
        &mut self,
        metadata: &Fields<'e>,
        text: &Offsets,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        // AI Studio's name, and Vertex's.
        let name = if metadata.set("citationSources").is_some() { "citationSources" } else { "citations" };
        let citations = each(metadata, name)?;
        for citation in citations.iter().skip(self.learnt) {
            let citation = Citation {
                url: words(citation, "uri"),
                title: words(citation, "title"),
                cited: None,
                range: range(citation, 0, text),
            };
            self.tell(citation, told);
        }
        self.learnt = self.learnt.max(citations.len());
        Ok(())
    }

    fn tell<'e>(&mut self, citation: Citation<'e>, told: &mut Vec<Told<'e>>) {
        if self.all < MAX_CITATIONS {
            self.all += 1;
            told.push(Told::Citation(citation));
        }
    }
}

/// How many searches are charged for: the same one twice counts once, and an empty one not at all
/// (<https://ai.google.dev/gemini-api/docs/google-search#pricing>).
fn searches(grounding: &Fields<'_>) -> u64 {
    let asked = grounding.set("webSearchQueries").and_then(|list| elements(list).ok()).unwrap_or_default();
    let asked = asked.into_iter().filter_map(text).filter(|query| !query.is_empty());
    asked.collect::<BTreeSet<_>>().len() as u64
}

fn each<'e>(metadata: &Fields<'e>, name: &str) -> Result<Vec<Fields<'e>>, Failure> {
    let list: Vec<&'e RawValue> =
        metadata.set(name).map_or(Ok(Vec::new()), elements).map_err(Failure::malformed)?;
    list.into_iter().map(Fields::of).collect::<Result<_, _>>().map_err(Failure::malformed)
}

/// A source: a page, a document of the caller's, a place on a map. All three have the same two names.
fn of_chunk<'e>(chunk: &Fields<'e>) -> Result<Citation<'e>, Failure> {
    let source = ["web", "retrievedContext", "maps"].iter().find_map(|kind| chunk.set(kind));
    let source = source.map_or(Ok(Fields::default()), Fields::of).map_err(Failure::malformed)?;
    Ok(Citation { url: words(&source, "uri"), title: words(&source, "title"), ..Citation::default() })
}

fn words<'e>(fields: &Fields<'e>, name: &str) -> Option<Words<'e>> {
    fields.set(name).filter(|value| Kind::of(value) == Kind::Text).map(Words::from)
}

/// Characters of the answer's text.
fn range(segment: &Fields<'_>, start: u64, text: &Offsets) -> Option<(u64, u64)> {
    let first: u64 = segment.read("startIndex").unwrap_or_default();
    let end: u64 = segment.read("endIndex")?;
    let at = |byte: u64| text.character(start.checked_add(byte)?);
    Some((at(first)?, at(end)?)).filter(|(first, end)| first <= end)
}
