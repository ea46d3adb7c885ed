//! What happens instead, where several keys share it.

pub const LOGGING: &str =
    "requests are recorded by the ledger; Envoy's access logs, statistics and tracing give the rest";
pub const DATABASE: &str = "the ledger keeps its own store; see `spillway_settings.ledger`";
/// Of models that LiteLLM has in its database.
pub const MODELS_OF_DATABASE: &str = "models, credentials and guardrails that LiteLLM has in its database are not read: write them in this \
     file (LiteLLM's `GET /model/info` lists the models)";
pub const CACHE: &str = "responses are not cached";
pub const OTHER_PROVIDER: &str = "it belongs to another provider, or to one that is not served yet";
pub const PARAMETER_DEFAULT: &str =
    "requests reach the model with the caller's own parameters; no defaults are added";
pub const SELECTION: &str =
    "deployments are chosen by `order`, and then by `router_settings.routing_strategy`";
/// Of what keeps callers apart in LiteLLM.
pub const TAGS: &str = "tags keep nobody away from a deployment: whoever may use its group may reach it; give it a `model_name` \
     of its own, and have each key name its `models`";
pub const HEALTH: &str =
    "deployments are judged by the requests that they serve: see `router_settings.cooldown_time`";
/// Also for `retry_after`, which is read: 0 is what is done.
pub const NO_WAIT: &str = "another deployment is tried at once, without waiting";
pub const OF_ROUTER: &str = "write it under `router_settings`";
pub const PARALLEL: &str = "concurrency per deployment is not bounded";
pub const ACCESS: &str =
    "callers show the master key, a key of `spillway_settings.keys`, or one that `POST /key/generate` made";
pub const MODELS_OF_KEYS: &str =
    "name the models at the keys: `models` of `spillway_settings.keys[]` or of `POST /key/generate`";
pub const NETWORK: &str = "connections, TLS and addresses are Envoy's; set them there";
pub const BUDGETS: &str = "budgets belong to keys, teams and users: write `max_budget` at each, here or with `POST /key/generate`, \
     `/team/new`, `/user/new`";
/// Of a bound on what may be spent that would hold for nobody.
pub const UNBOUNDED: &str = "nothing would hold spend below it: write `max_budget` at keys, teams and users, here or with \
     `POST /key/generate`, `/team/new`, `/user/new`, and take it out";
pub const KEY_DEFAULTS: &str =
    "a key is made as `POST /key/generate` says, with no defaults and no bounds; only the master key may ask";
pub const NOT_SERVED: &str = "the gateway serves chat completions, responses, messages, completions, embeddings and moderations, and \
     lists models";
pub const PROMPTS: &str = "messages are passed on as the caller wrote them";
pub const NOTHING: &str = "nothing stands in for it";
pub const ADMIN_UI: &str =
    "the ledger's monitor page wants the master key, or the ledger's monitor token, and has no settings here";
pub const KEEPALIVE: &str = "streams are passed on as they come; Envoy's idle timeouts are set there";
pub const BUILT: &str = "requests are built from what the provider's API defines; nothing stands in for it";
