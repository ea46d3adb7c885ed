//! LiteLLM's model names: `{provider}/[responses/]{model}`.

use super::suggest::did_you_mean;
use crate::wire::Provider;

/// A `litellm_params.model` of a provider that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ModelName {
    pub provider: Provider,
    /// The provider's own name of the model.
    pub model: String,
    /// Whether the name or the mode asks for the Responses API: `openai/responses/x`, `mode: responses`.
    pub responses: bool,
    /// Whether the mode asks for chat completions: `mode: chat`.
    pub chat: bool,
    /// Whether the name or the mode says that the model completes texts: `text-completion-openai/x`.
    pub completions: bool,
}

/// Why a model is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotServed {
    /// One of LiteLLM's providers, by name; its deployment can be left out.
    Provider(String),
    /// A model of another family than those that are served of its provider.
    Model(Provider),
    /// Nobody's; perhaps a spelling mistake.
    Unknown { provider: String, hint: Option<String> },
    /// A prefix with nothing after it.
    NoModel,
}

/// Prefixes that say that a model completes texts, and its provider.
const COMPLETING: &[(&str, Provider)] =
    &[("text-completion-openai", Provider::OpenAi), ("azure_text", Provider::Azure)];

/// Infixes by which LiteLLM marks an Azure deployment's family; not part of the deployment's name.
const AZURE_FAMILIES: [&str; 2] = ["o_series/", "gpt5_series/"];

/// Families whose bare names LiteLLM gives to another provider than OpenAI.
const BARE_FAMILIES: &[(&str, &str)] = &[
    ("claude-", "anthropic"),
    ("gemini-", "vertex_ai"),
    ("mistral-", "mistral"),
    ("command-", "cohere"),
    ("deepseek-", "deepseek"),
];

/// LiteLLM's other providers.
const OTHERS: &[&str] = &[
    "a2a",
    "ai21",
    "ai21_chat",
    "aiml",
    "aiohttp_openai",
    "aleph_alpha",
    "amazon_nova",
    "anthropic_text",
    "anyscale",
    "assemblyai",
    "auto_router",
    "azure_ai",
    "baseten",
    "bedrock",
    "bedrock_converse",
    "black_forest_labs",
    "bytez",
    "cerebras",
    "chatgpt",
    "clarifai",
    "cloudflare",
    "codestral",
    "cohere",
    "cohere_chat",
    "cometapi",
    "compactifai",
    "custom",
    "dashscope",
    "databricks",
    "datarobot",
    "deepgram",
    "deepinfra",
    "docker_model_runner",
    "dotprompt",
    "elevenlabs",
    "empower",
    "fal_ai",
    "featherless_ai",
    "fireworks_ai",
    "friendliai",
    "galadriel",
    "gigachat",
    "github",
    "github_copilot",
    "gradient_ai",
    "heroku",
    "huggingface",
    "humanloop",
    "hyperbolic",
    "infinity",
    "jina_ai",
    "lambda_ai",
    "langgraph",
    "lemonade",
    "litellm_proxy",
    "llama",
    "maritalk",
    "meta_llama",
    "minimax",
    "moonshot",
    "morph",
    "nebius",
    "nlp_cloud",
    "novita",
    "nscale",
    "nvidia_nim",
    "oci",
    "oobabooga",
    "ovhcloud",
    "palm",
    "perplexity",
    "petals",
    "poe",
    "predibase",
    "publicai",
    "ragflow",
    "recraft",
    "replicate",
    "sagemaker",
    "sagemaker_chat",
    "sambanova",
    "sap",
    "snowflake",
    "synthetic",
    "text-completion-codestral",
    "topaz",
    "triton",
    "v0",
    "vercel_ai_gateway",
    "vllm",
    "volcengine",
    "voyage",
    "wandb",
    "watsonx",
    "watsonx_text",
    "xai",
    "xiaomi_mimo",
    "xinference",
    "zai",
];

/// Addresses, by LiteLLM's own table, of those of [`OTHERS`] that speak OpenAI's API.
const LIKE_OPENAI: &[(&str, &str)] = &[
    ("cerebras", "https://api.cerebras.ai/v1"),
    ("deepinfra", "https://api.deepinfra.com/v1/openai"),
    ("fireworks_ai", "https://api.fireworks.ai/inference/v1"),
    ("moonshot", "https://api.moonshot.ai/v1"),
    ("nvidia_nim", "https://integrate.api.nvidia.com/v1"),
    ("perplexity", "https://api.perplexity.ai"),
    ("sambanova", "https://api.sambanova.ai/v1"),
    ("xai", "https://api.x.ai/v1"),
];

/// Where a provider that is not served answers as OpenAI does, if that is known.
pub(super) fn address_like_openai(provider: &str) -> Option<&'static str> {
    LIKE_OPENAI.iter().find(|(name, _)| *name == provider).map(|(_, url)| *url)
}

