//! How the servers of the chat completions API differ from OpenAI's reference, one row each.
//!
//! A row says what the provider's own documentation says. Fields of the reference that a row lacks are refused
//! or dropped by name; fields beyond the reference pass where a row has them. What a row says nothing of is for
//! the provider to judge.

use super::call_ids::CallIds;
use super::values::Words;
use crate::translate::Target;
use crate::translate::defined::defines;
use crate::translate::end_user::OPENAI_LONGEST;
use crate::wire::{Api, Provider};

/// A server's own way.
#[derive(Debug)]
pub(in crate::translate) struct Flavour {
    /// Names that the server has for fields of the reference.
    pub renamed: &'static [(&'static str, &'static str)],
    /// Fields of the reference that the server does not define, at the top level.
    pub lacks: &'static [&'static str],
    /// Fields beyond the reference, at the top level.
    pub extras: &'static [&'static str],
    /// As `lacks`, in messages.
    pub message_lacks: &'static [&'static str],
    /// As `extras`, in messages, their parts and their calls: hints of the dialect.
    pub message_extras: &'static [&'static str],
    /// Whether it knows the role `developer`; it is `system` elsewhere.
    pub developer: bool,
    /// Whether content may be a list where it holds texts only.
    pub text_lists: bool,
    /// Whether a tool's message may hold pictures and files.
    pub media_in_results: bool,
    /// Whether it has custom tools and the choice among allowed ones.
    pub custom_tools: bool,
    /// Whether `refusal` is a member of an assistant's message.
    pub refusals: bool,
    /// Its words for the values of a field; a value that is not among them is a loss. A field that is not here
    /// takes any.
    pub words: &'static [(&'static str, Words)],
    /// Whether an answer can be bound to a JSON Schema.
    pub schemas: bool,
    /// How it is asked for log probabilities.
    pub logprobs: Logprobs,
    /// Which ids of calls it takes.
    pub call_ids: CallIds,
    /// The longest `user` that it takes, in characters; any where it says nothing of it.
    pub longest_user: Option<usize>,
    /// Which thoughts of earlier turns it wants back, as `reasoning_content`.
    pub thoughts: Replay,
    /// How it is told to think.
    pub thinking: Thinking,
}

/// Which thoughts of earlier turns go back to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::translate) enum Replay {
    Never,
    /// Thoughts that came with calls.
    WithCalls,
    Always,
}

/// How a server is told to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::translate) enum Thinking {
    /// `reasoning_effort`
    Effort,
    /// `reasoning_effort`, and `reasoning: {"enabled": false}` for not at all
    EffortOrOff,
    /// `reasoning_effort`, and `thinking: {"type": "enabled" | "disabled"}`
    Switch,
    /// `reasoning: {"effort" | "max_tokens" | "enabled"}`
    Object,
}

/// How a server is asked for log probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::translate) enum Logprobs {
    /// `logprobs: true`, and `top_logprobs`
    Flag,
    /// `logprobs`: how many for each token
    Count,
}

impl Flavour {
    /// The row of a deployment.
    pub(in crate::translate) fn of(target: &Target) -> &'static Self {
        match target.provider {
            Provider::HostedVllm => &VLLM,
            Provider::Ollama => &OLLAMA,
            Provider::Groq => &GROQ,
            Provider::Mistral => &MISTRAL,
            Provider::DeepSeek => &DEEPSEEK,
            Provider::TogetherAi => &TOGETHER,
            Provider::OpenRouter => &OPENROUTER,
            Provider::LmStudio | Provider::Llamafile => &LOCAL,
            Provider::OpenAiLike => Self::of_another(Provider::OpenAiLike, target),
            Provider::OpenAi => target.stands_at.map_or(&OPENAI, |owner| Self::of_another(owner, target)),
            Provider::Azure | Provider::Anthropic | Provider::Gemini | Provider::VertexAi => &OPENAI,
        }
    }

    /// The row of a server that is asked as OpenAI is, and is another one's.
    fn of_another(owner: Provider, target: &Target) -> &'static Self {
        match owner {
            Provider::OpenAiLike | Provider::DeepSeek | Provider::OpenRouter => {
                let refuses = target.additional_drop_params.iter().any(|path| path == NO_THOUGHTS);
                if refuses { &OPENAI_LIKE_THOUGHTLESS } else { &OPENAI_LIKE }
            }
            Provider::Gemini => &OPENAI_AT_GOOGLE,
            // These refuse members of messages that they do not define.
            _ => &OPENAI,
        }
    }

    /// Whether the server defines a field at the top level of a body, by the reference's name for it.
    pub(in crate::translate) fn defines(&self, name: &str) -> bool {
        self.extras.contains(&name) || (defines(Api::ChatCompletions, name) && !self.lacks.contains(&name))
    }

    /// The server's name for a field of the reference.
    pub(in crate::translate) fn name(&self, name: &'static str) -> &'static str {
        self.renamed(name).unwrap_or(name)
    }

    /// The server's name for a field, where it is another one.
    pub(in crate::translate) fn renamed(&self, name: &str) -> Option<&'static str> {
        self.renamed.iter().find(|(reference, _)| *reference == name).map(|(_, own)| *own)
    }

    /// Whether the server has all of the reference, and no more.
    pub(in crate::translate) fn is_reference(&self) -> bool {
        self.lacks.is_empty() && self.extras.is_empty()
    }

    /// Whether messages pass as they were written.
    pub(in crate::translate) fn takes_messages_as_they_are(&self) -> bool {
        self.developer && self.message_lacks.is_empty()
    }
}

