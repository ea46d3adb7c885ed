//! How an answer goes over the wire: a list of steps, and the body that takes them.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::time::Sleep;

use crate::answer::Event;
use crate::journal::Ticket;
use crate::received::Ended;
use crate::script::{LONGEST_STALL, Script};

/// One step of an answer's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Writes these bytes and sends them off before the next step.
    Write(Bytes),
    /// Sends nothing for so long.
    Pause(Duration),
    /// Sends nothing more until the client leaves, the server stops, or [`LONGEST_STALL`] is over.
    Stall,
    /// Ends the connection without ending the body.
    Cut,
}

/// The steps of a plain answer.
#[must_use]
pub fn plain(body: &Bytes, script: &Script) -> VecDeque<Step> {
    if script.stall_after_headers {
        return VecDeque::from([Step::Stall]);
    }
    let half = body.slice(..body.len() / 2);
    let (text, end) = match (script.cut_after, script.stall_after) {
        (Some(_), _) => (half, Some(Step::Cut)),
        (None, Some(_)) => (half, Some(Step::Stall)),
        (None, None) => (body.clone(), None),
    };
    let mut steps = VecDeque::new();
    write(&mut steps, &text, script.chunk);
    if let Some(pause) = script.pause {
        steps.insert(steps.len().min(1), Step::Pause(pause));
    }
    steps.extend(end);
    steps
}

/// The steps of a stream.
#[must_use]
pub fn stream(parts: &[Bytes], script: &Script) -> VecDeque<Step> {
    if script.stall_after_headers {
        return VecDeque::from([Step::Stall]);
    }
    let cut = script.cut_after.map(|count| (count, Step::Cut));
    let stall = script.stall_after.map(|count| (count, Step::Stall));
    let end = [cut, stall].into_iter().flatten().min_by_key(|(count, _)| *count);
    let last = script.end_after.unwrap_or(parts.len());
    let end = end.filter(|(count, _)| *count <= last);
    let count = end.as_ref().map_or(last, |(count, _)| *count);
    let mut steps = VecDeque::new();
    for (index, part) in parts.iter().take(count).enumerate() {
        steps.extend(script.pause.filter(|_| index > 0).map(Step::Pause));
        write(&mut steps, part, script.chunk);
    }
    steps.extend(end.map(|(_, step)| step));
    steps
}

fn write(steps: &mut VecDeque<Step>, text: &Bytes, chunk: Option<usize>) {
    let size = chunk.unwrap_or(text.len()).max(1);
    let mut rest = text.clone();
    while !rest.is_empty() {
        let piece = rest.split_to(size.min(rest.len()));
        steps.push_back(Step::Write(piece));
    }
}

/// Events as server-sent events, one part each.
#[must_use]
pub fn sse(events: &[Event], crlf: bool) -> Vec<Bytes> {
    let end = if crlf { "\r\n" } else { "\n" };
    let part = |event: &Event| {
        let name = event.name.as_ref().map(|name| format!("event: {name}{end}")).unwrap_or_default();
        Bytes::from(format!("{name}data: {}{end}{end}", event.data))
    };
    events.iter().map(part).collect()
}

/// Events as the elements of one JSON array: what Gemini streams where `alt=sse` is not asked for.
#[must_use]
pub fn json_array(events: &[Event]) -> Vec<Bytes> {
    let element = |(index, event): (usize, &Event)| {
        Bytes::from(format!("{}{}", if index == 0 { "[" } else { ",\r\n" }, event.data))
    };
    events.iter().enumerate().map(element).chain([Bytes::from_static(b"]")]).collect()
}

/// A body that takes its steps one by one, and holds the request's ticket until it has ended.
pub struct Scripted {
    steps: VecDeque<Step>,
    ticket: Option<Ticket>,
    /// The timer of the pause or stall that is under way.
    stall: Option<Pin<Box<Sleep>>>,
    /// Whether the last piece was handed over and may still wait in a buffer.
    unsent: bool,
    reset: Option<Arc<AtomicBool>>,
}

impl Scripted {
    /// A body of `steps`. Where it is cut, the connection's `reset` flag is raised first, if there is one.
    #[must_use]
    pub fn new(steps: VecDeque<Step>, ticket: Option<Ticket>, reset: Option<Arc<AtomicBool>>) -> Self {
        Self { steps, ticket, stall: None, unsent: false, reset }
    }

