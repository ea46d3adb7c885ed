//! How many of the tokens were sound.

use super::{count, details};
use crate::usage::Audio;
use crate::wire::json::{Fields, elements};

/// Of what the input and the output are made of, in OpenAI's words. `cached_tokens_details` is that of its speech API
/// (<https://developers.openai.com/api/docs/guides/realtime-costs>), which others have for chat completions too.
pub(super) fn of_openai(of_input: &Fields<'_>, of_output: &Fields<'_>) -> Audio {
    let (input, output) = (count(of_input, "audio_tokens"), count(of_output, "audio_tokens"));
    let is_heard = input > 0;
    let cached = || count(&details(of_input, "cached_tokens_details"), "audio_tokens");
    Audio { input, cache_read: if is_heard { cached() } else { 0 }, output }
}

/// Of Gemini's `usageMetadata`, which tells the tokens of each modality
/// (<https://ai.google.dev/api/generate-content#UsageMetadata>). Cached ones are part of the prompt's.
pub(super) fn of_gemini(usage: &Fields<'_>) -> Audio {
    let heard = of_modality(usage, "promptTokensDetails");
    Audio {
        input: heard.saturating_add(of_modality(usage, "toolUsePromptTokensDetails")),
        cache_read: of_modality(usage, "cacheTokensDetails"),
        output: of_modality(usage, "candidatesTokensDetails"),
    }
}

/// Tokens of sound in a list of `{modality, tokenCount}`.
fn of_modality(usage: &Fields<'_>, list: &str) -> u64 {
    let Some(told) = usage.set(list).filter(|list| list.get().contains("AUDIO")) else { return 0 };
    let each = elements(told).unwrap_or_default().into_iter().filter_map(|each| Fields::of(each).ok());
    let of_sound = each.filter(|each| each.text("modality").as_deref() == Some("AUDIO"));
    of_sound.map(|each| count(&each, "tokenCount")).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use crate::translate::tokens::counted;
    use crate::usage::{Audio, Usage};
    use crate::wire::Api;

    fn audio(api: Api, body: &str) -> Usage {
        counted(api, body.as_bytes()).unwrap()
    }

    #[test]
    fn every_api_has_its_words_for_sound() {
        for (api, body, input, cache_read, output) in [
            (
                Api::ChatCompletions,
                r#"{"usage":{"prompt_tokens":90,"completion_tokens":70,
                    "prompt_tokens_details":{"cached_tokens":40,"audio_tokens":30,"text_tokens":60},
                    "completion_tokens_details":{"audio_tokens":50,"text_tokens":20}}}"#,
                30,
                0,
                50,
            ),
            (
                Api::ChatCompletions,
                r#"{"usage":{"prompt_tokens":90,"completion_tokens":70,"prompt_tokens_details":
                    {"audio_tokens":30,"cached_tokens":40,"cached_tokens_details":{"audio_tokens":10,"text_tokens":30}}}}"#,
                30,
                10,
                0,
            ),
            (
                Api::ChatCompletions,
                r#"{"usage":{"prompt_tokens":90,"prompt_tokens_details":{"audio_tokens":null},"completion_tokens_details":null}}"#,
                0,
                0,
                0,
            ),
            (
                Api::Responses,
                r#"{"usage":{"input_tokens":90,"output_tokens":70,"input_tokens_details":{"audio_tokens":3},
                    "output_tokens_details":{"audio_tokens":5}}}"#,
                3,
                0,
                5,
            ),
            (
                Api::GenerateContent,
                r#"{"usageMetadata":{"promptTokenCount":90,"candidatesTokenCount":70,"cachedContentTokenCount":20,
                    "promptTokensDetails":[{"modality":"TEXT","tokenCount":10},{"modality":"AUDIO","tokenCount":60},
                        {"modality":"VIDEO","tokenCount":20}],
                    "cacheTokensDetails":[{"modality":"AUDIO","tokenCount":15},{"modality":"TEXT","tokenCount":5}],
                    "candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":7}],
                    "toolUsePromptTokensDetails":[{"modality":"AUDIO","tokenCount":2}]}}"#,
                62,
                15,
                7,
            ),
            (
                Api::GenerateContent,
                r#"{"usageMetadata":{"promptTokenCount":90,"promptTokensDetails":{"AUDIO":1},
                    "cacheTokensDetails":["AUDIO"],"candidatesTokensDetails":[{"modality":"AUDIO"}]}}"#,
                0,
                0,
                0,
            ),
        ] {
            assert_eq!(audio(api, body).audio, Audio { input, cache_read, output }, "{body}");
        }
    }
}
