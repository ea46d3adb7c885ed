//! `POST /v1/chat/completions`.

use super::Shape::{Free, Objects, Plain, Text, TextOr};
use super::{CACHE_CONTROL, MODERATION, PROMPT_CACHE_BREAKPOINT, PROMPT_CACHE_OPTIONS, Table};

#[rustfmt::skip]
pub(super) static REQUEST: Table = Table {
    plain: &[
        "frequency_penalty", "logprobs", "max_completion_tokens", "max_tokens", "modalities", "model", "n",
        "parallel_tool_calls", "presence_penalty", "prompt_cache_key", "prompt_cache_retention",
        "reasoning_effort", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
        "temperature", "top_logprobs", "top_p", "user", "verbosity",
    ],
    free: &["logit_bias", "metadata"],
    deep: &[
        ("messages", Objects(&MESSAGE)),
        ("tools", Objects(&TOOL)),
        ("tool_choice", Objects(&TOOL_CHOICE)),
        ("response_format", Objects(&RESPONSE_FORMAT)),
        ("stream_options", Objects(&STREAM_OPTIONS)),
        ("functions", Objects(&LEGACY_FUNCTION)),
        ("function_call", Objects(&NAMED)),
        ("audio", Objects(&AUDIO_OUTPUT)),
        ("prediction", Objects(&PREDICTION)),
        ("web_search_options", Objects(&WEB_SEARCH)),
        ("prompt_cache_options", Objects(&PROMPT_CACHE_OPTIONS)),
        ("moderation", Objects(&MODERATION)),
    ],
    hints: &[
        // Anthropic's words, which LiteLLM's clients send on chat for any deployment.
        ("thinking", Objects(&THINKING)),
        ("top_k", Plain),
        // What servers of the same API define beyond it; which of them does is for the deployment to know.
        ("add_generation_prompt", Plain), ("add_special_tokens", Plain), ("allowed_token_ids", Plain),
        ("bad_words", Plain), ("chat_template", Plain), ("chat_template_kwargs", Free),
        ("citation_options", Plain), ("compliance", Plain), ("compound_custom", Free),
        ("context_length_exceeded_behavior", Plain), ("continue_final_message", Plain),
        ("disable_tool_validation", Plain), ("documents", Free), ("echo", Plain),
        ("exclude_domains", Plain), ("guided_choice", Plain), ("guided_grammar", Plain),
        ("guided_json", Free), ("guided_regex", Plain), ("ignore_eos", Plain), ("include_domains", Plain),
        ("include_reasoning", Plain), ("include_stop_str_in_output", Plain), ("length_penalty", Plain),
        ("min_p", Plain), ("min_tokens", Plain), ("mm_processor_kwargs", Free), ("models", Plain),
        ("plugins", Free), ("priority", Plain), ("prompt_logprobs", Plain), ("prompt_mode", Plain),
        ("provider", Free), ("random_seed", Plain), ("reasoning", Free), ("reasoning_format", Plain),
        ("repetition_penalty", Plain), ("route", Plain), ("safe_prompt", Plain), ("safety_model", Plain),
        ("search_settings", Free), ("skip_special_tokens", Plain),
        ("spaces_between_special_tokens", Plain), ("stop_token_ids", Plain), ("structured_outputs", Free),
        ("top_a", Plain), ("transforms", Plain), ("truncate_prompt_tokens", Plain),
        ("use_beam_search", Plain),
        // OpenRouter's.
        ("cache_control", Objects(&CACHE_CONTROL)), ("image_config", Free), ("usage", Free),
    ],
    left_out: &["client_metadata"],
    ..Table::NONE
};

/// The hints below the top level.
pub(super) const HINT_NAMES: &[&str] = &[
    "audio_url",
    "cache_control",
    "closed",
    "document_name",
    "document_url",
    "extra_content",
    "prefix",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "reference_ids",
    "signature",
    "thinking",
    "thinking_blocks",
    "video_url",
];

