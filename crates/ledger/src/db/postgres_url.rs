//! Which PostgreSQL server, and as whom.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// How long a connection may take to come about, where the address does not say.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// `postgres://user:password@host:port/database?sslmode=require`. It is never shown: it holds a password.
#[derive(Clone)]
pub struct PostgresUrl(Box<Config>);

/// Why a text is no address of a PostgreSQL server. It quotes nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostgresUrlError {
    /// It has another form.
    Malformed,
    /// It names no host.
    NoHost,
}

impl fmt::Display for PostgresUrlError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = match self {
            Self::Malformed => "is no address of a PostgreSQL database",
            Self::NoHost => "names no host",
        };
        write!(out, "{problem}; write postgres://user:password@host:5432/database")
    }
}

impl std::error::Error for PostgresUrlError {}

impl FromStr for PostgresUrl {
    type Err = PostgresUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !(text.starts_with("postgres://") || text.starts_with("postgresql://")) {
            return Err(PostgresUrlError::Malformed);
        }
        let mut config: Config = text.parse().map_err(|_| PostgresUrlError::Malformed)?;
        if config.get_hosts().is_empty() {
            return Err(PostgresUrlError::NoHost);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIME);
        }
        if config.get_application_name().is_none() {
            config.application_name("spillway-ledger");
        }
        // A server that vanished without a word is noticed on connections that wait for it.
        config.keepalives_idle(Duration::from_secs(30));
        Ok(Self(Box::new(config)))
    }
}

impl PostgresUrl {
    pub(super) fn config(&self) -> &Config {
        &self.0
    }

    /// Whether it is a socket of this machine, which has no name that a certificate could tell.
    pub(super) fn is_local(&self) -> bool {
        self.0.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)))
    }
}

impl fmt::Display for PostgresUrl {
    /// Where it is, without a user or a password: `PostgreSQL at db.internal, database spillway`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = |host: &Host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        };
        let hosts: Vec<String> = self.0.get_hosts().iter().map(host).collect();
        write!(out, "PostgreSQL at {}", hosts.join(", "))?;
        self.0.get_dbname().map_or(Ok(()), |name| write!(out, ", database {name}"))
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let url: PostgresUrl =
            "postgres://ada:secret@db.internal:5433/spillway?sslmode=require".parse().unwrap();
        assert_eq!(format!("{url} {url:?}").matches("secret").count(), 0);
        assert_eq!(url.to_string(), "PostgreSQL at db.internal, database spillway");
    }

    #[test]
    fn what_is_no_address_is_refused_and_not_quoted() {
        for text in ["", "mysql://a:secret@b/c", "postgres://a:secret@b:many/c", "host=b password=secret"] {
            let error = text.parse::<PostgresUrl>().unwrap_err();
            assert_eq!(error, PostgresUrlError::Malformed, "{text}");
            assert!(!error.to_string().contains("secret"));
        }
    }
}