/// <https://platform.openai.com/docs/api-reference/chat/create>, and Azure's v1 routes, which take the same:
/// <https://learn.microsoft.com/azure/ai-foundry/openai/latest>.
static OPENAI: Flavour = Flavour {
    renamed: &[],
    lacks: &[],
    extras: &[],
    message_lacks: &[],
    message_extras: &[],
    developer: true,
    text_lists: true,
    media_in_results: false,
    custom_tools: true,
    refusals: true,
    words: &[],
    schemas: true,
    logprobs: Logprobs::Flag,
    call_ids: CallIds::Short,
    longest_user: Some(OPENAI_LONGEST),
    thoughts: Replay::Never,
    thinking: Thinking::Effort,
};

/// Says of a deployment that its server takes no thoughts back, whatever dialect they come in.
const NO_THOUGHTS: &str = "messages[*].reasoning_content";

/// A server of which nothing is known but that it speaks like OpenAI. Those of open models think aloud, and some refuse a
/// call that comes back without the thought that led to it: Moonshot answers 400 "reasoning_content is missing in
/// assistant tool call message" (<https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model>); so do DeepSeek's
/// (<https://api-docs.deepseek.com/guides/thinking_mode>).
static OPENAI_LIKE: Flavour = Flavour {
    message_extras: &["audio_url", "extra_content", "prefix", "reasoning", "reasoning_content", "video_url"],
    thoughts: Replay::WithCalls,
    ..OPENAI
};

/// A server as [`OPENAI_LIKE`], which takes no thoughts back.
static OPENAI_LIKE_THOUGHTLESS: Flavour =
    Flavour { message_extras: &["audio_url", "extra_content", "prefix", "video_url"], ..OPENAI };

/// Gemini's models where they are asked as OpenAI's are: they want back what signs a call, and what Google's reference does
/// not define is an error there. <https://ai.google.dev/gemini-api/docs/thought-signatures#openai>
static OPENAI_AT_GOOGLE: Flavour = Flavour { message_extras: &["extra_content"], ..OPENAI };

/// What most servers have in common.
const COMPATIBLE: Flavour = Flavour {
    renamed: &[("max_completion_tokens", "max_tokens")],
    developer: false,
    custom_tools: false,
    refusals: false,
    call_ids: CallIds::Any,
    longest_user: None,
    ..OPENAI
};

/// Three degrees of thought, and none.
const DEGREES: Words = &[
    ("none", "none"),
    ("minimal", "low"),
    ("low", "low"),
    ("medium", "medium"),
    ("high", "high"),
    ("xhigh", "high"),
    ("max", "high"),
];

/// <https://docs.vllm.ai/en/stable/serving/openai_compatible_server/>. `max_tokens` is deprecated there, but
/// older servers know no other name and would overlook the new one.
#[rustfmt::skip]
static VLLM: Flavour = Flavour {
    lacks: &[
        "audio", "function_call", "functions", "metadata", "modalities", "moderation", "prediction", "prompt_cache_key",
        "prompt_cache_options", "prompt_cache_retention", "safety_identifier", "service_tier", "store",
        "verbosity", "web_search_options",
    ],
    extras: &[
        "add_generation_prompt", "add_special_tokens", "allowed_token_ids", "bad_words", "chat_template",
        "chat_template_kwargs", "continue_final_message", "documents", "echo", "guided_choice",
        "guided_grammar", "guided_json", "guided_regex", "ignore_eos", "include_reasoning",
        "include_stop_str_in_output", "length_penalty", "min_p", "min_tokens", "mm_processor_kwargs",
        "priority", "prompt_logprobs", "repetition_penalty", "skip_special_tokens",
        "spaces_between_special_tokens", "stop_token_ids", "structured_outputs", "top_k",
        "truncate_prompt_tokens", "use_beam_search",
    ],
    message_lacks: &["audio", "refusal"],
    message_extras: &["audio_url", "reasoning", "reasoning_content", "video_url"],
    words: &[("reasoning_effort", DEGREES)],
    thoughts: Replay::Always,
    ..COMPATIBLE
};

