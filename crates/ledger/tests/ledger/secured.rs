//! The listener with TLS, and gateways that show a certificate.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::http::response::Parts;
use hyper::{Method, Request, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use spillway_ledger::{Options, Tls, TlsError};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::events::answered;
use crate::running::{KEY, Running, TOKEN};

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Writes a certificate for `localhost` that an authority signed, and its key.
fn certificate(folder: &Path, name: &str, authority: &Issuer) -> (PathBuf, PathBuf) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let signed = params.signed_by(&key, authority).unwrap();
    let write = |kind: &str, text: String| {
        let file = folder.join(format!("{name}.{kind}"));
        std::fs::write(&file, text).unwrap();
        file
    };
    (write("crt", signed.pem()), write("key", key.serialize_pem()))
}

/// The authorities of the ledger and of its gateways, and a ledger that trusts them.
pub struct Secured {
    folder: tempfile::TempDir,
    servers: Issuer,
    gateways: Issuer,
    pub running: Running,
}

async fn secured(mutual: bool, token: bool) -> Secured {
    secured_with(mutual, token, |options| options).await
}

/// A ledger that is asked by TLS, with other options too.
pub async fn secured_with(mutual: bool, token: bool, change: impl FnOnce(Options) -> Options) -> Secured {
    let folder = tempfile::tempdir().unwrap();
    let (servers, gateways) = (authority(), authority());
    let (certificate, key) = certificate(folder.path(), "ledger", &servers);
    let trusted = folder.path().join("gateways.crt");
    std::fs::write(&trusted, gateways.pem()).unwrap();
    let tls = Tls::load(&certificate, &key, mutual.then_some(trusted.as_path())).unwrap();
    let running = Running::with(|mut options| {
        options.tls = Some(tls);
        options.ingest_token = options.ingest_token.filter(|_| token);
        change(options)
    })
    .await;
    Secured { folder, servers, gateways, running }
}

impl Secured {
    /// Asks over TLS, showing a certificate or none; the status, or why there is none.
    pub async fn ask(
        &self,
        shown: Option<&(PathBuf, PathBuf)>,
        path: &str,
        credential: &str,
    ) -> Result<u16, Box<dyn std::error::Error>> {
        Ok(self.answered(shown, path, credential).await?.status.as_u16())
    }

    /// A connection on which one of these protocols is to be spoken, the first best.
    pub async fn connected(
        &self,
        shown: Option<&(PathBuf, PathBuf)>,
        offered: &[&str],
    ) -> Result<TlsStream<TcpStream>, Box<dyn std::error::Error>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.servers.der().clone())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let builder = builder.with_root_certificates(roots);
        let mut config = match shown {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => builder.with_client_auth_cert(
                vec![CertificateDer::from_pem_file(certificate)?],
                PrivateKeyDer::from_pem_file(key)?,
            )?,
        };
        config.alpn_protocols = offered.iter().map(|name| name.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(self.running.ledger.addr()).await?;
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        Ok(connector.connect(ServerName::try_from("localhost")?, stream).await?)
    }

    /// The head of the answer.
    async fn answered(
        &self,
        shown: Option<&(PathBuf, PathBuf)>,
        path: &str,
        credential: &str,
    ) -> Result<Parts, Box<dyn std::error::Error>> {
        let stream = self.connected(shown, &[]).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let (head, body) = sender.send_request(request(path, credential)?).await?.into_parts();
        body.collect().await?;
        Ok(head)
    }
}

/// A batch for the path of events, else a question.
fn request(path: &str, credential: &str) -> Result<Request<Full<Bytes>>, Box<dyn std::error::Error>> {
    let batch = spillway_filter::event::Batch { events: vec![answered("a")] };
    let (method, body) = match path {
        "/v1/events" => (Method::POST, serde_json::to_vec(&batch)?),
        _ => (Method::GET, Vec::new()),
    };
    let request = Request::builder().method(method).uri(format!("https://localhost{path}"));
    let request = request.header("host", "localhost").header("authorization", format!("Bearer {credential}"));
    Ok(request.body(Full::new(Bytes::from(body)))?)
}

