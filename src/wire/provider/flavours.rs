//! Chat completions as servers define them that speak like OpenAI: what each takes otherwise.
//!
//! Sources: each provider's API reference, November 2026, and for vLLM and Ollama their documentation of the
//! compatible routes. Some servers refuse what they do not define (Mistral, Groq), others ignore it in silence.
//! Either way the client is told: what a flavour lacks is refused or named, never just sent.

/// How a server's chat completions differ from OpenAI's.
#[derive(Debug)]
pub struct Flavour {
    /// OpenAI's top-level fields that it does not define; sorted.
    pub lacks: &'static [&'static str],
    /// Fields that it calls by another name: OpenAI's, its own.
    pub renames: &'static [(&'static str, &'static str)],
    /// Members of a message that it does not define.
    pub message_lacks: &'static [&'static str],
    /// Whether it knows the role `developer`; else such a message is sent as `system`.
    pub developer: bool,
}

/// For servers that have one bound on the answer's tokens.
const ONE_BOUND: (&str, &str) = ("max_completion_tokens", "max_tokens");

impl Flavour {
    /// No difference.
    pub const OPENAI: Self = Self { lacks: &[], renames: &[], message_lacks: &[], developer: true };

    /// <https://console.groq.com/docs/openai> and its API reference; its `n` is 1.
    #[rustfmt::skip]
    pub(super) const GROQ: Self = Self {
        lacks: &[
            "audio", "logit_bias", "logprobs", "metadata", "modalities", "moderation", "n", "prediction",
            "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "safety_identifier", "store",
            "top_logprobs", "verbosity", "web_search_options",
        ],
        message_lacks: &["audio", "name", "refusal"],
        developer: false,
        ..Self::OPENAI
    };

    /// <https://docs.mistral.ai/api/#tag/chat>. Its streams end with their usage without being asked.
    #[rustfmt::skip]
    pub(super) const MISTRAL: Self = Self {
        lacks: &[
            "audio", "function_call", "functions", "logit_bias", "logprobs", "modalities", "moderation",
            "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "safety_identifier",
            "service_tier", "store", "stream_options", "top_logprobs", "user", "verbosity", "web_search_options",
        ],
        renames: &[ONE_BOUND, ("seed", "random_seed")],
        message_lacks: &["audio", "function_call", "name", "refusal"],
        developer: false,
    };

    /// <https://api-docs.deepseek.com/api/create-chat-completion>
    #[rustfmt::skip]
    pub(super) const DEEPSEEK: Self = Self {
        lacks: &[
            "audio", "function_call", "functions", "logit_bias", "metadata", "modalities", "moderation", "n",
            "parallel_tool_calls", "prediction", "prompt_cache_key", "prompt_cache_options",
            "prompt_cache_retention", "safety_identifier", "seed", "service_tier", "store", "user", "verbosity",
            "web_search_options",
        ],
        renames: &[ONE_BOUND],
        message_lacks: &["audio", "function_call", "refusal"],
        developer: false,
    };

    /// <https://docs.together.ai/reference/chat-completions-1>. Its `logprobs` is a number.
    #[rustfmt::skip]
    pub(super) const TOGETHER: Self = Self {
        lacks: &[
            "audio", "functions", "logprobs", "metadata", "modalities", "moderation", "parallel_tool_calls",
            "prediction", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention",
            "safety_identifier", "service_tier", "store", "top_logprobs", "user", "verbosity",
            "web_search_options",
        ],
        renames: &[ONE_BOUND],
        message_lacks: &["audio", "refusal"],
        developer: false,
    };

    /// <https://openrouter.ai/docs/api-reference/parameters>: what it knows it passes on to models that take it.
    #[rustfmt::skip]
    pub(super) const OPENROUTER: Self = Self {
        lacks: &[
            "audio", "function_call", "functions", "moderation", "n", "prompt_cache_key", "prompt_cache_options",
            "prompt_cache_retention", "safety_identifier", "service_tier", "store", "web_search_options",
        ],
        ..Self::OPENAI
    };

    /// <https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html>
    #[rustfmt::skip]
    pub(super) const VLLM: Self = Self {
        lacks: &[
            "audio", "function_call", "functions", "metadata", "modalities", "moderation", "prediction",
            "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "safety_identifier",
            "service_tier", "store", "verbosity", "web_search_options",
        ],
        message_lacks: &["audio", "refusal"],
        developer: false,
        ..Self::OPENAI
    };

    /// <https://docs.ollama.com/api/openai-compatibility>
    #[rustfmt::skip]
    pub(super) const OLLAMA: Self = Self {
        lacks: &[
            "audio", "function_call", "functions", "logit_bias", "metadata", "modalities", "moderation", "n",
            "parallel_tool_calls", "prediction", "prompt_cache_key", "prompt_cache_options",
            "prompt_cache_retention", "safety_identifier", "service_tier", "store", "tool_choice", "user",
            "verbosity", "web_search_options",
        ],
        renames: &[ONE_BOUND],
        message_lacks: &["audio", "function_call", "name", "refusal"],
        developer: false,
    };

    /// Whether there is no difference.
    #[must_use]
    pub fn is_openais(&self) -> bool {
        self.lacks.is_empty() && self.renames.is_empty() && self.message_lacks.is_empty() && self.developer
    }

    /// Whether it does not define a field of OpenAI's.
    #[must_use]
    pub fn lacks(&self, name: &str) -> bool {
        self.lacks.binary_search(&name).is_ok()
    }

    /// Its own name of a field of OpenAI's, where that is another.
    #[must_use]
    pub fn renamed(&self, name: &str) -> Option<&'static str> {
        self.renames.iter().find(|(theirs, _)| *theirs == name).map(|(_, own)| *own)
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use crate::wire::Provider;

    #[test]
    fn names_are_sorted_for_the_search_and_said_once() {
        for provider in Provider::ALL {
            let chat = provider.row().chat;
            assert!(chat.lacks.is_sorted_by(|one, next| one < next), "{}", provider.name());
            for (theirs, _) in chat.renames {
                assert!(!chat.lacks(theirs), "{}: {theirs}", provider.name());
            }
        }
    }
}
