//! What an answer costs: integers in, integer nano-dollars out, rounded once.

mod factor;
mod parts;
mod search;

use serde::{Deserialize, Serialize};

pub use self::factor::Factor;
pub use self::search::Search;
pub use crate::usage::Service;
use crate::usage::{Beside, Usage};

/// Rates of one deployment, in 10⁻¹⁵ US dollars (femto-dollars) per token, so that LiteLLM's
/// `input_cost_per_token: 7.5e-08` is a whole number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prices {
    /// `input_cost_per_token`
    pub input: u64,
    /// `output_cost_per_token`
    pub output: u64,
    /// `cache_read_input_token_cost`; the input rate where unset.
    pub cache_read: Option<u64>,
    /// `cache_creation_input_token_cost`; the input rate where unset.
    pub cache_write: Option<u64>,
    /// `cache_creation_input_token_cost_above_1hr`, `…_above_12hr`: for what is kept for so long; as for any other where
    /// unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_1h: Option<u64>,
    /// `output_cost_per_reasoning_token`; the output rate where unset.
    pub reasoning: Option<u64>,
    /// `input_cost_per_audio_token`; the input rate where unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_input: Option<u64>,
    /// `cache_read_input_audio_token_cost`; as any other that the cache had where unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_cache_read: Option<u64>,
    /// `output_cost_per_audio_token`; the output rate where unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_output: Option<u64>,
    /// `search_context_cost_per_query`; nothing where unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<Search>,
    /// How many times all of these, and of those of long prompts, what was served in Anthropic's fast mode costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fast: Option<Factor>,
    /// What long prompts and other service tiers cost; none where they make no difference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
}

/// Rates of requests whose prompt is longer than a bound, or that are served at another tier than the standard one:
/// they hold for all tokens of the request, not only for those beyond the bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tier {
    /// A prompt has more tokens than this, cached ones included; 0 for any.
    pub above: u64,
    /// At which service tier the provider says that it served the request.
    #[serde(skip_serializing_if = "Service::is_standard")]
    pub service: Service,
    /// A rate that is not set is the usual one.
    pub rates: Rates,
}

/// Rates of which some may be unset, in femto-dollars per token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rates {
    /// `input_cost_per_token…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<u64>,
    /// `output_cost_per_token…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<u64>,
    /// `cache_read_input_token_cost…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_read: Option<u64>,
    /// `cache_creation_input_token_cost…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<u64>,
    /// `cache_creation_input_token_cost_above_1hr…`, `…_above_12hr…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_1h: Option<u64>,
    /// `output_cost_per_reasoning_token…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<u64>,
    /// `input_cost_per_audio_token…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_input: Option<u64>,
    /// `cache_read_input_audio_token_cost…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_cache_read: Option<u64>,
    /// `output_cost_per_audio_token…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_output: Option<u64>,
}

impl Rates {
    /// Puts the rates of another that are set before these.
    pub fn overrule(&mut self, other: Self) {
        self.input = other.input.or(self.input);
        self.output = other.output.or(self.output);
        self.cache_read = other.cache_read.or(self.cache_read);
        self.cache_write = other.cache_write.or(self.cache_write);
        self.cache_write_1h = other.cache_write_1h.or(self.cache_write_1h);
        self.reasoning = other.reasoning.or(self.reasoning);
        self.audio_input = other.audio_input.or(self.audio_input);
        self.audio_cache_read = other.audio_cache_read.or(self.audio_cache_read);
        self.audio_output = other.audio_output.or(self.audio_output);
    }
}

/// Rates as they are written for a deployment, of which some may be unset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Written {
    /// Of any prompt, at the standard tier.
    pub base: Rates,
    /// As [`Prices::search`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<Search>,
    /// As [`Prices::fast`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fast: Option<Factor>,
    /// As [`Prices::tiers`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
}

impl Written {
    /// Whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an input or an output rate is written.
    #[must_use]
    pub fn tells_the_base(&self) -> bool {
        (self.base.input, self.base.output) != (None, None)
    }

    /// Whether it is written that neither the prompt nor the answer costs anything.
    fn is_free(&self) -> bool {
        (self.base.input, self.base.output) == (Some(0), Some(0))
    }

    /// Whether both rates are written: then no other model's count.
    #[must_use]
    pub fn tells_the_whole_base(&self) -> bool {
        self.base.input.is_some() && self.base.output.is_some()
    }

