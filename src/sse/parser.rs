//! Bytes in any pieces → events and comments.

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a stream is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'p> {
    /// An event, dispatched by its empty line.
    Event(Event<'p>),
    /// What stood behind a line's leading colon.
    Comment(&'p [u8]),
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'p> {
    /// The value of `event:`; empty where there was none.
    pub name: &'p [u8],
    /// The `data:` lines, joined by line feeds.
    pub data: &'p [u8],
}

/// An event is longer than the parser's bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// The bound, in bytes.
    pub bound: usize,
}

/// A parser between two pieces of a stream.
#[derive(Clone, Debug)]
pub struct Parser {
    bound: usize,
    /// The line that has not ended yet; after a comment, the comment.
    line: Vec<u8>,
    name: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    /// The last line ended with CR: a LF that comes next belongs to it.
    after_cr: bool,
    /// No line has ended yet: a byte order mark may stand here.
    at_start: bool,
    given: Given,
}

/// What the caller may still hold: cleared when the caller asks for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Nothing,
    Event,
    Comment,
}

impl Parser {
    /// A parser that holds at most `bound` bytes of one event.
    #[must_use]
    pub fn new(bound: usize) -> Self {
        Self {
            bound,
            line: Vec::new(),
            name: Vec::new(),
            data: Vec::new(),
            has_data: false,
            after_cr: false,
            at_start: true,
            given: Given::Nothing,
        }
    }

    /// Takes bytes from the front of `bytes` until an item is whole. `None`: all were taken, and the item
    /// is not whole yet.
    ///
    /// # Errors
    /// The event is longer than the bound. The stream cannot be read on.
    pub fn next<'p, 'b: 'p>(&'p mut self, bytes: &mut &'b [u8]) -> Result<Option<Item<'p>>, TooLong> {
        self.forget_given();
        if self.is_between_events()
            && let Some((event, rest)) = whole(bytes, self.bound)
        {
            self.at_start = false;
            *bytes = rest;
            return Ok(Some(Item::Event(event)));
        }
        while self.given == Given::Nothing {
            if !self.take_line(bytes)? {
                return Ok(None);
            }
            self.given = self.read_line();
            if self.given != Given::Comment {
                self.line.clear();
            }
        }
        Ok(Some(match self.given {
            Given::Comment => Item::Comment(self.line.get(1..).unwrap_or_default()),
            _ => Item::Event(Event { name: &self.name, data: &self.data }),
        }))
    }

    /// Nothing of an event came yet, and what comes next is a new line.
    fn is_between_events(&self) -> bool {
        !self.after_cr && !self.has_data && self.name.is_empty() && self.line.is_empty()
    }

    fn forget_given(&mut self) {
        match std::mem::replace(&mut self.given, Given::Nothing) {
            Given::Event => self.forget_event(),
            Given::Comment => self.line.clear(),
            Given::Nothing => {}
        }
    }

    fn forget_event(&mut self) {
        self.name.clear();
        self.data.clear();
        self.has_data = false;
    }