/// Anthropic's `thinking`.
static THINKING: Table = Table { plain: &["budget_tokens", "display", "type"], ..Table::NONE };

/// A message of any role. What an answer's message carries beyond it is left out when it comes back as
/// history (`annotations`, the SDK's `parsed`), but for the model's thoughts, which some deployments want back.
#[rustfmt::skip]
static MESSAGE: Table = Table {
    plain: &["role", "tool_call_id"],
    text: &["name", "refusal"],
    deep: &[
        ("content", TextOr(&PART)),
        ("tool_calls", Objects(&TOOL_CALL)),
        ("function_call", Objects(&FUNCTION_CALL)),
        ("audio", Objects(&AUDIO_REFERENCE)),
    ],
    hints: &[
        ("cache_control", Objects(&CACHE_CONTROL)),
        ("extra_content", Free),
        // Mistral's and DeepSeek's: the answer goes on from this text.
        ("prefix", Plain),
        ("reasoning", Text),
        ("reasoning_content", Text),
        ("reasoning_details", Free),
        ("thinking_blocks", Objects(&THINKING_BLOCK)),
    ],
    left_out: &["annotations", "images", "parsed", "provider_specific_fields", "reasoning_items"],
    ..Table::NONE
};

/// A thought that is sealed, or one that is encrypted.
#[rustfmt::skip]
static THINKING_BLOCK: Table = Table {
    plain: &["data", "signature", "type"],
    text: &["thinking"],
    hints: &[("cache_control", Objects(&CACHE_CONTROL))],
    ..Table::NONE
};

/// A part of `content`, of any type.
#[rustfmt::skip]
static PART: Table = Table {
    plain: &["type"],
    text: &["refusal", "text"],
    deep: &[
        ("image_url", Objects(&IMAGE_URL)),
        ("input_audio", Objects(&INPUT_AUDIO)),
        ("file", Objects(&FILE)),
        ("prompt_cache_breakpoint", Objects(&PROMPT_CACHE_BREAKPOINT)),
    ],
    hints: &[
        ("audio_url", Objects(&ADDRESS)),
        ("cache_control", Objects(&CACHE_CONTROL)),
        ("closed", Plain),
        ("document_name", Text),
        ("document_url", Plain),
        ("reference_ids", Plain),
        ("signature", Plain),
        ("thinking", TextOr(&THOUGHT)),
        ("video_url", Objects(&ADDRESS)),
    ],
    left_out: &["annotations"],
    ..Table::NONE
};

/// Films and sounds at servers of open models: <https://docs.vllm.ai/en/stable/features/multimodal_inputs/>.
static ADDRESS: Table = Table { plain: &["url"], ..Table::NONE };

/// A piece of a thought of Mistral's: a text, or where it has something from (`ThinkChunk` in
/// <https://docs.mistral.ai/api/endpoint/chat>).
#[rustfmt::skip]
static THOUGHT: Table = Table {
    plain: &["favicon", "reference_ids", "tool", "type", "url"],
    text: &["description", "text", "title"],
    ..Table::NONE
};

static IMAGE_URL: Table = Table { plain: &["detail", "url"], ..Table::NONE };
static INPUT_AUDIO: Table = Table { plain: &["data", "format"], ..Table::NONE };
static FILE: Table = Table { plain: &["file_data", "file_id", "filename"], ..Table::NONE };

/// Audio of an earlier answer: a request refers to it by id, an answer carries the rest.
#[rustfmt::skip]
static AUDIO_REFERENCE: Table = Table {
    plain: &["id"],
    left_out: &["data", "expires_at", "transcript"],
    ..Table::NONE
};

/// A tool call of an earlier answer; `index` is how streams number them, and `extra_content` is where Gemini's models sign
/// them that are asked as OpenAI's are.
#[rustfmt::skip]
static TOOL_CALL: Table = Table {
    plain: &["id", "type"],
    deep: &[("function", Objects(&FUNCTION_CALL)), ("custom", Objects(&CUSTOM_CALL))],
    hints: &[("cache_control", Objects(&CACHE_CONTROL)), ("extra_content", Free)],
    left_out: &["index", "provider_specific_fields"],
    ..Table::NONE
};

