//! A row of a table of prices: one model, with what its tokens cost for usual and for long prompts, at each service
//! tier that has prices of its own.
//!
//! Amounts are in millionths of a US dollar per million tokens (pico-dollars per token): `2_500_000` is $2.50. A row
//! can hold what a price page says to the hundredth of a cent, and the half of it. What searches cost is in millionths of
//! a US dollar for each: `10_000` is $10 per thousand.

use crate::pricing::{Prices, Rates, Search, Service, Tier};

/// A model's rates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// The provider's own name, without the date of a snapshot.
    pub name: &'static str,
    pub standard: Served,
    /// A prompt is long if it has more tokens than this; 0 where the length makes no difference.
    pub above: u64,
    pub flex: Option<Served>,
    pub priority: Option<Served>,
    pub ultrafast: Option<Served>,
    /// What searches cost, in millionths of a US dollar; `None` where the model makes none, or does not say that it did.
    pub search: Option<Search>,
}

/// The rates of a service tier.
#[derive(Clone, Copy, Debug)]
pub(super) struct Served {
    pub usual: Sorts,
    /// Of a long prompt; without them those of the standard tier count.
    pub long: Option<Sorts>,
}

/// The rates of each sort of token. One that a service tier does not set is the standard tier's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sorts {
    pub input: u64,
    pub cached: Option<u64>,
    pub cache_write: Option<u64>,
    /// Of what is kept for hours.
    pub cache_write_1h: Option<u64>,
    pub output: u64,
    /// Of sound in the prompt.
    pub audio_input: Option<u64>,
    /// Of sound that the cache had.
    pub audio_cached: Option<u64>,
    /// Of sound in the answer.
    pub audio_output: Option<u64>,
}

/// A factor: the first by the second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times(pub u64, pub u64);

impl Times {
    const fn of(self, amount: u64) -> u64 {
        amount * self.0 / self.1
    }

    const fn of_some(self, amount: Option<u64>) -> Option<u64> {
        match amount {
            Some(amount) => Some(self.of(amount)),
            None => None,
        }
    }
}

impl Sorts {
    const fn new(input: u64, cached: Option<u64>, output: u64) -> Self {
        Self {
            input,
            cached,
            cache_write: None,
            cache_write_1h: None,
            output,
            audio_input: None,
            audio_cached: None,
            audio_output: None,
        }
    }

    const fn writing(self, short: Times, hours: Times) -> Self {
        Self { cache_write: Some(short.of(self.input)), cache_write_1h: Some(hours.of(self.input)), ..self }
    }

    const fn times(self, factor: Times) -> Self {
        Self {
            input: factor.of(self.input),
            cached: factor.of_some(self.cached),
            cache_write: factor.of_some(self.cache_write),
            cache_write_1h: factor.of_some(self.cache_write_1h),
            output: factor.of(self.output),
            audio_input: factor.of_some(self.audio_input),
            audio_cached: factor.of_some(self.audio_cached),
            audio_output: factor.of_some(self.audio_output),
        }
    }

    fn rates(&self) -> Rates {
        Rates {
            input: Some(femto(self.input)),
            output: Some(femto(self.output)),
            cache_read: self.cached.map(femto),
            cache_write: self.cache_write.map(femto),
            cache_write_1h: self.cache_write_1h.map(femto),
            reasoning: None,
            audio_input: self.audio_input.map(femto),
            audio_cache_read: self.audio_cached.map(femto),
            audio_output: self.audio_output.map(femto),
        }
    }
}

impl Served {
    const fn new(input: u64, cached: Option<u64>, output: u64) -> Self {
        Self { usual: Sorts::new(input, cached, output), long: None }
    }

    const fn hearing(self, input: u64, cached: Option<u64>) -> Self {
        Self { usual: Sorts { audio_input: Some(input), audio_cached: cached, ..self.usual }, ..self }
    }

    const fn writing(self, short: Times, hours: Times) -> Self {
        let long = match self.long {
            Some(sorts) => Some(sorts.writing(short, hours)),
            None => None,
        };
        Self { usual: self.usual.writing(short, hours), long }
    }

    const fn times(self, factor: Times) -> Self {
        let long = match self.long {
            Some(sorts) => Some(sorts.times(factor)),
            None => None,
        };
        Self { usual: self.usual.times(factor), long }
    }
}

impl Row {
    pub const fn new(name: &'static str, input: u64, cached: Option<u64>, output: u64) -> Self {
        let standard = Served::new(input, cached, output);
        Self { name, standard, above: 0, flex: None, priority: None, ultrafast: None, search: None }
    }

    /// With what prompts of more tokens than `above` cost.
    pub const fn above(self, above: u64, input: u64, cached: Option<u64>, output: u64) -> Self {
        let standard = Served { long: Some(Sorts::new(input, cached, output)), ..self.standard };
        Self { above, standard, ..self }
    }

