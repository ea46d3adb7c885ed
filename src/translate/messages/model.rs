//! What Anthropic's models take: rules that one request meets on one model and breaks on another.
//!
//! Sources (November 2026): the accepted `thinking.type` values, sampling parameters, forced tools and effort
//! levels of the migration guides below <https://platform.claude.com/docs/en/models/overview>,
//! <https://platform.claude.com/docs/en/build-with-claude/effort>, and
//! <https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages>.

/// What one model takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model {
    pub thinking: Thinking,
    /// How thinking is turned off.
    pub off: Off,
    /// Levels of `output_config.effort`, from the least to the most; none where it is not taken.
    pub efforts: &'static [&'static str],
    /// Whether `temperature`, `top_p` and `top_k` may have other than their default values.
    pub samples: bool,
    /// Whether `temperature` and `top_p` may both be given: 400 "cannot both be specified for this model" elsewhere.
    pub both_samplers: bool,
    /// Whether a tool may be forced.
    pub forces_tools: bool,
    /// Whether system messages may stand in the middle of a conversation.
    pub system_anywhere: bool,
}

/// How a model is told to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thinking {
    /// It does not.
    Never,
    /// With a budget: `enabled`. Not beside a forced tool.
    Budget,
    /// With a budget, or as it likes: `enabled`, `adaptive`. Not beside a forced tool.
    Either,
    /// As it likes: `adaptive`.
    Adaptive,
}

/// How a model's thinking is turned off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Off {
    /// By not turning it on.
    Unasked,
    /// `disabled`
    Disabled,
    /// `between_tools`
    BetweenTools,
    /// It is always on.
    Never,
}

const THREE: &[&str] = &["low", "medium", "high"];
const FOUR: &[&str] = &["low", "medium", "high", "max"];
const FIVE: &[&str] = &["low", "medium", "high", "xhigh", "max"];

/// The models that take budgets only, servers of other makers that speak the API among them.
const BUDGETS: Model = Model {
    thinking: Thinking::Budget,
    off: Off::Unasked,
    efforts: &[],
    samples: true,
    both_samplers: true,
    forces_tools: true,
    system_anywhere: false,
};

/// From Opus 4.1 on.
const OPUS_4_1: Model = Model { both_samplers: false, ..BUDGETS };
const OPUS_4_6: Model = Model { thinking: Thinking::Either, efforts: FOUR, ..OPUS_4_1 };
const OPUS_4_7: Model = Model { thinking: Thinking::Adaptive, efforts: FIVE, samples: false, ..BUDGETS };
const OPUS_4_8: Model = Model { system_anywhere: true, ..OPUS_4_7 };
/// The fifth generation thinks unless it is told not to.
const FIFTH: Model = Model { off: Off::Disabled, ..OPUS_4_8 };
const ALWAYS_THINKS: Model = Model { off: Off::Never, ..OPUS_4_8 };
/// What is newest, and models that are newer than this table.
const NEWEST: Model = Model { forces_tools: false, ..ALWAYS_THINKS };

/// By how a name goes on after `claude-`; the first that fits counts.
const MODELS: &[(&str, Model)] = &[
    ("haiku-5", FIFTH),
    ("sonnet-5-5", Model { off: Off::BetweenTools, ..NEWEST }),
    ("sonnet-5", FIFTH),
    ("opus-5-5", NEWEST),
    ("opus-5", FIFTH),
    ("fable-5-", NEWEST),
    ("mythos-5-", NEWEST),
    ("fable-5", ALWAYS_THINKS),
    ("mythos", ALWAYS_THINKS),
    ("opus-4-8", OPUS_4_8),
    ("opus-4-7", OPUS_4_7),
    ("opus-4-6", OPUS_4_6),
    ("sonnet-4-6", Model { efforts: THREE, ..OPUS_4_6 }),
    ("opus-4-5", Model { efforts: THREE, ..OPUS_4_1 }),
    ("opus-4-1", OPUS_4_1),
    ("opus-4", BUDGETS),
    ("sonnet-4-5", OPUS_4_1),
    ("sonnet-4", BUDGETS),
    ("haiku-4", OPUS_4_1),
    ("3-7-sonnet", BUDGETS),
    ("3", Model { thinking: Thinking::Never, ..BUDGETS }),
    ("2", Model { thinking: Thinking::Never, ..BUDGETS }),
    ("instant", Model { thinking: Thinking::Never, ..BUDGETS }),
];

impl Model {
    /// The rules of a model, by a provider's name for it: `claude-opus-4-6`, `anthropic/claude-opus-4.6`,
    /// `anthropic.claude-opus-4-6-v1:0`.
    pub(super) fn named(name: &str) -> Self {
        let name = name.to_ascii_lowercase().replace('.', "-");
        let Some((_, name)) = name.rsplit_once("claude-") else { return BUDGETS };
        let found = MODELS.iter().find(|(start, _)| name.starts_with(start));
        found.map_or(NEWEST, |(_, model)| *model)
    }

    /// The level of effort that is nearest to one of OpenAI's: `minimal` is the least, and what is above the
    /// most is the most.
    pub(super) fn effort(&self, asked: &str) -> Option<&'static str> {
        let known = |level: &str| FIVE.iter().position(|known| *known == level);
        let asked = known(if asked == "minimal" { "low" } else { asked })?;
        let (least, rest) = self.efforts.split_first()?;
        Some(rest.iter().filter(|level| known(level) <= Some(asked)).fold(*least, |_, level| *level))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn names_find_their_rules() {
        for (name, thinking, samples, forces_tools) in [
            ("claude-3-5-sonnet-20241022", Thinking::Never, true, true),
            ("claude-3-7-sonnet-latest", Thinking::Budget, true, true),
            ("claude-opus-4-20250514", Thinking::Budget, true, true),
            ("claude-sonnet-4-5-20250929", Thinking::Budget, true, true),
            ("claude-haiku-4-5", Thinking::Budget, true, true),
            ("anthropic/claude-opus-4.6", Thinking::Either, true, true),
            ("eu.anthropic.claude-opus-4-6-v1:0", Thinking::Either, true, true),
            ("claude-opus-4-7", Thinking::Adaptive, false, true),
            ("claude-sonnet-5", Thinking::Adaptive, false, true),
            ("claude-fable-5", Thinking::Adaptive, false, true),
            ("claude-fable-5-1", Thinking::Adaptive, false, false),
            ("claude-opus-5-5", Thinking::Adaptive, false, false),
            ("claude-saga-7", Thinking::Adaptive, false, false),
            ("somebody-elses", Thinking::Budget, true, true),
        ] {
            let model = Model::named(name);
            assert_eq!(
                (model.thinking, model.samples, model.forces_tools),
                (thinking, samples, forces_tools),
                "{name}"
            );
        }
        assert_eq!(Model::named("claude-sonnet-5-5").off, Off::BetweenTools);
        assert_eq!(Model::named("claude-haiku-5-5").off, Off::Disabled);
        assert!(Model::named("claude-opus-4-8").system_anywhere);
    }

    #[test]
    fn efforts_are_the_nearest_that_a_model_has() {
        for (name, asked, level) in [
            ("claude-opus-5", "minimal", Some("low")),
            ("claude-opus-5", "xhigh", Some("xhigh")),
            ("claude-opus-4-6", "xhigh", Some("high")),
            ("claude-opus-4-6", "max", Some("max")),
            ("claude-sonnet-4-6", "max", Some("high")),
            ("claude-sonnet-4-5", "high", None),
            ("claude-opus-5", "extreme", None),
        ] {
            assert_eq!(Model::named(name).effort(asked), level, "{name} {asked}");
        }
    }
}
