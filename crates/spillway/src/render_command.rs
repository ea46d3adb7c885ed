//! `spillway render`: what runs a gateway's file, to a file or to standard output.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::failure::{Doing, Failure};
use crate::render::mesh::{self, Mesh, Module, Place};
use crate::render::{self, Options};
use crate::variables::Variables;
use crate::{ledger_address, load, replace};

/// Who configures the Envoy that is rendered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// Nobody else: a whole configuration, for `envoy -c`.
    Envoy,
    /// Istio: objects of Kubernetes, for an ingress gateway.
    Istio,
    /// Envoy Gateway: objects of Kubernetes.
    EnvoyGateway,
}

/// Where to render, and for whom.
#[derive(Debug, Args)]
pub struct Destination {
    /// Where to write; `-` for standard output.
    #[arg(long, default_value = "-")]
    out: PathBuf,
    /// Who configures Envoy.
    ///
    /// Istio and Envoy Gateway need `--host`, `--module-url` and the ledger's Service as `--ledger`, and have options of
    /// their own, under Kubernetes. `--wasm`, `--listen` and `--admin` are not for them.
    #[arg(long, value_enum, default_value = "envoy")]
    target: Target,
    /// A host that the gateway answers for; may stand several times.
    #[arg(long = "host", value_name = "HOST", value_parser = mesh::name, help_heading = "Kubernetes")]
    hosts: Vec<String>,
    /// The module's image: oci://REGISTRY/NAME:TAG or oci://REGISTRY/NAME@sha256:DIGEST.
    #[arg(long, value_name = "URL", value_parser = Module::parse, help_heading = "Kubernetes")]
    module_url: Option<Module>,
    /// Namespace of the proxies (Istio) or of the Gateway (Envoy Gateway).
    #[arg(long, value_name = "NAME", value_parser = mesh::name, default_value = "spillway", help_heading = "Kubernetes")]
    namespace: String,
    /// Istio: a label of the proxies' pods; may stand several times.
    #[arg(long, value_name = "KEY=VALUE", value_parser = mesh::label, default_value = "istio=spillway", help_heading = "Kubernetes")]
    selector: Vec<(String, String)>,
    /// Istio: the port of the proxies' Service on which clients connect.
    #[arg(long, value_name = "PORT", default_value_t = 443, help_heading = "Kubernetes")]
    port: u16,
    /// Envoy Gateway: the Gateway's name.
    #[arg(long, value_name = "NAME", value_parser = mesh::name, default_value = "spillway", help_heading = "Kubernetes")]
    gateway: String,
    /// Envoy Gateway: the name of the Gateway's listener.
    #[arg(long, value_name = "NAME", value_parser = mesh::name, default_value = "https", help_heading = "Kubernetes")]
    listener: String,
    /// Envoy Gateway: the image of Envoy that it starts.
    #[arg(
        long,
        value_name = "IMAGE",
        default_value = "envoyproxy/envoy:distroless-v1.40-latest",
        help_heading = "Kubernetes"
    )]
    envoy_image: String,
}

/// Renders `file` to its destination; warnings go to standard error.
///
/// # Errors
/// When the file cannot be used or the result cannot be written.
pub fn run(file: &Path, destination: Destination, options: &Options) -> Result<(), Failure> {
    let out = destination.out.clone();
    let text = destination.render(file, options)?;
    if out == Path::new("-") {
        return std::io::stdout().write_all(text.as_bytes()).doing(|| "standard output".to_owned());
    }
    replace::public_file(&out, &text).doing(|| format!("writing {}", out.display()))
}

impl Destination {
    fn render(self, file: &Path, options: &Options) -> Result<String, Failure> {
        let gateway = load::gateway(file, &Variables::of_this_process())?;
        ledger_address::check(&gateway.ledger, options.ledger.as_ref())?;
        let mesh = match self.target {
            Target::Envoy => return render::yaml(&gateway, options).doing(|| file.display().to_string()),
            Target::Istio => Mesh::Istio,
            Target::EnvoyGateway => Mesh::EnvoyGateway,
        };
        let place = self.place()?;
        mesh::render(mesh, &gateway, options, &place).doing(|| file.display().to_string())
    }

    fn place(self) -> Result<Place, Failure> {
        if self.hosts.is_empty() {
            return Err(Failure::new(
                "--host: name the host that the gateway answers for, as clients write it",
            ));
        }
        let module = self.module_url.ok_or_else(|| {
            Failure::new(
                "--module-url: name the module's image, oci://REGISTRY/NAME:TAG; docker/README.md makes it",
            )
        })?;
        Ok(Place {
            namespace: self.namespace,
            hosts: self.hosts,
            module,
            selector: self.selector,
            port: self.port,
            gateway: self.gateway,
            listener: self.listener,
            envoy_image: self.envoy_image,
        })
    }
}
