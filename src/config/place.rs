//! Where a deployment stands: `api_base`, else the provider's variables, else the provider's own address.

use super::address::Address;
use super::azure;
use super::section::Section;
use super::vertex;
use crate::wire::{Api, Base, Below, Provider, Row};

/// Where requests of a deployment go.
pub(super) struct Place {
    pub address: Address,
    /// A dated version of Azure's API.
    pub api_version: Option<String>,
}

impl Place {
    /// Whether it is a public provider's own.
    pub fn is_publicly_known(&self) -> bool {
        self.owner().is_some()
    }

    /// Whose server it is, where it is neither OpenAI's nor Azure's.
    pub fn elsewhere(&self) -> Option<Provider> {
        let host = self.address.name();
        if OPENAI.iter().any(|domain| host.ends_with(domain)) {
            return None;
        }
        Some(self.owner().unwrap_or(Provider::OpenAiLike)).filter(|owner| *owner != Provider::OpenAi)
    }

    /// The public provider that stands here.
    fn owner(&self) -> Option<Provider> {
        let stands =
            |provider: &Provider| public(provider.row()).is_some_and(|usual| is_at(&self.address, &usual));
        Provider::ALL.iter().copied().find(stands)
    }
}

/// Ends of hosts that serve OpenAI's own models: its regions' (<https://platform.openai.com/docs/guides/your-data>), and
/// Azure's.
const OPENAI: [&str; 2] = [".api.openai.com", ".azure.com"];

/// Ends of Azure's hosts, in each of its clouds
/// (<https://learn.microsoft.com/en-us/azure/azure-government/compare-azure-government-global-azure>,
/// <https://learn.microsoft.com/en-us/azure/china/resources-developer-guide>).
const AZURE: [&str; 3] = [".azure.com", ".azure.us", ".azure.cn"];

/// Below which Azure's dated routes stand.
const DEPLOYMENTS: &str = "/deployments";

/// Ends of addresses that name a route of an API, not where it stands.
const ROUTES: [&str; 5] =
    ["/chat/completions", "/v1/completions", "/v1/embeddings", "/responses", ":generateContent"];

/// Reads an entry's place; reports what is wrong with it.
pub(super) fn read(params: &Section<'_>, provider: Provider) -> Option<Place> {
    let row = provider.row();
    // Read in any case: what they say is no unknown key.
    let version = azure::version(params, row);
    let project = (row.base == Base::Vertex).then(|| vertex::Project::read(params));
    let written = params.either("api_base", "base_url");
    let (url, source) = match &written {
        Some(at) => (at.text()?, None),
        None => default_base(params, row, project.as_ref())?,
    };
    let at = written.as_ref().unwrap_or(params.at());
    let mut address = Address::parse(&url)
        .map_err(|reason| {
            let whose =
                source.map_or_else(String::new, |name| format!(" of the environment variable {name}"));
            at.error(
                format!("the address{whose} is not usable: {reason}"),
                "expected `https://host[:port]/path`, e.g. `https://api.openai.com/v1`".to_owned(),
            );
        })
        .ok()?;
    if row.api == Api::Messages {
        // LiteLLM takes the address of the route itself here.
        address.path = without(&address.path, "/messages").to_owned();
    }
    if let Some(route) = route_of(&address, row) {
        let help = match row.below != Below::Azure && route == DEPLOYMENTS {
            true => {
                "write `https://my-resource.openai.azure.com/openai/v1`, and the deployment's name as the model"
            }
            false => "write the address below which the API stands, e.g. `https://host/v1`",
        };
        at.error(format!("the address names a route (`{route}`)"), help.to_owned());
        return None;
    }
    if let Some(usual) = public(row).filter(|usual| {
        row.below == Below::Nothing
            && address.path.is_empty()
            && !usual.path.is_empty()
            && is_at(&address, usual)
    }) {
        at.warning(
            format!("{}'s API does not stand at the root of its host", row.title),
            format!("write `{}`", usual.url()),
        );
    }
    let api_version = version.and_then(|version| azure::dated(&version, &address.path));
    let is_own = address.path.is_empty() || public(row).is_some_and(|usual| is_at(&address, &usual));
    address.path = match row.below {
        Below::Version(version) => with_version(address.path, version),
        // LiteLLM puts `/models/…` right behind the address of another host (`VertexBase._check_custom_proxy`).
        Below::OwnVersion(version) if is_own => with_version(address.path, version),
        Below::Nothing | Below::OwnVersion(_) => address.path,
        Below::Azure => azure::path(&address.path, api_version.is_some()),
        Below::Vertex => vertex::path(&address.path, params, project.as_ref())?,
    };
    Some(Place { address, api_version })
}

/// The route that an address names. Azure's is followed by a deployment's name, and may be by more; it wants a dated
/// version, which `openai/…` does not send.
fn route_of(address: &Address, row: &Row) -> Option<&'static str> {
    let (path, host) = (address.path.as_str(), address.name());
    let is_azures = row.below == Below::Azure || AZURE.iter().any(|domain| host.ends_with(domain));
    if is_azures && path.contains(DEPLOYMENTS) {
        return Some(DEPLOYMENTS);
    }
    ROUTES.into_iter().find(|route| path.ends_with(route))
}

/// Whether an address that the file names may get the key that a variable of the environment holds. A public
/// provider's key goes to its own host only: another one is somebody else's server.
pub(super) fn may_get_key(row: &Row, address: &Address, params: &Section<'_>) -> bool {
    let is_named = ["api_base", "base_url"].iter().any(|key| params.get(key).is_some());
    public(row).is_none_or(|usual| !is_named || is_at(address, &usual))
}

fn public(row: &Row) -> Option<Address> {
    match row.base {
        Base::Public(url) => Address::parse(url).ok(),
        Base::Local(_) | Base::Own(_) | Base::Vertex => None,
    }
}

fn is_at(address: &Address, usual: &Address) -> bool {
    address.name() == usual.name()
}

/// The address where the file names none, and the variable that holds it.
fn default_base(
    params: &Section<'_>,
    row: &Row,
    project: Option<&vertex::Project>,
) -> Option<(String, Option<&'static str>)> {
    let context = params.at().context();
    let set = row.base_variables.iter().find_map(|name| Some((context.variable(name)?, Some(*name))));
    if set.is_some() {
        return set;
    }
    match row.base {
        Base::Public(url) | Base::Local(url) => Some((url.to_owned(), None)),
        Base::Vertex => Some((project?.host(params)?, None)),
        Base::Own(example) => {
            let or = row.base_variables.first().map_or_else(String::new, |name| format!(", or set {name}"));
            params.at().missing(
                "api_base",
                format!("missing, expected the address of {}", row.title),
                format!("write `{example}`{or}"),
            );
            None
        }
    }
}

/// `/v1` behind a path that does not end in a version of its own.
fn with_version(path: String, version: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    let has_one = last.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if has_one { path } else { format!("{path}{version}") }
}

fn without<'p>(path: &'p str, end: &str) -> &'p str {
    path.strip_suffix(end).unwrap_or(path)
}
