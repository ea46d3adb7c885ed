//! What a try hands to its request's admission in memory, where both live in one VM.
//!
//! The roles talk through filter state, which is bytes: what is written there is made into JSON, given to the host, asked
//! of the host again, and read. A try that has the very context that admission made (and not one that was read from
//! bytes) is in the same VM, so it lays its report beside that, for nothing.
//!
//! Nothing rests on it but speed. Another try of the same request may be in another VM, while a new module takes the place
//! of an old one: so only a report after which no try follows stands for itself, and any other is in filter state as well.

use std::cell::RefCell;

use super::context::Report;

/// The place beside a context; closed unless admission looks there.
#[derive(Debug, Default)]
pub struct Handed(RefCell<Option<Place>>);

#[derive(Debug, Default)]
struct Place {
    report: Option<Report>,
    /// No try follows.
    is_last: bool,
    /// All headers of the response, as the try has left them.
    head: Vec<(String, Vec<u8>)>,
}

impl Handed {
    /// A place that admission looks at.
    #[must_use]
    pub fn open() -> Self {
        Self(RefCell::new(Some(Place::default())))
    }

    /// Lays a report there; false where nobody looks. `is_last`: no try follows, so it need not stand elsewhere.
    pub(super) fn put(&self, report: &Report, is_last: bool) -> bool {
        let mut place = self.0.borrow_mut();
        let Some(place) = place.as_mut() else { return false };
        *place = Place { report: Some(report.clone()), is_last, head: Vec::new() };
        true
    }

    /// Lays the response's headers there, beside the last report.
    pub(super) fn put_head(&self, head: &[(String, String)]) {
        if let Some(place) = self.0.borrow_mut().as_mut().filter(|place| place.is_last) {
            let owned = |(name, value): &(String, String)| (name.clone(), value.clone().into_bytes());
            place.head = head.iter().map(owned).collect();
        }
    }

    /// The response's headers, once: none where nobody has laid them there.
    pub(super) fn take_head(&self) -> Option<Vec<(String, Vec<u8>)>> {
        let mut place = self.0.borrow_mut();
        let head = std::mem::take(&mut place.as_mut()?.head);
        (!head.is_empty()).then_some(head)
    }

    /// Whether the report that is there stands for itself.
    pub(super) fn is_last(&self) -> bool {
        self.0.borrow().as_ref().is_some_and(|place| place.is_last)
    }

    /// The report, where it stands for itself or tells of as many tries as `other`, which came through filter state:
    /// of the same try, it is the newer one.
    pub(super) fn or(&self, other: impl FnOnce() -> Report) -> Report {
        let mut place = self.0.borrow_mut();
        let Some(place) = place.as_mut() else { return other() };
        let Some(report) = &place.report else { return other() };
        if place.is_last {
            return report.clone();
        }
        let other = other();
        if report.attempts.len() >= other.attempts.len() { report.clone() } else { other }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::event::Attempt;

    fn report(model: &str, tries: usize) -> Report {
        let mut report = Report { attempts: vec![Attempt::default(); tries], ..Report::default() };
        model.clone_into(&mut report.answer.model);
        report
    }

    fn told(handed: &Handed, other: Report) -> String {
        handed.or(|| other).answer.model
    }

    #[test]
    fn where_nobody_looks_nothing_is_laid() {
        let handed = Handed::default();
        assert!(!handed.put(&report("a", 1), true));
        assert_eq!((handed.is_last(), told(&handed, report("b", 1))), (false, "b".to_owned()));
    }

    #[test]
    fn headers_are_had_once_and_only_beside_the_last_report() {
        let handed = Handed::open();
        let head = [(":status".to_owned(), "200".to_owned())];
        handed.put(&report("a", 1), false);
        handed.put_head(&head);
        assert_eq!(handed.take_head(), None);
        handed.put(&report("a", 1), true);
        handed.put_head(&head);
        assert_eq!(handed.take_head(), Some(vec![(":status".to_owned(), b"200".to_vec())]));
        assert_eq!(handed.take_head(), None);
        assert_eq!(Handed::default().take_head(), None);
    }

    #[test]
    fn the_last_one_stands_for_itself_and_any_other_against_more_tries() {
        let handed = Handed::open();
        assert_eq!(told(&handed, report("b", 1)), "b", "there is none yet");
        assert!(handed.put(&report("a", 1), false));
        assert_eq!(told(&handed, Report::default()), "a");
        assert_eq!(told(&handed, report("b", 1)), "a");
        assert_eq!(told(&handed, report("b", 2)), "b", "a try in another VM came behind");
        assert!(handed.put(&report("c", 2), true) && handed.is_last());
        assert_eq!(told(&handed, report("d", 3)), "c");
    }
}
