//! The address of LiteLLM's database. LiteLLM's own has options of its database library's, Prisma's, which a server
//! does not know.

use crate::db::{PostgresUrl, PostgresUrlError};

/// Prisma's options, of which none says where the database is.
const PRISMAS: [&str; 9] = [
    "connection_limit",
    "pool_timeout",
    "pgbouncer",
    "socket_timeout",
    "statement_cache_size",
    "sslaccept",
    "sslcert",
    "sslidentity",
    "sslpassword",
];

/// Reads what LiteLLM has in its `DATABASE_URL`: `postgresql://…?schema=litellm&connection_limit=10`.
///
/// # Errors
/// [`PostgresUrlError`]; it quotes nothing of the address, which holds a password.
pub fn litellm_address(text: &str) -> Result<PostgresUrl, PostgresUrlError> {
    let (place, query) = text.trim().split_once('?').unwrap_or((text.trim(), ""));
    let mut kept = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("schema", schema)) if is_plain(schema) => {
                kept.push(format!("options=-c%20search_path%3D%22{schema}%22"));
            }
            Some(("schema", _)) => return Err(PostgresUrlError::Malformed),
            Some(("connect_timeout", "0")) => {}
            Some((name, _)) if PRISMAS.contains(&name) => {}
            _ => kept.push(pair.to_owned()),
        }
    }
    if kept.is_empty() { place.parse() } else { format!("{place}?{}", kept.join("&")).parse() }
}

fn is_plain(schema: &str) -> bool {
    !schema.is_empty() && schema.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prismas_options_are_left_out() {
        let url =
            "postgresql://llm:secret@db:5432/litellm?schema=Proxy_1&connection_limit=10&sslmode=require\n";
        assert_eq!(litellm_address(url).unwrap().to_string(), "PostgreSQL at db, database litellm");
        assert!(litellm_address("postgresql://llm@db/litellm").is_ok());
        for wrong in ["postgresql://db/x?schema=a%22;drop", "postgresql://db/x?colour=red", "mysql://db/x"] {
            assert!(litellm_address(wrong).is_err(), "{wrong}");
        }
    }
}