    /// Moves bytes into `line` up to a line's end. Says whether the line is whole.
    fn take_line(&mut self, bytes: &mut &[u8]) -> Result<bool, TooLong> {
        if bytes.is_empty() {
            // Whether a LF belongs to the last line is still open.
            return Ok(false);
        }
        if self.after_cr {
            self.after_cr = false;
            *bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        let end = line_end(bytes);
        let (text, rest) = bytes.split_at_checked(end.unwrap_or(bytes.len())).unwrap_or((bytes, &[]));
        if self.line.len() + self.name.len() + self.data.len() + text.len() > self.bound {
            return Err(TooLong { bound: self.bound });
        }
        self.line.extend_from_slice(text);
        self.after_cr = rest.first() == Some(&b'\r');
        *bytes = rest.get(1..).unwrap_or_default();
        Ok(end.is_some())
    }

    fn read_line(&mut self) -> Given {
        if std::mem::take(&mut self.at_start) && self.line.starts_with(BYTE_ORDER_MARK) {
            self.line.drain(..BYTE_ORDER_MARK.len());
        }
        if self.line.is_empty() {
            return self.dispatch();
        }
        if self.line.first() == Some(&b':') {
            return Given::Comment;
        }
        let colon = self.line.iter().position(|byte| *byte == b':');
        let (field, value) = match colon.and_then(|at| self.line.split_at_checked(at)) {
            Some((field, value)) => (field, value.get(1..).unwrap_or_default()),
            None => (self.line.as_slice(), &[][..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => {
                if self.has_data {
                    self.data.push(b'\n');
                }
                self.has_data = true;
                self.data.extend_from_slice(value);
            }
            b"event" => {
                self.name.clear();
                self.name.extend_from_slice(value);
            }
            _ => {}
        }
        Given::Nothing
    }

    /// An empty line: the event is whole. One without data is dropped, as the standard says.
    fn dispatch(&mut self) -> Given {
        if self.has_data {
            return Given::Event;
        }
        self.forget_event();
        Given::Nothing
    }
}

/// The event that these bytes begin with, where it is whole and written as providers write it: a name or none, one
/// line of data, and LF. It stays where it is; whatever else there is, is for the lines, one by one.
fn whole(bytes: &[u8], bound: usize) -> Option<(Event<'_>, &[u8])> {
    let (name, line) = match bytes.strip_prefix(b"event: ") {
        Some(named) => named.split_at_checked(line_end(named)?)?,
        None => (&[][..], bytes),
    };
    let line = if name.is_empty() { line } else { line.strip_prefix(b"\n")? };
    let value = line.strip_prefix(b"data: ")?;
    let (data, rest) = value.split_at_checked(line_end(value)?)?;
    let rest = rest.strip_prefix(b"\n\n")?;
    let longest = ("event: ".len() + name.len()).max("data: ".len() + name.len() + data.len());
    (longest <= bound).then_some((Event { name, data }, rest))
}

/// Where the first line ends, by LF or CR. Many bytes are looked at together, as lines are long, and then eight.
fn line_end(bytes: &[u8]) -> Option<usize> {
    const TOGETHER: usize = 32;
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let (blocks, tail) = bytes.as_chunks::<TOGETHER>();
    // No early end: the compiler makes vector instructions of it.
    let has_end = |block: &[u8; TOGETHER]| block.iter().fold(false, |found, byte| found | is_end(byte));
    let before = blocks.iter().position(has_end).map_or(bytes.len() - tail.len(), |block| block * TOGETHER);
    let (words, tail) = bytes.get(before..)?.as_chunks::<8>();
    let ends = words.iter().map(|word| ends_in(u64::from_le_bytes(*word)));
    if let Some((number, found)) = ends.enumerate().find(|(_, found)| *found != 0) {
        return Some(before + number * 8 + found.trailing_zeros() as usize / 8);
    }
    Some(before + words.len() * 8 + tail.iter().position(is_end)?)
}

/// Which of eight bytes are LF or CR: the upper bit of each is set, and of the first no other one is before it.
///
/// One from zero borrows, and leaves the upper bit set; from any other byte below 0x80 it does not. What a borrow does to
/// the bytes above does not matter, as there is one that was found below them.
fn ends_in(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = ONES << 7;
    let equal = |byte: u8| {
        let zero = word ^ (ONES * u64::from(byte));
        zero.wrapping_sub(ONES) & !zero
    };
    (equal(b'\n') | equal(b'\r')) & TOPS
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn read(pieces: &[&[u8]]) -> Result<Vec<String>, TooLong> {
        let mut parser = Parser::new(32);
        let mut items = Vec::new();
        for piece in pieces {
            let mut rest = *piece;
            while let Some(item) = parser.next(&mut rest)? {
                items.push(match item {
                    Item::Comment(text) => format!(":{}", text.escape_ascii()),
                    Item::Event(event) => {
                        format!("{}={}", event.name.escape_ascii(), event.data.escape_ascii())
                    }
                });
            }
        }
        Ok(items)
    }

    /// What each stream holds, by the rules of the standard.
    const STREAMS: &[(&[u8], &[&str])] = &[
        (b"data: a\n\ndata:b\r\n\r\ndata:  c\r\rdata", &["=a", "=b", "= c"]),
        (b"event: x\ndata: 1\ndata: 2\n\ndata: 3\n\n", &["x=1\\n2", "=3"]),
        (b"event: x\r\ndata: 1\r\ndata: 2\r\n\r\n", &["x=1\\n2"]),
        (b"\xef\xbb\xbfdata: a\n\n\xef\xbb\xbfdata: b\n\n", &["=a"]),
        (b": ping\n\n:\n:a\rdata:x\n:b\r\n\n", &[": ping", ":", ":a", ":b", "=x"]),
        (b"event: lost\n\ndata\n\ndata:\ndata:\n\n", &["=", "=\\n"]),
        (b"id: 7\nretry: 9\nother: x\ndata: y\n\n", &["=y"]),
        (b"data: \xff\xfe\n\n", &["=\\xff\\xfe"]),
        (b"event: a\nevent: b\ndata: c:d\n\n", &["b=c:d"]),
        (b"data: cut off\n", &[]),
        (b"event: x\ndata: a\n\nevent: y\ndata: b\n\n", &["x=a", "y=b"]),
        (b"event: \ndata: a\n\nevent: x\n\ndata: b\n\n", &["=a", "=b"]),
        (b"event: x\rdata: a\n\nevent: x\ndata: b\r\n\n", &["x=a", "x=b"]),
        (b"data: a\n\r\ndata: b\n\n\ndata: c\n\n", &["=a", "=b", "=c"]),
        (b"data: a\r\r\ndata: b\n\n", &["=a", "=b"]),
    ];

    #[test]
    fn streams_part_into_their_items() {
        for (stream, items) in STREAMS {
            assert_eq!(read(&[stream]).unwrap(), *items, "{}", stream.escape_ascii());
        }
    }

    #[test]
    fn cuts_change_nothing() {
        for (stream, items) in STREAMS {
            for at in 0..=stream.len() {
                let (head, tail) = stream.split_at(at);
                assert_eq!(read(&[head, b"", tail]).unwrap(), *items, "{} at {at}", stream.escape_ascii());
            }
            let bytes: Vec<&[u8]> = stream.chunks(1).collect();
            assert_eq!(read(&bytes).unwrap(), *items, "{} by bytes", stream.escape_ascii());
        }
    }

    #[test]
    fn only_line_feeds_and_carriage_returns_end_a_line() {
        for byte in 0..=u8::MAX {
            for at in 0..16 {
                let mut line = [b'x'; 24];
                line[at] = byte;
                line[at + 1] = byte ^ 1;
                let end = line.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                assert_eq!(line_end(&line), end, "{byte} at {at}");
            }
        }
    }

    #[test]
    fn lines_end_where_the_first_end_is() {
        for length in 0..100 {
            let mut line = vec![b'x'; 100];
            assert_eq!(line_end(&line), None);
            line.extend(b"\n\r");
            for end in [b'\n', b'\r'] {
                line[length] = end;
                assert_eq!(line_end(&line), Some(length));
            }
        }
    }

    #[test]
    fn an_event_over_the_bound_is_an_error_however_it_comes() {
        let fits = [b"data: ".as_slice(), &[b'x'; 26], b"\n\n"].concat();
        assert_eq!(read(&[&fits, &fits]).unwrap().len(), 2);
        let long = [b"data: ".as_slice(), &[b'x'; 27]].concat();
        assert_eq!(read(&[&long]), Err(TooLong { bound: 32 }));
        let named = [b"event: ".as_slice(), &[b'x'; 10], b"\ndata: ", &[b'y'; 16], b"\n\n"].concat();
        assert_eq!(read(&[&named, &named]).unwrap().len(), 2);
        let named = [b"event: ".as_slice(), &[b'x'; 10], b"\ndata: ", &[b'y'; 17], b"\n\n"].concat();
        assert_eq!(read(&[&named]), Err(TooLong { bound: 32 }));
        let name = [b"event: ".as_slice(), &[b'x'; 26], b"\ndata: \n\n"].concat();
        assert_eq!(read(&[&name]), Err(TooLong { bound: 32 }));
        let lines = b"data: 12345678\n".repeat(4);
        assert_eq!(read(&lines.chunks(1).collect::<Vec<_>>()), Err(TooLong { bound: 32 }));
    }
}