/// Reads a model's name. `custom_provider` is LiteLLM's `custom_llm_provider`, which needs no prefix.
pub(super) fn parse(name: &str, custom_provider: Option<&str>) -> Result<ModelName, NotServed> {
    let (prefix, model) = match (custom_provider, name.split_once('/')) {
        (Some(provider), Some((prefix, rest))) if prefix == provider => (provider, rest),
        (Some(provider), _) => (provider, name),
        (None, Some((prefix, rest))) => (prefix, rest),
        (None, None) => {
            let family = BARE_FAMILIES.iter().find(|(family, _)| name.starts_with(family));
            (family.map_or("openai", |(_, provider)| *provider), name)
        }
    };
    let completing = COMPLETING.iter().find(|(name, _)| *name == prefix).map(|(_, provider)| *provider);
    let provider = completing.or_else(|| Provider::named(prefix)).ok_or_else(|| not_served(prefix))?;
    let (responses, model) = match model.strip_prefix("responses/") {
        Some(model) => (true, model),
        None => (false, model),
    };
    let model = match AZURE_FAMILIES.iter().find_map(|infix| model.strip_prefix(infix)) {
        Some(name) if provider == Provider::Azure => name,
        _ => model,
    };
    if model.is_empty() {
        return Err(NotServed::NoModel);
    }
    if !is_of_family(model, provider.row().families) {
        return Err(NotServed::Model(provider));
    }
    let completions = completing.is_some();
    Ok(ModelName { provider, model: model.to_owned(), responses, chat: false, completions })
}

/// Whether a model, or one that a pattern may become, is of one of these families; of any, where there are none.
fn is_of_family(model: &str, families: &[&str]) -> bool {
    let begins = |family: &&str| match model.find('*') {
        Some(star) => family.starts_with(model.get(..star).unwrap_or_default()) || model.starts_with(*family),
        None => model.starts_with(*family),
    };
    families.is_empty() || families.iter().any(begins)
}

fn not_served(prefix: &str) -> NotServed {
    if OTHERS.contains(&prefix) {
        return NotServed::Provider(prefix.to_owned());
    }
    // A provider that is not served would be no help: `meta-llama/…` is rather a model's own name.
    let hint = did_you_mean(prefix, Provider::ALL.iter().map(|provider| provider.name()));
    NotServed::Unknown { provider: prefix.to_owned(), hint }
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{ModelName, NotServed, parse};
    use crate::wire::Provider::{Anthropic, Azure, Gemini, Groq, Ollama, OpenAi, OpenAiLike, VertexAi};

    #[test]
    fn names_of_served_models() {
        for (name, custom, provider, model, responses) in [
            ("openai/gpt-4.1", None, OpenAi, "gpt-4.1", false),
            ("gpt-4.1", None, OpenAi, "gpt-4.1", false),
            ("openai/responses/gpt-5", None, OpenAi, "gpt-5", true),
            ("openai/meta-llama/Llama-3", None, OpenAi, "meta-llama/Llama-3", false),
            ("azure/my-deployment", None, Azure, "my-deployment", false),
            ("azure/responses/my-deployment", None, Azure, "my-deployment", true),
            ("azure/o_series/my-o3", None, Azure, "my-o3", false),
            ("my-deployment", Some("azure"), Azure, "my-deployment", false),
            ("azure/my-deployment", Some("azure"), Azure, "my-deployment", false),
            ("anthropic/claude-sonnet-4-5", None, Anthropic, "claude-sonnet-4-5", false),
            ("claude-sonnet-4-5", None, Anthropic, "claude-sonnet-4-5", false),
            ("gemini/gemini-2.5-flash", None, Gemini, "gemini-2.5-flash", false),
            ("gemini-2.5-flash", None, VertexAi, "gemini-2.5-flash", false),
            ("vertex_ai/*", None, VertexAi, "*", false),
            ("groq/openai/gpt-oss-20b", None, Groq, "openai/gpt-oss-20b", false),
            ("ollama_chat/llama3", None, Ollama, "llama3", false),
            ("custom_openai/x", None, OpenAiLike, "x", false),
        ] {
            let expected =
                ModelName { provider, model: model.to_owned(), responses, chat: false, completions: false };
            assert_eq!(parse(name, custom), Ok(expected), "{name}");
        }
        for (name, provider, model) in [
            ("text-completion-openai/gpt-3.5-turbo-instruct", OpenAi, "gpt-3.5-turbo-instruct"),
            ("azure_text/my-deployment", Azure, "my-deployment"),
        ] {
            let model = model.to_owned();
            let expected = ModelName { provider, model, responses: false, chat: false, completions: true };
            assert_eq!(parse(name, None), Ok(expected), "{name}");
        }
    }

    #[test]
    fn names_that_are_not_served() {
        let other = |name: &str| Err(NotServed::Provider(name.to_owned()));
        assert_eq!(parse("bedrock/anthropic.claude-sonnet-4-5", None), other("bedrock"));
        assert_eq!(parse("command-r", None), other("cohere"));
        assert_eq!(parse("vertex_ai/claude-sonnet-4-5", None), Err(NotServed::Model(VertexAi)));
        assert_eq!(parse("vertex_ai/claude-*", None), Err(NotServed::Model(VertexAi)));
        assert_eq!(parse("openai/", None), Err(NotServed::NoModel));
        let unknown = NotServed::Unknown { provider: "meta-llama".to_owned(), hint: None };
        assert_eq!(parse("meta-llama/Llama-3", None), Err(unknown));
        assert_eq!(
            parse("opnai/gpt-4.1", None),
            Err(NotServed::Unknown {
                provider: "opnai".to_owned(),
                hint: Some("did you mean `openai`?".to_owned())
            })
        );
    }
}
