//! What the command line and the environment say. Secrets come from the environment or a file, never from
//! an argument, which every user of the machine can read.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;
use spillway_ledger::{
    Connections, Database, EmptySecret, Options, PostgresUrl, PostgresUrlError, Retention, Secret, Tls,
    TlsError,
};

/// Variables of the ingest token, the first that is set wins.
const TOKEN_VARIABLES: &[&str] = &["SPILLWAY_LEDGER_TOKEN"];

/// Variables of the master key, the first that is set wins.
const KEY_VARIABLES: &[&str] = &["SPILLWAY_MASTER_KEY", "LITELLM_MASTER_KEY"];

/// The variable of a PostgreSQL database's address.
const DATABASE_VARIABLE: &str = "DATABASE_URL";
/// Variables of the monitor's token, the first that is set wins.
const MONITOR_VARIABLES: &[&str] = &["SPILLWAY_MONITOR_TOKEN"];

/// Bytes of a secret's file; a larger one is another file, named by mistake.
const SECRET_FILE_BYTES: u64 = 4_096;

/// What the help says of secrets.
pub(crate) const SECRETS: &str = "\
Secrets, from a file or else the environment; without one, its endpoints answer 503:
  SPILLWAY_LEDGER_TOKEN                      what gateways present to deliver events
  SPILLWAY_MASTER_KEY or LITELLM_MASTER_KEY  what is presented to query, and to open /ui
  SPILLWAY_MONITOR_TOKEN                     opens /ui and nothing else

Rows are in a file of SQLite's (--data), or in PostgreSQL where its address is in a file or else the environment:
  DATABASE_URL                               postgres://user:password@host:5432/database?sslmode=require";

/// What a ledger that serves is told.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:4001", env = "SPILLWAY_LEDGER_LISTEN")]
    listen: String,
    #[command(flatten)]
    storage: Storage,
    /// Days for which the rows of requests are kept; for ever where it is not set.
    #[arg(long, value_name = "DAYS", env = "SPILLWAY_LEDGER_KEEP_LOGS", value_parser = days())]
    keep_logs: Option<u32>,
    /// Days for which sums by the hour are kept; sums by the day are kept for ever.
    #[arg(long, value_name = "DAYS", env = "SPILLWAY_LEDGER_KEEP_HOURS", value_parser = days(),
          default_value_t = Retention::default().hour_days)]
    keep_hours: u32,
    /// File that holds the ingest token.
    #[arg(long, value_name = "FILE")]
    ingest_token_file: Option<PathBuf>,
    /// File that holds the master key.
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
    /// File that holds the monitor's read-only token.
    #[arg(long, value_name = "FILE")]
    monitor_token_file: Option<PathBuf>,
    /// File of events that Envoy writes for a gateway with `durable_events`; may be given several times. It is
    /// followed, over rotations and restarts, and what the gateway did not deliver is stored from it.
    #[arg(long, value_name = "FILE")]
    access_log: Vec<PathBuf>,
    /// File that holds what Prometheus presents to /metrics; the master key is taken there too.
    #[arg(long, value_name = "FILE")]
    metrics_token_file: Option<PathBuf>,
    /// Connections at a time. One that is of no use is closed for another; half of the places are the most that
    /// one address has.
    #[arg(long, value_name = "COUNT", env = "SPILLWAY_LEDGER_CONNECTIONS", value_parser = places(),
          default_value_t = Connections::default().most)]
    connections: usize,
    /// Of these, from one address, or one /64 of IPv6: more where gateways come by a proxy that has one address.
    #[arg(long, value_name = "COUNT", env = "SPILLWAY_LEDGER_CONNECTIONS_PER_ADDRESS", value_parser = places(),
          default_value_t = Connections::default().per_address)]
    connections_per_address: usize,
    /// PEM file of the ledger's certificate and those between it and its authority: it listens with TLS.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// PEM file of the certificate's key.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// PEM file of authorities: gateways must show a certificate that one of them signed.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    client_ca: Option<PathBuf>,
}

/// Where the rows are.
#[derive(Debug, Args)]
pub(crate) struct Storage {
    /// SQLite's database file; created with its folder where missing.
    #[arg(long, value_name = "FILE", env = "SPILLWAY_LEDGER_DATA")]
    data: Option<PathBuf>,
    /// File that holds the address of a PostgreSQL database.
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    database_url_file: Option<PathBuf>,
}

/// Why a setting cannot be used.
#[derive(Debug)]
pub(crate) enum SettingError {
    /// Its file cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// Its file is too large for one.
    TooLarge(PathBuf),
    /// The file or the variable of this name is empty.
    Empty(String),
    /// The file or the variable of this name holds no address of a database.
    Address(String, PostgresUrlError),
    /// A certificate or a key cannot be used.
    Tls(TlsError),
    /// Neither a file nor a server is named.
    NoDatabase,
    /// A file and a server are named.
    TwoDatabases,
}