    fn ended(&mut self, how: Ended) {
        if let Some(mut ticket) = self.ticket.take() {
            ticket.ends(how);
        }
    }

    fn cut(&mut self) -> Poll<Option<Result<Frame<Bytes>, CutByScript>>> {
        self.steps.clear();
        if let Some(reset) = &self.reset {
            reset.store(true, Ordering::SeqCst);
        }
        self.ended(Ended::Scripted);
        Poll::Ready(Some(Err(CutByScript)))
    }
}

impl Body for Scripted {
    type Data = Bytes;
    type Error = CutByScript;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutByScript>>> {
        if std::mem::take(&mut self.unsent) {
            // Pending, so that hyper sends what it has: events must leave one by one, and before a cut.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match self.steps.pop_front() {
            Some(Step::Write(bytes)) => {
                self.unsent = !self.steps.is_empty();
                if self.steps.is_empty() {
                    self.ended(Ended::Whole);
                }
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Some(Step::Pause(length)) => {
                let sleep = self.stall.get_or_insert_with(|| Box::pin(tokio::time::sleep(length)));
                if sleep.as_mut().poll(cx).is_ready() {
                    self.stall = None;
                    return self.poll_frame(cx);
                }
                self.steps.push_front(Step::Pause(length));
                Poll::Pending
            }
            Some(Step::Stall) => {
                let sleep = self.stall.get_or_insert_with(|| Box::pin(tokio::time::sleep(LONGEST_STALL)));
                if sleep.as_mut().poll(cx).is_ready() {
                    return self.cut();
                }
                self.steps.push_front(Step::Stall);
                Poll::Pending
            }
            Some(Step::Cut) => self.cut(),
            None => {
                self.ended(Ended::Whole);
                Poll::Ready(None)
            }
        }
    }
}

/// Ends a connection, because the script says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutByScript;

impl fmt::Display for CutByScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the script ends the connection here")
    }
}

impl std::error::Error for CutByScript {}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(script: &str, parts: &[&'static str]) -> Vec<String> {
        let script = Script::parse(script).expect("known verbs");
        let parts: Vec<Bytes> = parts.iter().map(|part| Bytes::from_static(part.as_bytes())).collect();
        let steps = match parts.as_slice() {
            [only] => plain(only, &script),
            parts => stream(parts, &script),
        };
        let name = |step: Step| match step {
            Step::Write(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            other => format!("{other:?}"),
        };
        steps.into_iter().map(name).collect()
    }

    #[test]
    fn a_script_becomes_steps() {
        assert_eq!(steps("", &["abcd"]), ["abcd"]);
        assert_eq!(steps("chunk=3", &["abcd"]), ["abc", "d"]);
        assert_eq!(steps("cut-after=9", &["abcd"]), ["ab", "Cut"]);
        assert_eq!(steps("stall-after=1", &["abcd"]), ["ab", "Stall"]);
        assert_eq!(steps("pause=5,chunk=2", &["abcdef"]), ["ab", "Pause(5ms)", "cd", "ef"]);
        assert_eq!(steps("stall-after-headers", &["abcd"]), ["Stall"]);
        assert_eq!(steps("", &["ab", "cd"]), ["ab", "cd"]);
        assert_eq!(steps("cut-after=1", &["ab", "cd"]), ["ab", "Cut"]);
        assert_eq!(steps("stall-after=0", &["ab", "cd"]), ["Stall"]);
        assert_eq!(steps("cut-after=2,stall-after=1", &["ab", "cd"]), ["ab", "Stall"]);
        assert_eq!(steps("end-after=1", &["ab", "cd"]), ["ab"]);
        assert_eq!(steps("end-after=1,cut-after=2", &["ab", "cd", "ef"]), ["ab"]);
        assert_eq!(steps("end-after=2,stall-after=1", &["ab", "cd", "ef"]), ["ab", "Stall"]);
        assert_eq!(steps("chunk=1", &["ab", "c"]), ["a", "b", "c"]);
    }

    #[test]
    fn events_are_framed() {
        let events =
            [Event { name: Some("x".into()), data: "1".into() }, Event { name: None, data: "2".into() }];
        assert_eq!(sse(&events, false), ["event: x\ndata: 1\n\n", "data: 2\n\n"]);
        assert_eq!(sse(&events, true), ["event: x\r\ndata: 1\r\n\r\n", "data: 2\r\n\r\n"]);
        assert_eq!(json_array(&events), ["[1", ",\r\n2", "]"]);
    }
}
