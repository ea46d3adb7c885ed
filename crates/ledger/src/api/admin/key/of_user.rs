//! The key that `/user/new` makes beside the user, as LiteLLM does. What limits it are the user's rules.

use jiff::Timestamp;

use super::super::Admin;
use super::super::answer;
use super::super::field::Change;
use super::super::fields::Fields;
use super::super::minted::PlainKey;
use super::generate::made;
use super::{Shown, expires, noted, shown};
use crate::api::Problem;
use crate::record::{KeyRow, UserRow};

/// A key that is checked, and not stored yet.
pub(in super::super) struct NewKey {
    plain: PlainKey,
    row: KeyRow,
}

impl NewKey {
    /// Reads what the request says of the key: `key`, `key_alias`, `team_id`, `duration`, `expires`.
    pub(in super::super) async fn of(
        admin: &Admin,
        fields: &mut Fields,
        user: &str,
    ) -> Result<Self, Problem> {
        let plain = admin.plain_key(&fields.take("key"))?;
        let alias = fields.take("key_alias");
        let row = KeyRow {
            key_alias: alias.name()?.given(),
            user_id: Some(user.to_owned()),
            team_id: fields.take("team_id").name()?.given(),
            expires_ms: match expires(&fields.take("duration"), &fields.take("expires"), Timestamp::now())? {
                Change::Set(end) => Some(end),
                Change::Keep | Change::Unset => None,
            },
            ..made(&plain)
        };
        admin.check_team(row.team_id.as_deref()).await?;
        Ok(Self { plain, row })
    }

    /// Stores it with its user: both, or neither. Answers with the user as stored, and with what is shown.
    pub(in super::super) async fn make(
        self,
        admin: &Admin,
        user: UserRow,
    ) -> Result<(UserRow, Shown), Problem> {
        let (user, row) = admin.store.create_user_with_key(user, self.row).await?;
        noted("key/generate", &row);
        let mut answer = answer::key(&row);
        answer.extend(answer::user(&user));
        Ok((user, shown(&self.plain, answer)))
    }
}
