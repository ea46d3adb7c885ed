//! Citations: chat completions tell which characters of the answer's text each is about.

use crate::translate::told::Citation;
use crate::wire::write::Elements;

/// How much text there is, and how much of it is cited.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    /// Characters so far.
    characters: u64,
    /// Those that the last citation without a range of its own was about.
    cited: (u64, u64),
}

impl Extent {
    /// More text was said.
    pub(super) fn add(&mut self, text: &str) {
        let more = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        self.characters = self.characters.saturating_add(more);
    }

    /// What a citation is about: where it does not tell, all text since the last one that did not; several
    /// sources of one text are about the same.
    pub(super) fn of(&mut self, citation: &Citation<'_>) -> (u64, u64) {
        if let Some(range) = citation.range {
            return range;
        }
        if self.cited.1 != self.characters {
            self.cited = (self.cited.1, self.characters);
        }
        self.cited
    }
}

/// Whether chat completions have a word for it: they cite addresses only.
pub(super) fn is_expressible(citation: &Citation<'_>) -> bool {
    citation.url.is_some()
}

/// Writes a citation.
pub(super) fn write(array: &mut Elements<'_>, citation: &Citation<'_>, (start, end): (u64, u64)) {
    array.object(|annotation| {
        annotation.value("type", "url_citation");
        annotation.object("url_citation", |cited| {
            cited.value("start_index", &start);
            cited.value("end_index", &end);
            if let Some(title) = &citation.title {
                cited.value("title", title);
            }
            if let Some(url) = &citation.url {
                cited.value("url", url);
            }
        });
    });
}