/// LM Studio and llamafile: <https://lmstudio.ai/docs/app/api/endpoints/openai>,
/// <https://github.com/ggml-org/llama.cpp/tree/master/tools/server>.
#[rustfmt::skip]
static LOCAL: Flavour = Flavour {
    lacks: &[
        "audio", "metadata", "modalities", "moderation", "prediction", "prompt_cache_key",
        "prompt_cache_options", "prompt_cache_retention", "safety_identifier", "service_tier", "store",
        "verbosity", "web_search_options",
    ],
    extras: &["min_p", "repetition_penalty", "top_k"],
    ..COMPATIBLE
};

/// <https://docs.ollama.com/api/openai-compatibility>: a list of the fields that it takes; it overlooks others.
#[rustfmt::skip]
static OLLAMA: Flavour = Flavour {
    lacks: &[
        "audio", "function_call", "functions", "logit_bias", "metadata", "modalities", "moderation", "n",
        "parallel_tool_calls", "prediction", "prompt_cache_key", "prompt_cache_options",
        "prompt_cache_retention", "safety_identifier", "service_tier", "store", "user", "verbosity",
        "web_search_options",
    ],
    extras: &["reasoning"],
    message_lacks: &["audio", "function_call", "name", "refusal"],
    ..COMPATIBLE
};

/// <https://console.groq.com/docs/api-reference#chat-create> and <https://console.groq.com/docs/openai>, which
/// tells what it answers with 400.
#[rustfmt::skip]
static GROQ: Flavour = Flavour {
    renamed: &[],
    lacks: &[
        "audio", "logit_bias", "logprobs", "metadata", "modalities", "moderation", "prediction",
        "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "safety_identifier",
        "store", "top_logprobs", "verbosity", "web_search_options",
    ],
    extras: &[
        "citation_options", "compound_custom", "disable_tool_validation", "documents", "exclude_domains",
        "include_domains", "include_reasoning", "reasoning_format", "search_settings",
    ],
    message_lacks: &["audio", "name", "refusal"],
    words: &[
        ("n", &[("1", "1")]),
        (
            "reasoning_effort",
            &[
                ("none", "none"), ("default", "default"), ("minimal", "low"), ("low", "low"),
                ("medium", "medium"), ("high", "high"), ("xhigh", "high"), ("max", "high"),
            ],
        ),
        (
            "service_tier",
            &[
                ("auto", "auto"), ("default", "on_demand"), ("on_demand", "on_demand"), ("flex", "flex"),
                ("performance", "performance"),
            ],
        ),
    ],
    ..COMPATIBLE
};

/// <https://docs.mistral.ai/api/endpoint/chat>. Fields that it does not define are errors (422), those of
/// messages too. Its streams always end with the token counts. A model thinks or does not: whoever asks for some
/// thought gets all of it. A tool's message may hold any part (`ToolMessage` of the reference), and a message of the
/// user's right after it is an error (`Unexpected role 'user' after role 'tool'`).
#[rustfmt::skip]
static MISTRAL: Flavour = Flavour {
    renamed: &[("max_completion_tokens", "max_tokens"), ("seed", "random_seed")],
    lacks: &[
        "audio", "function_call", "functions", "logit_bias", "logprobs", "modalities", "moderation",
        "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "safety_identifier",
        "service_tier", "store", "stream_options", "top_logprobs", "user", "verbosity",
        "web_search_options",
    ],
    extras: &["min_tokens", "prompt_mode", "random_seed", "safe_prompt"],
    call_ids: CallIds::NineLetters,
    media_in_results: true,
    message_lacks: &["audio", "function_call", "name", "refusal"],
    message_extras: &[
        "closed", "document_name", "document_url", "prefix", "reference_ids", "signature", "thinking",
    ],
    words: &[(
        "reasoning_effort",
        &[
            ("none", "none"), ("minimal", "high"), ("low", "high"), ("medium", "high"), ("high", "high"),
            ("xhigh", "high"), ("max", "high"),
        ],
    )],
    ..COMPATIBLE
};

