//! Who holds rights and spends money: keys, teams and users, as their rows are.
//!
//! | module | room |
//! |---|---|
//! | `rules` | what all three have: models, limits, a budget, guardrails |
//! | `key` `team` `user` | the rows |
//! | `told` | the rows as a gateway is told them |

mod key;
mod rules;
mod team;
mod told;
mod user;

pub(crate) use key::{KeyRow, ModelBudget};
pub(crate) use rules::Rules;
pub(crate) use team::TeamRow;
pub(crate) use user::UserRow;
