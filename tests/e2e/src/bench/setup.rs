//! All sides that are measured, on free ports, with one upstream behind them.

use std::path::PathBuf;

use mock_providers::MockProviders;

use super::envoy::Envoy;
use super::loads::LOADS;
use super::peers::process::Started;
use super::running::{KEY, Running, buffer_bytes, expect};
use super::sides::{self, Kind, Side};
use crate::gateway::scratch;
use crate::{Failure, process};

/// What runs. Dropping it stops it.
pub struct Setup {
    /// The sides.
    pub sides: Vec<Running>,
    /// The peers that could not be started, and why.
    pub missing: Vec<(&'static Side, Failure)>,
    /// The Envoy that all are.
    pub envoy: PathBuf,
    /// What all forward to.
    pub upstream: mock_providers::Handle,
    /// For bodies, configurations and logs.
    pub folder: Folder,
}

/// A folder that goes with its owner.
pub struct Folder(pub PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Setup {
    /// Starts these sides.
    ///
    /// # Errors
    /// Something of ours did not start, or does not do what is to be measured.
    pub async fn start(wanted: &[&'static Side], wasm: Option<PathBuf>) -> Result<Self, Failure> {
        let upstream =
            MockProviders::start_fast(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
        let folder = Folder(scratch()?);
        let mut gateways = Vec::new();
        for side in with_a_gateway(wanted) {
            if let Kind::Gateway(parts) = side.kind {
                gateways.push(Running::gateway(side, parts, upstream.addr(), wasm.clone()).await?);
            }
        }
        // A gateway tells which Envoy all are, and how much that holds of a body.
        let first = gateways.first().ok_or("no gateway was started")?;
        let envoy = process::program(first.pid)?;
        let buffer = buffer_bytes(&first.rendered().ok_or("it has no configuration")?)?;
        let mut sides = Vec::new();
        let body = LOADS.first().ok_or("there is no load")?.body()?;
        for side in wanted {
            if let Kind::Envoy(template) = side.kind {
                let started = Envoy::start(template, &envoy, &folder.0, upstream.addr(), buffer).await;
                let running =
                    Running::envoy(side, started.map_err(|error| format!("`{}`: {error}", side.name))?)?;
                expect(side.name, running.address, KEY, &body, 200).await?;
                sides.push(running);
            }
        }
        sides.append(&mut gateways);
        let mut missing = Vec::new();
        for side in wanted {
            let Kind::Peer(peer) = side.kind else { continue };
            let started = Started::start(side.name, peer, &folder.0, upstream.addr()).await;
            match started.and_then(|started| Running::peer(side, started)) {
                Ok(running) => sides.push(running),
                Err(error) => missing.push((*side, error)),
            }
        }
        Ok(Self { sides, missing, envoy, upstream, folder })
    }

    /// The side, if it runs.
    ///
    /// # Errors
    /// It does not.
    pub fn side(&self, name: &str) -> Result<&Running, Failure> {
        let side = self.sides.iter().find(|running| running.side.name == name);
        side.ok_or_else(|| format!("`{name}` was not started"))
    }

    /// Stops everything.
    ///
    /// # Errors
    /// Something did not stop.
    pub async fn stop(mut self) -> Result<(), Failure> {
        for side in self.sides {
            side.stop().await?;
        }
        self.upstream.shutdown().await;
        Ok(())
    }
}

fn with_a_gateway(wanted: &[&'static Side]) -> Vec<&'static Side> {
    let mut all = wanted.to_vec();
    if !all.iter().any(|side| matches!(side.kind, Kind::Gateway(_))) {
        all.extend(sides::named(sides::BARE));
    }
    all
}
