//! Answers, whole ones and streams.
//!
//! Each event of a stream is a `GenerateContentResponse` like a whole answer, with the next parts. No event ends
//! the stream: it is complete when the provider closes after a `finishReason`, because counts and citations may
//! follow that.

use super::answer;
use super::call_id::CallIds;
use super::citations::Citations;
use super::finish::{self, Ending};
use super::offsets::Offsets;
use crate::sse::Event;
use crate::translate::conversation::Words;
use crate::translate::failure::{self, Failure};
use crate::translate::tokens;
use crate::translate::told::{Begun, Finish, Told};
use crate::usage::{Service, Usage};
use crate::wire::json::{Fields, Kind, elements};

/// Reads the API's answers.
#[derive(Clone, Debug, Default)]
pub(in crate::translate) struct Reader {
    begun: bool,
    pub(super) calls: CallIds,
    /// The answer's text, as far as it was told.
    pub(super) text: Offsets,
    pub(super) citations: Citations,
    /// What was counted last. Searches are told elsewhere in an answer, and added where it is told.
    counted: Option<Usage>,
    ending: Option<Ending>,
}

impl Reader {
    /// A whole 2xx body without `error`.
    ///
    /// # Errors
    /// As [`Reader::event`], and a body without a candidate.
    pub(in crate::translate) fn whole<'e>(
        &mut self,
        fields: &Fields<'e>,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        if !self.response(fields, true, told)? {
            return Err(Failure::malformed("a response without candidates"));
        }
        self.close(self.ending.unwrap_or(Ending::Stop), told);
        Ok(())
    }

    /// One event of a stream.
    ///
    /// # Errors
    /// An error of the provider's, a prompt that it blocked, an answer that it gave up, a part that has no words
    /// here, and what is no `GenerateContentResponse`.
    pub(in crate::translate) fn event<'e>(
        &mut self,
        event: Event<'e>,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        if event.data == b"[DONE]" {
            // Some proxies add it; this API does not define it, and it ends nothing.
            return Ok(());
        }
        let fields = Fields::parse(event.data).map_err(Failure::malformed)?;
        match fields.set("error") {
            Some(error) => Err(failure::of_error(error)),
            None => self.response(&fields, false, told).map(|_| ()),
        }
    }

    /// The provider closed.
    ///
    /// # Errors
    /// Nothing has said that the answer is complete.
    pub(in crate::translate) fn end(&mut self, told: &mut Vec<Told<'_>>) -> Result<(), Failure> {
        let ending = self.ending.ok_or_else(Failure::cut_off)?;
        self.close(ending, told);
        Ok(())
    }

    fn close(&self, ending: Ending, told: &mut Vec<Told<'_>>) {
        told.push(Told::Finished(match ending {
            Ending::Stop if self.calls.any() => Finish::Calls,
            Ending::Stop => Finish::Stop,
            Ending::Length => Finish::Length,
            Ending::Filtered => Finish::Filtered,
        }));
        told.push(Told::End);
    }

    /// Reads one response; says whether it had a candidate.
    fn response<'e>(
        &mut self,
        response: &Fields<'e>,
        is_whole: bool,
        told: &mut Vec<Told<'e>>,
    ) -> Result<bool, Failure> {
        self.begin(response, told);
        self.count(response, told);
        let searches = self.citations.searches();
        let candidates = response.set("candidates").map_or(Ok(Vec::new()), elements);
        let candidates = candidates.map_err(Failure::malformed)?;
        if candidates.is_empty()
            && let Some(feedback) = response.set("promptFeedback")
        {
            return finish::unless_blocked(feedback).map(|()| false);
        }
        for candidate in &candidates {
            let candidate = Fields::of(candidate).map_err(Failure::malformed)?;
            // One is asked for; where there are more, they are other answers to the same question.
            if candidate.read::<u64>("index").unwrap_or_default() == 0 {
                answer::read(self, &candidate, is_whole, told)?;
                self.ending = finish::ending(&candidate)?.or(self.ending);
            }
        }
        if self.citations.searches() > searches {
            self.tell_usage(told);
        }
        Ok(!candidates.is_empty())
    }

    fn count(&mut self, response: &Fields<'_>, told: &mut Vec<Told<'_>>) {
        if let Some(usage) = response.set("usageMetadata").and_then(tokens::of_gemini) {
            self.counted = Some(usage);
            self.tell_usage(told);
        }
    }

    fn tell_usage(&self, told: &mut Vec<Told<'_>>) {
        let searches = self.citations.searches();
        told.extend(self.counted.map(|usage| Told::Usage(Usage { searches, ..usage })));
    }

    fn begin<'e>(&mut self, response: &Fields<'e>, told: &mut Vec<Told<'e>>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let id = response.set("responseId").filter(|id| Kind::of(id) == Kind::Text);
        self.calls.begin(response.text("responseId").as_deref());
        let usage = response.set("usageMetadata").and_then(|usage| Fields::of(usage).ok());
        let tier = usage.as_ref().and_then(tokens::tier_of_gemini);
        told.push(Told::Begun(Begun { id: id.map(Words::from), service_tier: tier.map(word) }));
    }
}

/// The tier in OpenAI's word, where it has another one for it.
fn word(tier: Service) -> Words<'static> {
    Words::from(if tier.is_standard() { "default" } else { tier.name() })
}
