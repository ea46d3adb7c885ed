//! What each action asks of the gateway.

use serde_json::{Map, Value, json};

use super::client::Client;
use super::named::{encoded, token};
use super::{Action, Filter, Many};
use crate::failure::Failure;

/// Keys that one request asks for; as many as the ledger gives at once.
const PAGE: u64 = 100;
/// Pages that are asked for, so that a ledger without end ends.
const MOST_PAGES: u64 = 1_000;

/// Sends what the action needs, and answers with the gateway's last word: for a list, all of its pages in one.
///
/// # Errors
/// The gateway cannot be reached, or refuses.
pub async fn send(client: &Client, action: &Action) -> Result<Value, Failure> {
    match action {
        Action::Generate(fields) => client.post("/key/generate", fields.body()).await,
        Action::List(filter) => list(client, filter).await,
        Action::Info(one) => {
            let token = token(client, &one.key).await?;
            client.get(&format!("/key/info?key={token}")).await
        }
        Action::Update(update) => {
            let mut body = update.fields.body()?;
            body.insert("key".to_owned(), json!(token(client, &update.key.key).await?));
            client.post("/key/update", body).await
        }
        Action::Block(one) => about_key(client, "/key/block", &one.key).await,
        Action::Unblock(one) => about_key(client, "/key/unblock", &one.key).await,
        Action::Delete(many) => delete(client, many).await,
    }
}

async fn about_key(client: &Client, path: &str, named: &str) -> Result<Value, Failure> {
    let token = token(client, named).await?;
    client.post(path, Map::from_iter([("key".to_owned(), json!(token))])).await
}

async fn delete(client: &Client, many: &Many) -> Result<Value, Failure> {
    let mut tokens = Vec::new();
    for named in &many.keys {
        tokens.push(token(client, named).await?);
    }
    client.post("/key/delete", Map::from_iter([("keys".to_owned(), json!(tokens))])).await
}

async fn list(client: &Client, filter: &Filter) -> Result<Value, Failure> {
    let mut path = format!("/key/list?return_full_object=true&size={PAGE}");
    let filters =
        [("user_id", &filter.user_id), ("team_id", &filter.team_id), ("key_alias", &filter.key_alias)];
    for (name, value) in filters {
        if let Some(value) = value {
            path.push_str(&format!("&{name}={}", encoded(value)));
        }
    }
    let mut keys: Vec<Value> = Vec::new();
    let mut page = 1;
    loop {
        let mut answer = client.get(&format!("{path}&page={page}")).await?;
        if let Some(Value::Array(more)) = answer.get_mut("keys").map(Value::take) {
            keys.extend(more);
        }
        let pages = answer.get("total_pages").and_then(Value::as_u64).unwrap_or(page);
        if page >= pages.min(MOST_PAGES) {
            return Ok(json!({ "keys": keys, "total_count": answer.get("total_count") }));
        }
        page += 1;
    }
}
