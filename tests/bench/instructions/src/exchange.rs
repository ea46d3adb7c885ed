//! What Envoy holds of one request, and what the effects of a step do to it.

use spillway_filter::exchange::{Effect, Flow, Reply, Step};

use crate::books::Books;

/// Headers as the host hands them over.
pub type Headers = Vec<(String, Vec<u8>)>;

/// A request and its answer, as far as they are at hand.
#[derive(Default)]
pub struct Exchange {
    /// Headers of the request: the client's, then those for the provider.
    pub request: Headers,
    /// The same of its body.
    pub request_body: Vec<u8>,
    /// Headers of the response: the provider's, then those for the client.
    pub response: Headers,
    /// What of the response's body is held.
    pub held: Vec<u8>,
    /// What of it the client got.
    pub sent: Vec<u8>,
    /// Filter state: the request's context.
    pub context: Option<Vec<u8>>,
    /// Filter state: the attempts' report.
    pub report: Option<Vec<u8>>,
    /// An answer of the gateway's own.
    pub reply: Option<Reply>,
    /// Hash of a key that the ledger is to be asked for.
    pub sought: Option<String>,
}

impl Exchange {
    /// Applies a step, in order. One that wants what no scenario has is an error.
    pub fn apply(&mut self, step: Step, books: &mut Books) -> Result<Flow, String> {
        for effect in step.effects {
            self.apply_one(effect, books)?;
        }
        Ok(step.flow)
    }

    fn apply_one(&mut self, effect: Effect, books: &mut Books) -> Result<(), String> {
        match effect {
            Effect::SetRequestHeader(name, value) => set(&mut self.request, name, value),
            Effect::RemoveRequestHeader(name) => self.request.retain(|(key, _)| *key != name),
            Effect::ReplaceRequestHeaders(headers) => {
                let owned = |(name, value): (&str, String)| (name.to_owned(), value.into_bytes());
                self.request = headers.into_iter().map(owned).collect();
            }
            Effect::ReplaceRequestBody(body) => self.request_body = body,
            Effect::EditRequestBody { drop, put } => {
                self.request_body.splice(..drop.min(self.request_body.len()), put);
            }
            Effect::SetResponseHeader(name, value) => set(&mut self.response, name, value),
            Effect::EditResponseHeaders { remove, set: those } => {
                self.response.retain(|(name, _)| !remove.contains(&name.as_str()));
                those.into_iter().for_each(|(name, value)| set(&mut self.response, name, value));
            }
            Effect::ReplaceResponseHeaders(headers) => {
                self.response = headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
            }
            Effect::ReplaceResponseBody(body) => self.held = body,
            Effect::KeepContext(bytes) => self.context = Some(bytes),
            Effect::KeepReport(bytes) => self.report = Some(bytes),
            Effect::LookUp(hash) => self.sought = Some(hash),
            Effect::Reply(reply) => self.reply = Some(reply),
            Effect::Count(request) => books.count(&request),
            Effect::Emit(event) => books.push(&event)?,
            other => return Err(format!("no scenario has a use for {other:?}")),
        }
        Ok(())
    }
}

fn set(headers: &mut Headers, name: &str, value: String) {
    headers.retain(|(key, _)| key != name);
    headers.push((name.to_owned(), value.into_bytes()));
}
