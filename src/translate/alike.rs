//! Events of one stream are alike: most differ in nothing but the text that they bring. What the last one was made of is
//! kept, and an event that is made of the same goes on without being taken apart.

/// Longest event that is kept, in bytes.
pub(super) const LONGEST: usize = 4096;

/// Most texts that may differ: the content, and OpenAI's padding against who counts bytes on the wire.
const TEXTS: usize = 2;

/// Templates in a row that may be of no use, before no further one is made.
const MOST_IN_VAIN: u8 = 8;

/// What the last event was made of, and whether it is any use to know.
#[derive(Clone, Debug, Default)]
pub(super) struct Alike {
    pub(super) template: Option<Template>,
    /// Templates in a row that were of no use.
    in_vain: u8,
}

impl Alike {
    /// Passes on an event that is made of the same as the last one: its text, as it is written, without quotes.
    pub(super) fn pass<'d>(&mut self, data: &'d [u8], out: &mut Vec<u8>) -> Option<&'d [u8]> {
        let said = self.template.as_ref()?.pass(data, out)?;
        self.in_vain = 0;
        Some(said)
    }

    /// Notes what an event is made of, unless that was of no use the last times.
    pub(super) fn learn(&mut self, template: impl FnOnce() -> Option<Template>) {
        self.template = None;
        if self.in_vain < MOST_IN_VAIN {
            self.template = template();
            self.in_vain += 1;
        }
    }

    /// The next event does not follow one that it may be like.
    pub(super) fn forget(&mut self) {
        self.template = None;
    }
}

/// An event whose texts are left out. What is kept of it holds the quotes around them.
#[derive(Clone, Debug)]
pub(super) struct Template {
    /// What stands before, between and behind the texts, as the provider wrote it.
    came: Vec<Vec<u8>>,
    /// What stands before, between and behind the texts, as the client got it.
    went: Vec<Vec<u8>>,
    /// How many bytes that is.
    length: usize,
    /// Which of the texts is the content.
    content: usize,
}

impl Template {
    /// Of an event that went on as `out` and has these texts, the content first. They went on in the order in which
    /// they came. `None` where one is not where it is said to be.
    pub(super) fn of(data: &[u8], out: &[u8], mut texts: Vec<Place>) -> Option<Self> {
        if texts.len() > TEXTS {
            return None;
        }
        let content = texts.first()?.came;
        texts.sort_by_key(|place| place.came);
        let content = texts.iter().position(|place| place.came == content)?;
        let came = around(data, texts.iter().map(|place| (place.came, place.length)))?;
        let went = around(out, texts.iter().map(|place| (place.went, place.length)))?;
        let length = went.iter().map(Vec::len).sum();
        Some(Self { came, went, length, content })
    }

    /// Passes on an event that is made of the same, and tells its content. `None`, and nothing is written, where it is
    /// not, or where its texts must be looked at more closely.
    pub(super) fn pass<'d>(&self, data: &'d [u8], out: &mut Vec<u8>) -> Option<&'d [u8]> {
        let (first, others) = self.came.split_first()?;
        let mut rest = data.strip_prefix(first.as_slice())?;
        let mut texts: [&[u8]; TEXTS] = [b""; TEXTS];
        for (text, behind) in texts.iter_mut().zip(others) {
            let (found, after) = rest.split_at_checked(length(rest)?)?;
            *text = found;
            rest = after.strip_prefix(behind.as_slice())?;
        }
        let content = texts.get(self.content).filter(|content| !content.is_empty() && rest.is_empty())?;
        let (last, before) = self.went.split_last()?;
        out.reserve(self.length + texts.map(<[u8]>::len).iter().sum::<usize>());
        for (part, text) in before.iter().zip(texts) {
            out.extend_from_slice(part);
            out.extend_from_slice(text);
        }
        out.extend_from_slice(last);
        Some(content)
    }
}

/// Where a text stands between its quotes, before and after.
pub(super) struct Place {
    came: usize,
    went: usize,
    length: usize,
}

impl Place {
    /// Of a string in `data` with its quotes, which went on as it came, at `went` of what was written.
    pub(super) fn of(text: &str, data: &[u8], went: usize) -> Option<Self> {
        Some(Self {
            came: offset(text.as_bytes(), data)? + 1,
            went: went + 1,
            length: text.len().checked_sub(2)?,
        })
    }
}

/// Where in a text a part of it begins.
pub(super) fn offset(part: &[u8], whole: &[u8]) -> Option<usize> {
    let at = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    (whole.get(at..at.checked_add(part.len())?)? == part).then_some(at)
}

/// What stands before, between and behind these places: where each begins, and how long it is.
fn around(whole: &[u8], places: impl Iterator<Item = (usize, usize)>) -> Option<Vec<Vec<u8>>> {
    let (mut parts, mut from) = (Vec::new(), 0);
    for (begin, length) in places {
        parts.push(whole.get(from..begin)?.to_vec());
        from = begin.checked_add(length)?;
    }
    parts.push(whole.get(from..)?.to_vec());
    Some(parts)
}

/// How long a JSON string is that begins here, up to its closing quote. `None` where it is none, or has what is seldom
/// and takes more to check: an escape by number.
fn length(text: &[u8]) -> Option<usize> {
    let (mut at, mut seen) = (0, 0);
    loop {
        let byte = *text.get(at)?;
        seen |= byte;
        match byte {
            b'"' => break,
            b'\\' if matches!(text.get(at + 1)?, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                at += 2
            }
            b'\\' | ..=0x1f => return None,
            _ => at += 1,
        }
    }
    (seen.is_ascii() || std::str::from_utf8(text.get(..at)?).is_ok()).then_some(at)
}
