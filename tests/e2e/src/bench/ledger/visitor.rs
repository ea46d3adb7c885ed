//! Somebody with a browser, who has logged in.

use super::side::{MASTER_KEY, Side};
use crate::Failure;
use crate::answer::Answer;
use crate::client::{Ask, Connection};

/// Who looks at the pages.
pub struct Visitor {
    connection: Connection,
    session: String,
}

impl Visitor {
    /// Logs in with the master key.
    ///
    /// # Errors
    /// The form or the session was not given.
    pub async fn login(side: &Side) -> Result<Self, Failure> {
        let mut connection = Connection::open(side.address, None).await?;
        let page = connection.send(&ask("GET", "/ui/login", "", "")).await?;
        let text = page.text();
        let token =
            text.split_once(r#"name="form_token" value=""#).and_then(|(_, rest)| rest.split_once('"'));
        let (token, _) = token.ok_or_else(|| format!("the login has no form: {text}"))?;
        let form = format!("credential={MASTER_KEY}&form_token={token}&next=/ui");
        let sent = ask("POST", "/ui/login", &cookie(&page, "spillway_login")?, &form);
        let session = cookie(&connection.send(&sent).await?, "spillway_session")?;
        Ok(Self { connection, session })
    }

    /// Looks at a page, or asks the interface.
    ///
    /// # Errors
    /// It was not answered with 200.
    pub async fn look_at(&mut self, path: &str) -> Result<(), Failure> {
        let answer = self.connection.send(&ask("GET", path, &self.session, "")).await?;
        if answer.status == 200 {
            Ok(())
        } else {
            Err(format!("{path}: HTTP {}: {}", answer.status, answer.text()))
        }
    }
}

fn ask(method: &str, path: &str, cookie: &str, form: &str) -> Ask {
    let headers = [
        ("cookie", cookie.to_owned()),
        ("sec-fetch-site", "same-origin".to_owned()),
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
        ("authorization", format!("Bearer {MASTER_KEY}")),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
    Ask { method: method.to_owned(), path: path.to_owned(), headers, body: form.as_bytes().to_vec() }
}

/// The cookie of this name that an answer sets, as a browser sends it back.
fn cookie(answer: &Answer, name: &str) -> Result<String, Failure> {
    let mut set = answer.headers.iter().filter(|(header, _)| header == "set-cookie");
    let line = set.find(|(_, line)| line.starts_with(name));
    let pair = line.and_then(|(_, line)| line.split(';').next());
    pair.map(str::to_owned)
        .ok_or_else(|| format!("HTTP {} without a cookie {name}: {}", answer.status, answer.text()))
}