    /// The prices, with what is known of the same model where nothing is written. A written rate also takes the place
    /// of the known rates that are derived from it, and where tokens are written to be free, so is what is not written; fast
    /// mode costs a multiple of whatever the rates are.
    #[must_use]
    pub fn over(&self, known: &Prices) -> Prices {
        let base = self.base;
        let of_input = |known: Option<u64>| known.filter(|_| base.input.is_none());
        let of_output = |known: Option<u64>| known.filter(|_| base.output.is_none());
        let are_known = !self.tells_the_base() && self.tiers.is_empty();
        Prices {
            input: base.input.unwrap_or(known.input),
            output: base.output.unwrap_or(known.output),
            cache_read: base.cache_read.or(of_input(known.cache_read)),
            cache_write: base.cache_write.or(of_input(known.cache_write)),
            cache_write_1h: base.cache_write_1h.or(of_input(known.cache_write_1h)),
            reasoning: base.reasoning.or(of_output(known.reasoning)),
            audio_input: base.audio_input.or(of_input(known.audio_input)),
            audio_cache_read: base.audio_cache_read.or(of_input(known.audio_cache_read)),
            audio_output: base.audio_output.or(of_output(known.audio_output)),
            search: self.search.or(known.search.filter(|_| !self.is_free())),
            fast: self.fast.or(known.fast),
            tiers: if are_known { known.tiers.clone() } else { self.tiers.clone() },
        }
    }
}

/// Prices are in 10⁻¹⁵ US dollars a token, costs in 10⁻⁹.
pub const FEMTO_PER_NANO: u64 = 1_000_000;

impl Prices {
    /// What `usage` costs, in 10⁻⁹ US dollars, rounded half up once; [`u64::MAX`] where it is more than that.
    ///
    /// Cached tokens are charged at their own rates and the rest of the input at `input`; likewise reasoning
    /// and the rest of the output. Parts that a provider reports as more than the whole are charged as reported, but
    /// for sound, which is never charged beside what it is a part of.
    /// `usage` is of one request: the length of its prompt, and the service tier, choose the rates. What was sampled
    /// beside its answer is priced as a prompt of its own. Searches cost what they cost at any tier.
    #[must_use]
    pub fn cost(&self, usage: &Usage) -> u64 {
        let [own, beside] = usage.prompts();
        let beside = if usage.beside == Beside::default() { 0 } else { self.femto(&beside) };
        let searches = self.search.map_or(0, |search| search.femto(usage));
        let femto = self.femto(&own).saturating_add(beside).saturating_add(searches);
        let per_nano = u128::from(FEMTO_PER_NANO);
        let nano = femto.saturating_add(per_nano / 2) / per_nano;
        u64::try_from(nano).unwrap_or(u64::MAX)
    }

    /// The rates at the standard service tier, of prompts of a length that has none of its own.
    #[must_use]
    pub fn usual(&self) -> Rates {
        Rates {
            input: Some(self.input),
            output: Some(self.output),
            cache_read: self.cache_read,
            cache_write: self.cache_write,
            cache_write_1h: self.cache_write_1h,
            reasoning: self.reasoning,
            audio_input: self.audio_input,
            audio_cache_read: self.audio_cache_read,
            audio_output: self.audio_output,
        }
    }

    /// What the tokens of one prompt and its answer cost, in 10⁻¹⁵ US dollars.
    fn femto(&self, usage: &Usage) -> u128 {
        parts::of(usage, &self.rates(usage.input, usage.service))
            .into_iter()
            .map(|(tokens, rate)| u128::from(tokens).saturating_mul(u128::from(rate)))
            .fold(0_u128, u128::saturating_add)
    }

    /// The rates of a prompt of so many tokens: of the highest bound that it exceeds at its service tier, else at the
    /// standard one, else of any length, likewise. (LiteLLM, too, takes the rate of the length where the service tier
    /// has none for it.)
    fn rates(&self, input: u64, service: Service) -> Rates {
        let above =
            self.tiers.iter().map(|tier| tier.above).filter(|above| input > *above).max().unwrap_or(0);
        let mut rates = self.usual();
        for (bound, tier) in [(0, service), (above, Service::Standard), (above, service)] {
            let found = self.tiers.iter().filter(|row| row.above == bound && row.service == tier);
            found.for_each(|row| rates.overrule(row.rates));
        }
        match self.fast.filter(|_| service == Service::Fast) {
            Some(times) => times.of(rates),
            None => rates,
        }
    }
}

#[cfg(test)]
mod tests;