#[tokio::test]
async fn tls_agrees_on_the_protocol() {
    let ledger = secured(true, false).await;
    let own = certificate(ledger.folder.path(), "gateway", &ledger.gateways);
    for (offered, agreed) in
        [(&["h2", "http/1.1"][..], Some(&b"h2"[..])), (&["http/1.1"], Some(b"http/1.1")), (&[], None)]
    {
        let stream = ledger.connected(Some(&own), offered).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), agreed, "{offered:?}");
    }
    let stream = ledger.connected(Some(&own), &["h2"]).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let answer = sender.send_request(request("/v1/events", "").unwrap()).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, Version::HTTP_2));
}

#[tokio::test]
async fn a_certificate_alone_secures_the_way() {
    let ledger = secured(false, true).await;
    assert_eq!(ledger.ask(None, "/v1/events", TOKEN).await.unwrap(), 200);
    assert_eq!(ledger.ask(None, "/v1/events", "wrong").await.unwrap(), 401);
    let plain = ledger.running.http.send(Method::GET, "/health", None, "").await;
    assert!(plain.is_err(), "plain HTTP is answered: {plain:?}");
}

#[tokio::test]
async fn cookies_of_the_monitor_are_for_tls_only() {
    let ledger = secured(false, true).await;
    let login = ledger.answered(None, "/ui/login", "").await.unwrap();
    assert_eq!(login.status, 200);
    let cookie = login.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; Secure"), "{cookie}");
}

#[tokio::test]
async fn gateways_show_a_certificate_where_it_is_asked_for() {
    for token in [false, true] {
        let ledger = secured(true, token).await;
        let own = certificate(ledger.folder.path(), "gateway", &ledger.gateways);
        let credential = if token { TOKEN } else { "" };
        for path in ["/v1/events", "/v1/changes?gateway=g"] {
            assert_eq!(ledger.ask(Some(&own), path, credential).await.unwrap(), 200, "{path}");
            assert_eq!(ledger.ask(None, path, TOKEN).await.unwrap(), 401, "{path}");
            // A certificate does not stand in for a token that is configured.
            let without = ledger.ask(Some(&own), path, "wrong").await.unwrap();
            assert_eq!(without, if token { 401 } else { 200 }, "{path}");
        }
        // People ask with the master key; a gateway's certificate opens nothing of theirs.
        assert_eq!(ledger.ask(None, "/spend/logs", KEY).await.unwrap(), 200);
        assert_eq!(ledger.ask(Some(&own), "/spend/logs", "").await.unwrap(), 401);
    }
}

#[tokio::test]
async fn a_strangers_certificate_ends_the_handshake() {
    let ledger = secured(true, false).await;
    let strange = certificate(ledger.folder.path(), "stranger", &authority());
    assert!(ledger.ask(Some(&strange), "/v1/events", TOKEN).await.is_err());
    assert_eq!(ledger.running.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#).await, 0);
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate_file, key) = certificate(folder.path(), "one", &authority());
    let (_, of_another) = certificate(folder.path(), "other", &authority());
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let told = |result: Result<Tls, TlsError>| result.unwrap_err().to_string();
    assert!(
        told(Tls::load(&empty, &key, None))
            .ends_with("empty.pem: holds no certificate; expected PEM, the ledger's own first")
    );
    assert!(told(Tls::load(&certificate_file, &empty, None)).contains("empty.pem: cannot be read as PEM"));
    assert!(
        told(Tls::load(&certificate_file, &of_another, None))
            .contains("one.crt: cannot be used with its key")
    );
    assert!(told(Tls::load(&certificate_file, &key, Some(&empty))).contains("empty.pem"));
    let mut program = Command::new(env!("CARGO_BIN_EXE_spillway-ledger"));
    let output = program
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("ledger.sqlite"))
        .arg("--tls-cert")
        .arg(&certificate_file)
        .arg("--tls-key")
        .arg(&of_another)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot be used with its key"));
}
