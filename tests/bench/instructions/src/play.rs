//! One request through both roles, in the order of Envoy's callbacks, as `src/host` turns them into inputs.

use spillway_filter::exchange::admission::{Admission, Ending, Input, Wants};
use spillway_filter::exchange::attempt::{Attempt, Input as Tried};
use spillway_filter::exchange::{Flow, Step};

use crate::answers::Answer;
use crate::exchange::Exchange;
use crate::gateway::Gateway;
use crate::scenario::Scenario;

/// Plays a request; returns what became of it.
pub fn play(gateway: &mut Gateway, scenario: &Scenario) -> Result<Exchange, String> {
    let exchange = Exchange {
        request: scenario.headers.clone(),
        request_body: scenario.body.clone(),
        ..Exchange::default()
    };
    let admission = gateway.admission();
    let mut play = Play { gateway, exchange, admission };
    play.ask()?;
    if play.exchange.reply.is_none() {
        play.try_once(scenario)?;
    }
    play.end()?;
    Ok(play.exchange)
}

struct Play<'g> {
    gateway: &'g mut Gateway,
    exchange: Exchange,
    admission: Admission,
}

impl Play<'_> {
    fn apply(&mut self, step: Step) -> Result<Flow, String> {
        self.exchange.apply(step, &mut self.gateway.books)
    }

    fn admit(&mut self, input: &Input<'_>) -> Result<Flow, String> {
        let step = self.gateway.admit(&mut self.admission, input);
        self.apply(step)
    }

    fn tried(&mut self, attempt: &mut Attempt, input: &Tried<'_>) -> Result<Flow, String> {
        let step = self.gateway.attempt_on(attempt, input);
        self.apply(step)
    }

    /// Headers and body, up to where the request goes on or is answered. The host copies both into the module: here,
    /// they are cloned.
    fn ask(&mut self) -> Result<(), String> {
        let headers = self.exchange.request.clone();
        self.admit(&Input::RequestHeaders { headers: &headers, end: false })?;
        if let Some(hash) = self.exchange.sought.take() {
            let outcome = self.gateway.look_up(&hash)?;
            self.admit(&Input::KeyFound { outcome: &outcome, headers: &headers })?;
        }
        if self.exchange.reply.is_some() {
            return Ok(());
        }
        let body = self.exchange.request_body.clone();
        let flow = self.admit(&Input::RequestBody { body: &body })?;
        if flow == Flow::Pause && self.exchange.reply.is_none() {
            return Err("the request neither goes on nor is answered".to_owned());
        }
        Ok(())
    }

    fn try_once(&mut self, scenario: &Scenario) -> Result<(), String> {
        let mut attempt = self.gateway.attempt(scenario.deployment)?;
        let (context, report) = (self.exchange.context.clone(), self.exchange.report.clone());
        let (context, report) = (context.as_deref(), report.as_deref());
        self.tried(&mut attempt, &Tried::RequestHeaders { context, report, headers: &[] })?;
        let body = if attempt.reads_the_body() { self.exchange.request_body.clone() } else { Vec::new() };
        self.tried(&mut attempt, &Tried::RequestBody { body: &body })?;
        if let Some(reply) = &self.exchange.reply {
            return Err(format!("the attempt answered by itself: {}", String::from_utf8_lossy(&reply.body)));
        }
        self.answer(&mut attempt, &scenario.answer)?;
        self.tried(&mut attempt, &Tried::Done { left: false })?;
        Ok(())
    }

    fn answer(&mut self, attempt: &mut Attempt, answer: &Answer) -> Result<(), String> {
        self.exchange.response = answer.headers.clone();
        self.tried(attempt, &Tried::ResponseHeaders { headers: &answer.headers, end: false })?;
        let mut begun = false;
        for (number, piece) in answer.pieces.iter().enumerate() {
            let end = number + 1 == answer.pieces.len();
            self.exchange.held.extend_from_slice(piece);
            if attempt.wants_whole() && !end {
                continue;
            }
            let body = self.exchange.held.clone();
            let flow = self.tried(attempt, &Tried::ResponseBody { body: &body, end })?;
            if flow == Flow::Pause {
                continue;
            }
            if !std::mem::replace(&mut begun, true) {
                self.answer_head()?;
            }
            self.pass_on(end)?;
        }
        Ok(())
    }

    fn answer_head(&mut self) -> Result<(), String> {
        let status = status(&self.exchange);
        let report = self.exchange.report.clone();
        self.admit(&Input::ResponseHeaders { status, report: report.as_deref(), end: false })?;
        Ok(())
    }

    /// A piece of the answer passes admission, where no guardrail looks at it.
    fn pass_on(&mut self, end: bool) -> Result<(), String> {
        if self.admission.wants_answer() != Wants::Nothing {
            return Err("admission wants the answer's body".to_owned());
        }
        if end {
            self.admission.answer_came_whole();
        }
        self.exchange.sent.append(&mut self.exchange.held);
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let known = self.admission.knows_the_report();
        let report = if known { None } else { self.exchange.report.clone() };
        let ending = Ending { report: report.as_deref(), client_ip: Some("127.0.0.1"), ..Ending::default() };
        self.admit(&Input::Done(ending))?;
        Ok(())
    }
}

/// What the client is told; 0 where that is nothing.
pub fn status(exchange: &Exchange) -> u16 {
    if let Some(reply) = &exchange.reply {
        return reply.status;
    }
    let status = exchange.response.iter().find(|(name, _)| name == ":status");
    status.and_then(|(_, value)| std::str::from_utf8(value).ok()?.parse().ok()).unwrap_or_default()
}
