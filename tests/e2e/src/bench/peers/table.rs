//! Who the gateway is compared with: other people's gateways, as `tools/peers.sh` installs them.

use crate::Failure;
use crate::bench::sides::{Kind, Side};
use crate::gateway::root;

/// How a peer is started and asked. In its texts `${TOOLS}` is where it was installed, `${FILES}` where our files for it
/// are, `${CONFIG}` its configuration, `${PORT}` the port that it shall take, `${UPSTREAM}` the upstream's address.
#[derive(Debug, PartialEq, Eq)]
pub struct Peer {
    /// As its authors write its name.
    pub title: &'static str,
    /// The list of packages that names its version, and what stands before that.
    pub pinned: (&'static str, &'static str),
    /// What is run.
    pub program: &'static str,
    /// How.
    pub arguments: &'static [&'static str],
    /// Besides what our own environment has.
    pub environment: &'static [(&'static str, &'static str)],
    /// A template.
    pub config: Option<&'static str>,
    /// Whether it takes a port of its own and prints its URL.
    pub prints_address: bool,
    /// Where a chat completion is asked for.
    pub path: &'static str,
    /// Headers that it wants besides, one a line.
    pub headers: &'static str,
    /// What it calls the model, where that is another name.
    pub model: Option<&'static str>,
}

/// Our files for them, in the repository.
pub const FILES: &str = "tests/bench/peers";
/// Where `tools/peers.sh` installs them.
pub const TOOLS: &str = ".tools/peers";

/// All of them, as their manuals say, one process each; telemetry and fetching of price lists off.
pub static PEERS: [Side; 3] = [
    Side {
        name: "litellm",
        about: "one worker; the master key is checked; no database, so no other keys, no limits, no spend log",
        kind: Kind::Peer(&Peer {
            title: "LiteLLM",
            pinned: ("python/requirements.in", "litellm[proxy]=="),
            program: "${TOOLS}/python/bin/litellm",
            arguments: &[
                "--config",
                "${CONFIG}",
                "--host",
                "127.0.0.1",
                "--port",
                "${PORT}",
                "--num_workers",
                "1",
            ],
            environment: &[
                ("LITELLM_LOCAL_MODEL_COST_MAP", "True"),
                ("LITELLM_LOG", "ERROR"),
                ("LITELLM_MODE", "PRODUCTION"),
            ],
            config: Some("litellm.yaml"),
            prints_address: false,
            path: "/v1/chat/completions",
            headers: "",
            model: None,
        }),
    },
    Side {
        name: "tensorzero",
        about: "the gateway of its Python package; nothing is checked or written down",
        kind: Kind::Peer(&Peer {
            title: "TensorZero",
            pinned: ("python/requirements.in", "tensorzero=="),
            program: "${TOOLS}/python/bin/python",
            arguments: &["-W", "ignore", "${FILES}/tensorzero_gateway.py", "${CONFIG}"],
            environment: &[],
            config: Some("tensorzero.toml"),
            prints_address: true,
            path: "/openai/v1/chat/completions",
            headers: "",
            model: Some("tensorzero::model_name::gpt-4.1"),
        }),
    },
    Side {
        name: "portkey",
        about: "one process of Node; nothing is checked or written down",
        kind: Kind::Peer(&Peer {
            title: "Portkey",
            pinned: ("node/package.json", "\"@portkey-ai/gateway\": \""),
            program: "node",
            arguments: &[
                "${TOOLS}/node/node_modules/@portkey-ai/gateway/build/start-server.js",
                "--port=${PORT}",
                "--headless",
            ],
            environment: &[("NODE_ENV", "production")],
            config: None,
            prints_address: false,
            path: "/v1/chat/completions",
            headers: "x-portkey-provider: openai\nx-portkey-custom-host: http://${UPSTREAM}/v1",
            model: None,
        }),
    },
];

impl Peer {
    /// Its version, out of the list that it is installed by.
    ///
    /// # Errors
    /// The list does not have it.
    pub fn version(&self) -> Result<String, Failure> {
        let (list, before) = self.pinned;
        let path = root().join(FILES).join(list);
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let version = text.split_once(before).map(|(_, after)| {
            after.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '.').collect::<String>()
        });
        version.filter(|version| !version.is_empty()).ok_or_else(|| format!("{FILES}/{list} has no {before}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_is_pinned_and_has_its_files() {
        for side in &PEERS {
            let Kind::Peer(peer) = side.kind else { panic!("{} is no peer", side.name) };
            assert!(peer.version().unwrap().contains('.'), "{}", side.name);
            if let Some(file) = peer.config {
                assert!(root().join(FILES).join(file).is_file(), "{file}");
            }
        }
    }

    #[test]
    fn what_is_installed_is_what_is_named() {
        let lock = std::fs::read_to_string(root().join(FILES).join("python/requirements.txt")).unwrap();
        for (side, package) in [(&PEERS[0], "litellm"), (&PEERS[1], "tensorzero")] {
            let Kind::Peer(peer) = side.kind else { panic!("{} is no peer", side.name) };
            let version = peer.version().unwrap();
            let begins = [format!("{package}=={version} "), format!("{package}[proxy]=={version} ")];
            assert!(lock.lines().any(|line| begins.iter().any(|begin| line.starts_with(begin))), "{package}");
        }
    }
}
