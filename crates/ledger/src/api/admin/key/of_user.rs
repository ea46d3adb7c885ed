//! The key that `/user/new` makes beside the user, as LiteLLM does. What limits it are the user's rules.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::Admin;
use super::super::answer;
use super::super::field::Change;
use super::super::fields::Fields;
use super::super::minted::PlainKey;
use super::generate::made;
use super::{Shown, expires, noted, shown};
use crate::api::Problem;
use crate::record::KeyRow;
use crate::store::WriteError;

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

    /// Stores it, and answers with the user and the key. The user is taken back where that fails.
    pub(in super::super) async fn make(
        self,
        admin: &Admin,
        user: Map<String, Value>,
    ) -> Result<Shown, Problem> {
        let owner = self.row.user_id.clone();
        let row = match admin.store.create_key(self.row).await {
            Ok(row) => row,
            Err(error @ WriteError::Taken { .. }) => {
                admin.store.delete_users(owner.into_iter().collect()).await?;
                return Err(error.into());
            }
            Err(error) => return Err(error.into()),
        };
        noted("key/generate", &row);
        let mut answer = answer::key(&row);
        answer.extend(user);
        Ok(shown(&self.plain, answer))
    }
}