/// <https://api-docs.deepseek.com/api/create-chat-completion>. Thoughts that came with calls are wanted back, and
/// others overlooked: <https://api-docs.deepseek.com/guides/thinking_mode>, which also tells which degree of thought
/// the reference's words stand for. JSON answers follow no schema:
/// <https://api-docs.deepseek.com/guides/json_mode>.
#[rustfmt::skip]
static DEEPSEEK: Flavour = Flavour {
    lacks: &[
        "audio", "function_call", "functions", "logit_bias", "metadata", "modalities", "moderation", "n",
        "parallel_tool_calls", "prediction", "prompt_cache_key", "prompt_cache_options",
        "prompt_cache_retention", "safety_identifier", "seed", "service_tier", "store", "user",
        "verbosity", "web_search_options",
    ],
    extras: &["thinking"],
    message_lacks: &["audio", "function_call", "refusal"],
    message_extras: &["prefix", "reasoning_content"],
    text_lists: false,
    words: &[(
        "reasoning_effort",
        &[
            ("minimal", "low"), ("low", "low"), ("medium", "medium"), ("high", "high"), ("xhigh", "high"),
            ("max", "max"),
        ],
    )],
    schemas: false,
    thoughts: Replay::WithCalls,
    thinking: Thinking::Switch,
    ..COMPATIBLE
};

/// <https://docs.together.ai/reference/chat-completions>; models that may think or not:
/// <https://docs.together.ai/docs/inference/chat/reasoning>.
#[rustfmt::skip]
static TOGETHER: Flavour = Flavour {
    lacks: &[
        "audio", "functions", "metadata", "modalities", "moderation", "parallel_tool_calls", "prediction",
        "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "safety_identifier",
        "service_tier", "store", "user", "verbosity", "web_search_options",
    ],
    extras: &[
        "chat_template_kwargs", "compliance", "context_length_exceeded_behavior", "echo", "min_p",
        "reasoning", "repetition_penalty", "safety_model", "top_k",
    ],
    message_lacks: &["audio", "refusal"],
    words: &[(
        "reasoning_effort",
        &[
            ("minimal", "low"), ("low", "low"), ("medium", "medium"), ("high", "high"), ("xhigh", "high"),
            ("max", "high"),
        ],
    )],
    logprobs: Logprobs::Count,
    thinking: Thinking::EffortOrOff,
    ..COMPATIBLE
};

/// <https://openrouter.ai/docs/api_reference/parameters>, <https://openrouter.ai/docs/features/prompt-caching>,
/// <https://openrouter.ai/docs/use-cases/reasoning-tokens>, <https://openrouter.ai/docs/features/multimodal/videos>.
#[rustfmt::skip]
static OPENROUTER: Flavour = Flavour {
    lacks: &[
        "function_call", "functions", "moderation", "prompt_cache_options", "prompt_cache_retention",
        "safety_identifier", "store",
    ],
    extras: &[
        "cache_control", "image_config", "include_reasoning", "min_p", "models", "plugins", "provider", "reasoning",
        "repetition_penalty", "route", "top_a", "top_k", "transforms", "usage",
    ],
    message_lacks: &["audio", "function_call"],
    message_extras: &["cache_control", "reasoning", "reasoning_content", "reasoning_details", "video_url"],
    developer: true,
    refusals: true,
    longest_user: Some(128),
    thoughts: Replay::Always,
    thinking: Thinking::Object,
    ..COMPATIBLE
};

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::wire::Dialect;
    use crate::wire::schema::{self, Standing};

    /// Every row that a deployment can have: each provider's, and those of servers that are asked as OpenAI is.
    fn rows() -> Vec<&'static Flavour> {
        let own = |provider: &Provider| Flavour::of(&Target::new(*provider, "m"));
        let at = |owner: &Provider| Target { stands_at: Some(*owner), ..Target::new(Provider::OpenAi, "m") };
        let thoughtless = |owner: &Provider| {
            Flavour::of(&Target { additional_drop_params: vec![NO_THOUGHTS.to_owned()], ..at(owner) })
        };
        let asked_alike =
            Provider::ALL.iter().flat_map(|owner| [Flavour::of(&at(owner)), thoughtless(owner)]);
        Provider::ALL.iter().map(own).chain(asked_alike).collect()
    }

    #[test]
    fn rows_are_about_fields_that_a_client_can_send() {
        let table = schema::request(Dialect::Chat);
        for row in rows() {
            for name in row.lacks {
                assert!(defines(Api::ChatCompletions, name), "{name} is none of the reference");
            }
            for name in row.extras {
                assert!(matches!(table.standing(name), Standing::Hint(_)), "{name} is no hint");
            }
            for (name, _) in row.renamed {
                assert!(row.defines(name), "{name} is renamed and lacking");
            }
            assert!(row.words.iter().all(|(name, _)| row.defines(name)));
            let hints = schema::hint_names(Dialect::Chat);
            assert!(row.message_extras.iter().all(|name| hints.contains(name)));
        }
    }

    #[test]
    fn a_row_keeps_each_fields_name_or_has_its_own() {
        assert_eq!(MISTRAL.name("seed"), "random_seed");
        assert_eq!(GROQ.name("max_completion_tokens"), "max_completion_tokens");
        assert!(OPENROUTER.defines("top_k") && !GROQ.defines("top_k") && !DEEPSEEK.defines("seed"));
    }
}