impl fmt::Display for SettingError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(file, error) => write!(out, "{}: cannot be read: {error}", file.display()),
            Self::TooLarge(file) => {
                write!(out, "{}: more than {SECRET_FILE_BYTES} bytes; is it the right file?", file.display())
            }
            Self::Empty(source) => write!(out, "{source}: {EmptySecret}"),
            Self::Address(source, error) => write!(out, "{source}: {error}"),
            Self::Tls(error) => error.fmt(out),
            Self::NoDatabase => write!(
                out,
                "no database is named: give a file with --data FILE, or the address of a PostgreSQL database in \
                 {DATABASE_VARIABLE}"
            ),
            Self::TwoDatabases => write!(
                out,
                "two databases are named, {DATABASE_VARIABLE} and the file of --data or SPILLWAY_LEDGER_DATA: \
                 unset one"
            ),
        }
    }
}

impl std::error::Error for SettingError {}

impl Settings {
    /// The ledger's options; `variable` looks a name up in the environment.
    ///
    /// # Errors
    /// [`SettingError`]: a secret is named and cannot be used.
    pub(crate) fn options(&self, variable: impl Fn(&str) -> Option<String>) -> Result<Options, SettingError> {
        let ingest_token = secret(self.ingest_token_file.as_deref(), TOKEN_VARIABLES, &variable)?;
        let master_key = secret(self.master_key_file.as_deref(), KEY_VARIABLES, &variable)?;
        let monitor_token = secret(self.monitor_token_file.as_deref(), MONITOR_VARIABLES, &variable)?;
        let metrics_token = secret(self.metrics_token_file.as_deref(), &[], &variable)?;
        let database = self.storage.database(&variable)?;
        let tls = self.tls()?;
        let retention = Retention { log_days: self.keep_logs, hour_days: self.keep_hours };
        Ok(Options {
            ingest_token,
            master_key,
            monitor_token,
            metrics_token,
            tls,
            connections: Connections {
                most: self.connections,
                per_address: self.connections_per_address,
                ..Connections::default()
            },
            access_logs: self.access_log.clone(),
            retention,
            ..Options::new(self.listen.as_str(), database)
        })
    }

    fn tls(&self) -> Result<Option<Tls>, SettingError> {
        let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) else { return Ok(None) };
        let tls = Tls::load(certificate, key, self.client_ca.as_deref());
        tls.map(Some).map_err(SettingError::Tls)
    }
}

impl Storage {
    /// The database that is named; `variable` looks a name up in the environment.
    ///
    /// # Errors
    /// [`SettingError`]: none is, or more than one, or its address cannot be used.
    pub(crate) fn database(
        &self,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Database, SettingError> {
        let address = match &self.database_url_file {
            Some(file) => Some((file.display().to_string(), read(file)?)),
            None => variable(DATABASE_VARIABLE).map(|text| (DATABASE_VARIABLE.to_owned(), text)),
        };
        match (&self.data, address) {
            (Some(_), Some(_)) => Err(SettingError::TwoDatabases),
            (Some(file), None) => Ok(Database::file(file)),
            (None, Some((source, text))) => {
                let url: PostgresUrl =
                    text.trim().parse().map_err(|error| SettingError::Address(source, error))?;
                Ok(Database::Postgres(url))
            }
            (None, None) => Err(SettingError::NoDatabase),
        }
    }
}

/// From a day to a century: zero would delete what is being counted.
fn days() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=36_500)
}

/// From one for each of two addresses to what no process may have.
fn places() -> clap::builder::RangedU64ValueParser<usize> {
    clap::builder::RangedU64ValueParser::new().range(2..=1_000_000)
}