#[rustfmt::skip]
static FUNCTION_CALL: Table = Table {
    text: &["arguments", "name"],
    left_out: &["parsed_arguments", "provider_specific_fields"],
    ..Table::NONE
};

static CUSTOM_CALL: Table = Table { text: &["input", "name"], ..Table::NONE };

#[rustfmt::skip]
static TOOL: Table = Table {
    plain: &["type"],
    deep: &[("function", Objects(&FUNCTION)), ("custom", Objects(&CUSTOM_TOOL))],
    hints: &[("cache_control", Objects(&CACHE_CONTROL))],
    ..Table::NONE
};

#[rustfmt::skip]
static FUNCTION: Table = Table {
    plain: &["strict"],
    text: &["description", "name"],
    prompt: &["parameters"],
    hints: &[("cache_control", Objects(&CACHE_CONTROL))],
    ..Table::NONE
};

/// `functions`, which `tools` replaced.
#[rustfmt::skip]
static LEGACY_FUNCTION: Table = Table {
    text: &["description", "name"],
    prompt: &["parameters"],
    ..Table::NONE
};

#[rustfmt::skip]
static CUSTOM_TOOL: Table = Table {
    text: &["description", "name"],
    deep: &[("format", Objects(&CUSTOM_FORMAT))],
    ..Table::NONE
};

#[rustfmt::skip]
static CUSTOM_FORMAT: Table = Table {
    plain: &["type"],
    deep: &[("grammar", Objects(&GRAMMAR))],
    ..Table::NONE
};

static GRAMMAR: Table = Table { plain: &["syntax"], text: &["definition"], ..Table::NONE };

#[rustfmt::skip]
static TOOL_CHOICE: Table = Table {
    plain: &["type"],
    deep: &[
        ("function", Objects(&NAMED)),
        ("custom", Objects(&NAMED)),
        ("allowed_tools", Objects(&ALLOWED_TOOLS)),
    ],
    ..Table::NONE
};

static NAMED: Table = Table { plain: &["name"], ..Table::NONE };
static ALLOWED_TOOLS: Table = Table { plain: &["mode"], free: &["tools"], ..Table::NONE };

#[rustfmt::skip]
static RESPONSE_FORMAT: Table = Table {
    plain: &["type"],
    deep: &[("json_schema", Objects(&JSON_SCHEMA))],
    ..Table::NONE
};

#[rustfmt::skip]
static JSON_SCHEMA: Table = Table {
    plain: &["strict"],
    text: &["description", "name"],
    prompt: &["schema"],
    ..Table::NONE
};

static STREAM_OPTIONS: Table = Table { plain: &["include_obfuscation", "include_usage"], ..Table::NONE };

#[rustfmt::skip]
static AUDIO_OUTPUT: Table = Table {
    plain: &["format"],
    deep: &[("voice", Objects(&VOICE))],
    ..Table::NONE
};

static VOICE: Table = Table { plain: &["id"], ..Table::NONE };
static PREDICTION: Table =
    Table { plain: &["type"], deep: &[("content", TextOr(&TEXT_PART))], ..Table::NONE };

#[rustfmt::skip]
static TEXT_PART: Table = Table {
    plain: &["type"],
    text: &["text"],
    deep: &[("prompt_cache_breakpoint", Objects(&PROMPT_CACHE_BREAKPOINT))],
    ..Table::NONE
};

#[rustfmt::skip]
static WEB_SEARCH: Table = Table {
    plain: &["search_context_size"],
    deep: &[("user_location", Objects(&USER_LOCATION))],
    ..Table::NONE
};

#[rustfmt::skip]
static USER_LOCATION: Table = Table {
    plain: &["type"],
    deep: &[("approximate", Objects(&APPROXIMATE))],
    ..Table::NONE
};

static APPROXIMATE: Table = Table { plain: &["city", "country", "region", "timezone"], ..Table::NONE };
