//! Requests, answers and streams of Responses.
