//! What the generations of Gemini models take differently.

/// A model, as far as its name says what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Model {
    /// 205 for `gemini-2.5-flash`.
    version: u32,
    is_pro: bool,
    is_lite: bool,
}

/// How the amount of thinking is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thinking {
    /// The model does not think.
    Never,
    /// `thinkingBudget`, in tokens; 0 where it may be told not to think.
    Budget { least: u64, most: u64, may_stop: bool },
    /// `thinkingLevel`; all have `LOW` and `HIGH`.
    Level { minimal: bool, medium: bool },
}

/// Of a name without a version: `gemini-flash-latest`.
const NEWEST: u32 = u32::MAX;
/// Of any other name, such as a tuned model's id: what this generation takes, later ones take, too.
const ANY: u32 = 205;

impl Model {
    /// What the provider's name of a model says.
    pub(super) fn of(name: &str) -> Self {
        let version = match name.split_once("gemini-") {
            Some((_, rest)) => version(rest).unwrap_or(NEWEST),
            None => ANY,
        };
        Self { version, is_pro: name.contains("-pro"), is_lite: name.contains("-lite") }
    }

    /// Source of the table: <https://ai.google.dev/gemini-api/docs/thinking> and
    /// <https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/thinking>.
    pub(super) fn thinking(self) -> Thinking {
        match self.version {
            ..205 => Thinking::Never,
            205..300 if self.is_pro => Thinking::Budget { least: 128, most: 32_768, may_stop: false },
            205..300 if self.is_lite => Thinking::Budget { least: 512, most: 24_576, may_stop: true },
            205..300 => Thinking::Budget { least: 1, most: 24_576, may_stop: true },
            300 if self.is_pro => Thinking::Level { minimal: false, medium: false },
            300..307 => Thinking::Level { minimal: !self.is_pro, medium: true },
            _ => Thinking::Level { minimal: false, medium: true },
        }
    }

    /// Whether a call in the history must have its signature: generation 3 on, see
    /// <https://ai.google.dev/gemini-api/docs/thought-signatures>.
    pub(super) fn wants_signatures(self) -> bool {
        self.version >= 300
    }

    /// Whether media may stand inside of a function's response: generation 3 on, see
    /// <https://ai.google.dev/gemini-api/docs/function-calling>.
    pub(super) fn takes_media_in_responses(self) -> bool {
        self.version >= 300
    }

    /// Whether a search may stand beside functions: generation 3 on, see
    /// <https://ai.google.dev/gemini-api/docs/tool-combination>.
    pub(super) fn combines_tools(self) -> bool {
        self.version >= 300
    }

    /// Whether each picture may have its resolution: generation 3 on, see
    /// <https://ai.google.dev/gemini-api/docs/media-resolution>.
    pub(super) fn takes_resolutions(self) -> bool {
        self.version >= 300
    }
}

/// 205 of `2.5-flash`, 300 of `3-pro-preview`.
fn version(text: &str) -> Option<u32> {
    let number = text.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
    let (major, minor): (u32, u32) = (major.parse().ok()?, minor.parse().unwrap_or_default());
    major.checked_mul(100)?.checked_add(minor.min(99))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn names_say_how_thinking_is_set() {
        let level = |minimal, medium| Thinking::Level { minimal, medium };
        for (name, thinking) in [
            ("gemini-1.5-pro-002", Thinking::Never),
            ("gemini-2.0-flash", Thinking::Never),
            ("gemini-2.5-pro", Thinking::Budget { least: 128, most: 32_768, may_stop: false }),
            ("models/gemini-2.5-flash", Thinking::Budget { least: 1, most: 24_576, may_stop: true }),
            ("gemini-2.5-flash-lite", Thinking::Budget { least: 512, most: 24_576, may_stop: true }),
            ("gemini-3-pro-preview", level(false, false)),
            ("gemini-3-flash-preview", level(true, true)),
            ("gemini-3.1-pro-preview", level(false, true)),
            ("gemini-3.5-flash-lite", level(true, true)),
            ("gemini-3.7-flash", level(false, true)),
            ("gemini-flash-latest", level(false, true)),
            ("1234567890", Thinking::Budget { least: 1, most: 24_576, may_stop: true }),
        ] {
            assert_eq!(Model::of(name).thinking(), thinking, "{name}");
        }
        assert!(!Model::of("gemini-2.5-flash").wants_signatures());
        assert!(Model::of("gemini-3-pro-preview").wants_signatures());
    }
}
