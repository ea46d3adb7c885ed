//! One request on a connection, from its headers to the end of its answer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

use super::guest::Guest;

/// A request that is under way for as long as this value is kept.
pub(super) struct Turn(Arc<Guest>);

impl Turn {
    pub(super) fn of(guest: &Arc<Guest>) -> Self {
        guest.begins();
        Self(Arc::clone(guest))
    }

    /// The answer, whose body keeps the request under way.
    pub(super) fn until_sent(self, answer: Response) -> Response {
        self.0.progresses();
        answer.map(|body| Body::new(Sent { body, turn: self }))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.ends();
    }
}

/// A body that tells when a piece of it is taken, which is when there is room for it on the way to the other end.
struct Sent {
    body: Body,
    turn: Turn,
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            self.turn.0.progresses();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
