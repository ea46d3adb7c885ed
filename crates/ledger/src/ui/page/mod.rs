//! The pages: what [`super::data`] tells, as HTML. Everything that comes from outside is escaped by the templates.

mod ask;
mod badge;
mod column;
mod cooldowns;
mod failure;
mod filters;
mod guardrails;
mod layout;
mod login;
mod overview;
mod parts;
mod requests;
mod spend;
mod story;
mod table;
mod traffic;

pub(super) use ask::{Ask, Theme, Visit};
pub(super) use failure::Failure;
pub(super) use layout::{Page, Room, bare, whole};
pub(super) use login::{Notice, login};

pub(super) use guardrails::guardrails;
pub(super) use overview::overview;
pub(super) use requests::requests;
pub(super) use spend::spend;
pub(super) use story::story;
pub(super) use traffic::traffic;
