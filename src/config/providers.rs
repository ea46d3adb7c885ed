//! LiteLLM's model names: `{provider}/[responses/]{model}`.

use super::suggest::did_you_mean;
use crate::wire::Provider;

/// A `litellm_params.model` of a provider that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ModelName {
    pub provider: Provider,
    /// The provider's own name of the model.
    pub model: String,
    /// Whether the name asks for the Responses API: `openai/responses/x`.
    pub responses: bool,
    /// Whether the name or the mode says that the model completes texts: `text-completion-openai/x`.
    pub completions: bool,
}

/// Why a model is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotServed {
    /// One of LiteLLM's providers, by name; its deployment can be left out.
    Provider(String),
    /// Nobody's; perhaps a spelling mistake.
    Unknown { provider: String, hint: Option<String> },
    /// A prefix with nothing after it.
    NoModel,
}

/// The providers that are served, by the prefix that LiteLLM gives them.
const SERVED: &[(&str, Provider)] = &[("openai", Provider::OpenAi), ("azure", Provider::Azure)];

/// Prefixes that say that a model completes texts, and the prefix of its provider.
const COMPLETING: &[(&str, &str)] = &[("text-completion-openai", "openai"), ("azure_text", "azure")];

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
    "anthropic",
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
    "custom_openai",
    "dashscope",
    "databricks",
    "datarobot",
    "deepgram",
    "deepinfra",
    "deepseek",
    "docker_model_runner",
    "dotprompt",
    "elevenlabs",
    "empower",
    "fal_ai",
    "featherless_ai",
    "fireworks_ai",
    "friendliai",
    "galadriel",
    "gemini",
    "gigachat",
    "github",
    "github_copilot",
    "gradient_ai",
    "groq",
    "heroku",
    "hosted_vllm",
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
    "llamafile",
    "lm_studio",
    "maritalk",
    "meta_llama",
    "minimax",
    "mistral",
    "moonshot",
    "morph",
    "nebius",
    "nlp_cloud",
    "novita",
    "nscale",
    "nvidia_nim",
    "oci",
    "ollama",
    "ollama_chat",
    "oobabooga",
    "openai_like",
    "openrouter",
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
    "together_ai",
    "topaz",
    "triton",
    "v0",
    "vercel_ai_gateway",
    "vertex_ai",
    "vertex_ai_beta",
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

/// Reads a model's name. `custom_provider` is LiteLLM's `custom_llm_provider`, which needs no prefix.
pub(super) fn parse(name: &str, custom_provider: Option<&str>) -> Result<ModelName, NotServed> {
    let (prefix, model) = match (custom_provider, name.split_once('/')) {
        (Some(provider), Some((prefix, rest))) if prefix == provider => (provider, rest),
        (Some(provider), _) => (provider, name),
        (None, Some((prefix, rest))) => (prefix, rest),
        (None, None) => match BARE_FAMILIES.iter().find(|(family, _)| name.starts_with(family)) {
            Some((_, provider)) => return Err(NotServed::Provider((*provider).to_owned())),
            None => ("openai", name),
        },
    };
    let completing = COMPLETING.iter().find(|(name, _)| *name == prefix);
    let prefix = completing.map_or(prefix, |(_, provider)| *provider);
    let Some((_, provider)) = SERVED.iter().find(|(name, _)| *name == prefix) else {
        return Err(not_served(prefix));
    };
    let (responses, model) = match model.strip_prefix("responses/") {
        Some(model) => (true, model),
        None => (false, model),
    };
    let model = match AZURE_FAMILIES.iter().find_map(|infix| model.strip_prefix(infix)) {
        Some(name) if *provider == Provider::Azure => name,
        _ => model,
    };
    if model.is_empty() {
        return Err(NotServed::NoModel);
    }
    Ok(ModelName {
        provider: *provider,
        model: model.to_owned(),
        responses,
        completions: completing.is_some(),
    })
}

fn not_served(prefix: &str) -> NotServed {
    if OTHERS.contains(&prefix) {
        return NotServed::Provider(prefix.to_owned());
    }
    // A provider that is not served would be no help: `meta-llama/…` is rather a model's own name.
    let hint = did_you_mean(prefix, SERVED.iter().map(|(name, _)| *name));
    NotServed::Unknown { provider: prefix.to_owned(), hint }
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{ModelName, NotServed, parse};
    use crate::wire::Provider::{Azure, OpenAi};

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
        ] {
            let expected = ModelName { provider, model: model.to_owned(), responses, completions: false };
            assert_eq!(parse(name, custom), Ok(expected), "{name}");
        }
        for (name, provider, model) in [
            ("text-completion-openai/gpt-3.5-turbo-instruct", OpenAi, "gpt-3.5-turbo-instruct"),
            ("azure_text/my-deployment", Azure, "my-deployment"),
        ] {
            let expected =
                ModelName { provider, model: model.to_owned(), responses: false, completions: true };
            assert_eq!(parse(name, None), Ok(expected), "{name}");
        }
    }

    #[test]
    fn names_that_are_not_served() {
        let other = |name: &str| Err(NotServed::Provider(name.to_owned()));
        assert_eq!(parse("anthropic/claude-sonnet-4-5", None), other("anthropic"));
        assert_eq!(parse("claude-sonnet-4-5", None), other("anthropic"));
        assert_eq!(parse("gemini/gemini-2.5-flash", None), other("gemini"));
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