    /// With what writing the cache costs, by the input: for as long as is usual, and for hours.
    pub const fn writing(self, short: Times, hours: Times) -> Self {
        Self { standard: self.standard.writing(short, hours), ..self }
    }

    /// With what sound in the prompt costs, and sound that the cache had.
    pub const fn hearing(self, input: u64, cached: Option<u64>) -> Self {
        Self { standard: self.standard.hearing(input, cached), ..self }
    }

    /// The same at the flex tier, after [`Row::flex`].
    pub const fn flex_hearing(self, input: u64, cached: Option<u64>) -> Self {
        let flex = match self.flex {
            Some(flex) => Some(flex.hearing(input, cached)),
            None => None,
        };
        Self { flex, ..self }
    }

    /// With what sound in the answer costs.
    pub const fn speaking(self, output: u64) -> Self {
        let usual = Sorts { audio_output: Some(output), ..self.standard.usual };
        Self { standard: Served { usual, ..self.standard }, ..self }
    }

    /// With what each search costs.
    pub const fn searching(self, price: u64) -> Self {
        Self { search: Some(Search::Each(price)), ..self }
    }

    /// With what each search costs, by the current tool and by the older one.
    pub const fn searching_by_tool(self, current: u64, preview: u64) -> Self {
        Self { search: Some(Search::EachByTool { current, preview }), ..self }
    }

    /// With what an answer costs that was searched for, however often.
    pub const fn grounded(self, price: u64) -> Self {
        Self { search: Some(Search::Once(price)), ..self }
    }

    /// With what the flex tier costs for prompts that are not long.
    pub const fn flex(self, input: u64, cached: Option<u64>, output: u64) -> Self {
        Self { flex: Some(Served::new(input, cached, output)), ..self }
    }

    /// With what the flex tier costs for long prompts, after [`Row::flex`].
    pub const fn flex_above(self, input: u64, cached: Option<u64>, output: u64) -> Self {
        let long = Some(Sorts::new(input, cached, output));
        let flex = match self.flex {
            Some(flex) => Some(Served { long, ..flex }),
            None => None,
        };
        Self { flex, ..self }
    }

    /// With a flex tier that costs so many times what the standard one does, whatever the prompt's length.
    pub const fn flex_times(self, factor: Times) -> Self {
        Self { flex: Some(self.standard.times(factor)), ..self }
    }

    /// With what the priority tier costs for prompts that are not long.
    pub const fn priority(self, input: u64, cached: Option<u64>, output: u64) -> Self {
        Self { priority: Some(Served::new(input, cached, output)), ..self }
    }

    /// With a priority tier that costs so many times what the standard one does, whatever the prompt's length.
    pub const fn priority_times(self, factor: Times) -> Self {
        Self { priority: Some(self.standard.times(factor)), ..self }
    }

    /// With an ultrafast tier that costs so many times what the standard one does, whatever the prompt's length.
    pub const fn ultrafast_times(self, factor: Times) -> Self {
        Self { ultrafast: Some(self.standard.times(factor)), ..self }
    }

    pub fn prices(&self) -> Prices {
        let usual = self.standard.usual.rates();
        Prices {
            input: femto(self.standard.usual.input),
            output: femto(self.standard.usual.output),
            cache_read: usual.cache_read,
            cache_write: usual.cache_write,
            cache_write_1h: usual.cache_write_1h,
            reasoning: None,
            audio_input: usual.audio_input,
            audio_cache_read: usual.audio_cache_read,
            audio_output: usual.audio_output,
            search: self.search.map(of_search),
            fast: None,
            tiers: self.tiers().collect(),
        }
    }

    /// All rates but those of usual prompts at the standard tier.
    fn tiers(&self) -> impl Iterator<Item = Tier> {
        let others = [
            (Service::Flex, self.flex),
            (Service::Priority, self.priority),
            (Service::Ultrafast, self.ultrafast),
        ];
        let others = others.into_iter().filter_map(|(service, served)| Some((service, served?)));
        let all = std::iter::once((Service::Standard, self.standard)).chain(others.clone());
        let usual = others.map(|(service, served)| (0, service, served.usual));
        let long = all.filter_map(|(service, served)| Some((self.above, service, served.long?)));
        usual.chain(long).map(|(above, service, sorts)| Tier { above, service, rates: sorts.rates() })
    }
}

/// A row's price of searches in femto-dollars.
const fn of_search(search: Search) -> Search {
    const FEMTO: u64 = 1_000_000_000;
    match search {
        Search::Each(price) => Search::Each(price.saturating_mul(FEMTO)),
        Search::Once(price) => Search::Once(price.saturating_mul(FEMTO)),
        Search::EachByTool { current, preview } => Search::EachByTool {
            current: current.saturating_mul(FEMTO),
            preview: preview.saturating_mul(FEMTO),
        },
    }
}

/// A row's amount in femto-dollars per token.
const fn femto(amount: u64) -> u64 {
    amount.saturating_mul(1_000)
}