/// A secret that is set to nothing is an error: a deployment whose secret got lost should hear of it.
fn secret(
    file: Option<&Path>,
    variables: &[&str],
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Secret>, SettingError> {
    let found = match file {
        Some(file) => Some((file.display().to_string(), read(file)?)),
        None => variables.iter().find_map(|name| variable(name).map(|text| ((*name).to_owned(), text))),
    };
    found
        .map(|(source, text)| Secret::new(&text).map_err(|EmptySecret| SettingError::Empty(source)))
        .transpose()
}

/// A small file's text.
///
/// # Errors
/// [`SettingError`]: it cannot be read, or is too large for a secret.
pub(crate) fn read(file: &Path) -> Result<String, SettingError> {
    let unreadable = |error| SettingError::Unreadable(file.to_owned(), error);
    let size = std::fs::metadata(file).map_err(unreadable)?.len();
    if size > SECRET_FILE_BYTES {
        return Err(SettingError::TooLarge(file.to_owned()));
    }
    std::fs::read_to_string(file).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        settings: Settings,
    }

    fn settings(arguments: &[&str]) -> Settings {
        Line::parse_from(["spillway-ledger", "--data", "ledger.sqlite"].iter().chain(arguments)).settings
    }

    #[test]
    fn no_secret_is_an_argument() {
        for argument in ["--ingest-token", "--master-key", "--monitor-token"] {
            let line = ["spillway-ledger", "--data", "x", argument, "secret"];
            assert!(Line::try_parse_from(line).is_err(), "{argument}");
        }
    }

    #[test]
    fn tls_needs_a_certificate_and_its_key() {
        for arguments in [&["--tls-cert", "c"][..], &["--tls-key", "k"], &["--client-ca", "a"]] {
            let line = ["spillway-ledger", "--data", "x"].iter().chain(arguments);
            assert!(Line::try_parse_from(line).is_err(), "{arguments:?}");
        }
        let lost = settings(&["--tls-cert", "no/such.pem", "--tls-key", "k"]).options(|_| None);
        assert!(lost.unwrap_err().to_string().starts_with("no/such.pem: cannot be read as PEM: "));
    }

    #[test]
    fn without_secrets_none_is_made_up() {
        let options = settings(&[]).options(|_| None).unwrap();
        assert!(options.ingest_token.is_none() && options.master_key.is_none());
        assert_eq!(options.listen, "127.0.0.1:4001");
    }

    #[test]
    fn each_variable_is_taken() {
        for name in KEY_VARIABLES {
            let options = settings(&[]).options(|asked| (asked == *name).then(|| "sk-1".to_owned())).unwrap();
            assert!(options.master_key.is_some() && options.ingest_token.is_none(), "{name}");
        }
        let options =
            settings(&[]).options(|asked| (asked == "SPILLWAY_LEDGER_TOKEN").then(|| "t".to_owned()));
        assert!(options.unwrap().ingest_token.is_some());
        let options = settings(&[])
            .options(|asked| (asked == "SPILLWAY_MONITOR_TOKEN").then(|| "t".to_owned()))
            .unwrap();
        assert!(options.monitor_token.is_some() && options.master_key.is_none());
    }

    /// As for the gateway and for `spillway keys`, which must hold the same key. A secret cannot be looked at, but whether
    /// it is empty is told.
    #[test]
    fn of_two_variables_of_the_master_key_our_own_wins() {
        let with_empty = |empty: &str| {
            let value = |name: &str| if name == empty { String::new() } else { "sk-1".to_owned() };
            let options = settings(&[]).options(|name| name.ends_with("_MASTER_KEY").then(|| value(name)));
            options.map(|_| ()).map_err(|error| error.to_string())
        };
        assert_eq!(with_empty("LITELLM_MASTER_KEY"), Ok(()));
        let error = "SPILLWAY_MASTER_KEY: the secret is empty".to_owned();
        assert_eq!(with_empty("SPILLWAY_MASTER_KEY"), Err(error));
    }

    #[test]
    fn rows_are_kept_for_ever_unless_it_is_said() {
        let retention = |arguments: &[&str]| settings(arguments).options(|_| None).unwrap().retention;
        assert_eq!(retention(&[]), Retention { log_days: None, hour_days: 14 });
        let told = retention(&["--keep-logs", "90", "--keep-hours", "30"]);
        assert_eq!(told, Retention { log_days: Some(90), hour_days: 30 });
        for days in ["0", "-1", "36501", "1d"] {
            let line = ["spillway-ledger", "--data", "x", &format!("--keep-logs={days}")];
            assert!(Line::try_parse_from(line).is_err(), "{days}");
        }
    }

    #[test]
    fn one_database_is_named() {
        let options = |arguments: &[&str], address: Option<&str>| {
            let settings = Line::parse_from(["spillway-ledger"].iter().chain(arguments)).settings;
            let options =
                settings.options(|name| address.filter(|_| name == DATABASE_VARIABLE).map(str::to_owned));
            options.map(|options| options.database.to_string()).map_err(|error| error.to_string())
        };
        let address = Some("postgres://ada:secret@db/spillway");
        assert_eq!(options(&["--data", "x.sqlite"], None), Ok("x.sqlite".to_owned()));
        assert_eq!(options(&[], address), Ok("PostgreSQL at db, database spillway".to_owned()));
        assert!(
            options(&["--data", "x.sqlite"], address).unwrap_err().starts_with("two databases are named")
        );
        assert!(options(&[], None).unwrap_err().starts_with("no database is named"));
        let wrong = options(&[], Some("mysql://ada:secret@db")).unwrap_err();
        assert!(wrong.starts_with("DATABASE_URL: is no address") && !wrong.contains("secret"), "{wrong}");
    }

    #[test]
    fn a_secret_that_is_named_and_absent_stops_the_start() {
        let empty = settings(&[]).options(|name| (name == "LITELLM_MASTER_KEY").then(String::new));
        assert_eq!(empty.unwrap_err().to_string(), "LITELLM_MASTER_KEY: the secret is empty");
        let lost = settings(&["--master-key-file", "no/such/file"]).options(|_| Some("sk-1".to_owned()));
        assert!(lost.unwrap_err().to_string().starts_with("no/such/file: cannot be read: "));
    }
}
