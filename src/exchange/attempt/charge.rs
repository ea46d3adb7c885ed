//! What a try costs: what its provider counted, or, where it did not come to that, what the gateway saw pass.

use std::borrow::Cow;

use super::{Attempt, Effect, State};
use crate::config::{known_as, known_prices};
use crate::exchange::context::{self, Spent};
use crate::pricing::Prices;
use crate::translate::{self, Stream};
use crate::usage::{MOST_TOLD, Usage, tokens_of};
use crate::wire::Dialect;

/// What passed that the provider has not counted.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// Bytes of text.
    bytes_said: u64,
    /// Searches; they count only where the provider has counted nothing. Their tool is not known then, and taken for the
    /// dearer one.
    searches: u64,
}

impl Seen {
    fn of(stream: &Stream) -> Self {
        Self { bytes_said: stream.said_since(), searches: stream.searches() }
    }
}

impl Attempt {
    /// What is owed once the provider has read the request, which it may have by now.
    pub(super) fn owed_for_the_input(&self) -> Option<Spent> {
        self.owed(None, Seen::default())
    }

    /// Charges an answer that came whole, or of which no more is wanted than this.
    pub(super) fn charge_answer(&mut self, counted: Option<Usage>, answer: &[u8]) {
        let counted = counted.filter(Usage::is_a_count);
        let bytes_said = if counted.is_some() { 0 } else { translate::bytes_said(answer) };
        let owed = self.owed(counted, Seen { bytes_said, searches: 0 });
        self.charge(owed);
    }

    /// Charges a stream as far as it came.
    pub(super) fn charge_stream(&mut self, stream: &Stream) {
        let owed = self.owed(stream.usage(), Seen::of(stream));
        self.charge(owed);
    }

    /// Charges a try that is no answer, for what its provider counted all the same. Nothing is estimated: most
    /// providers charge nothing for a failure.
    pub(super) fn charge_failure(&mut self, counted: Option<Usage>) {
        if counted.is_some_and(|usage| usage.is_a_count()) {
            let owed = self.owed(counted, Seen::default());
            self.charge(owed);
        }
    }

    /// Charges a stream that ends before its first content for what its provider had counted by then.
    pub(super) fn charge_what_was_counted(&mut self) {
        if let State::Streaming { stream, held: Some(_) } = &self.state {
            let counted = stream.usage();
            self.charge_failure(counted);
        }
    }

    /// Charges a stream that ended in its middle, for what of it has come: the measure of the deployment's traffic, and
    /// what the request's record is to tell, where admission has not asked for it yet.
    pub(super) fn charge_what_was_shown(&mut self) -> Option<Effect> {
        let owed = self.owed_now()?;
        self.charge(Some(owed));
        Some(Effect::KeepOwed(context::write(&owed)))
    }

    /// The request whose client is reading this try's stream.
    #[must_use]
    pub fn shown_to(&self) -> Option<&str> {
        let is_shown = matches!(self.state, State::Streaming { held: None, .. });
        self.context.as_ref().filter(|_| is_shown).map(|context| context.request_id.as_str())
    }

    /// What the stream that the client is reading costs if it ends here; `None` where nobody is reading one, or where
    /// it has come whole.
    #[must_use]
    pub fn owed_now(&self) -> Option<Spent> {
        match &self.state {
            State::Streaming { stream, held: None } if self.report.answer.usage.is_none() => {
                self.owed_for(stream)
            }
            _ => None,
        }
    }

    pub(super) fn owed_for(&self, stream: &Stream) -> Option<Spent> {
        let owed = self.owed(stream.usage(), Seen::of(stream))?;
        // More may have been produced than has come, whatever was counted.
        Some(Spent { estimated: true, ..owed })
    }

    /// What a stored response cost was counted when it was made; what is moderated costs nothing.
    fn owed(&self, counted: Option<Usage>, seen: Seen) -> Option<Spent> {
        let context = self.context.as_ref()?;
        if !context.dialect.spends_tokens() {
            return None;
        }
        if counted.is_none() && context.dialect == Dialect::Moderations {
            return None;
        }
        let estimated = counted.is_none() || seen.bytes_said > 0;
        let guess = || Usage {
            input: context.input_tokens,
            searches: seen.searches,
            by_preview: seen.searches > 0,
            ..Usage::default()
        };
        let counted = counted.unwrap_or_else(guess);
        let output = counted.output.saturating_add(tokens_of(seen.bytes_said));
        let usage = Usage { output, ..counted };
        let cost_nanodollars = self.prices().cost(&usage).min(MOST_TOLD);
        Some(Spent { usage: usage.told(), cost_nanodollars, estimated })
    }

    pub(super) fn charge(&mut self, owed: Option<Spent>) {
        let Some(owed) = owed else { return };
        if let Some(last) = self.report.attempts.last_mut() {
            last.charge(&owed);
        }
        let answer = &mut self.report.answer;
        answer.owed = None;
        answer.usage = Some(owed.usage);
        answer.cost_nanodollars = owed.cost_nanodollars;
        answer.estimated = owed.estimated;
    }

    /// The deployment's rates; for a pattern without a `base_model`, what is written there, and for the rest those of the
    /// model that it became: the price map's, else the built-in ones.
    fn prices(&self) -> Cow<'_, Prices> {
        if self.settings.priced_as_one || !self.settings.target.model.contains('*') {
            return Cow::Borrowed(&self.settings.prices);
        }
        let model = self.report.answer.model.as_str();
        let mapped = &self.settings.prices_of_pattern;
        let provider = self.settings.target.provider;
        let mapped = known_as(provider, model).find_map(|name| mapped.get(name)).map(Cow::Borrowed);
        let known = mapped.or_else(|| known_prices(provider, model).map(Cow::Owned));
        let written = &self.settings.rates_of_pattern;
        match known {
            Some(known) if written.is_empty() => known,
            Some(known) => Cow::Owned(written.over(&known)),
            None => Cow::Borrowed(&self.settings.prices),
        }
    }
}
