//! Durations, money, sizes and prices as people write them. Exact: nothing is rounded.

use std::iter;

use spillway_filter::pricing::{Factor, Prices, Rates, Search, Service, Tier};

/// `30 s`, `1500 ms`
pub fn duration(ms: u64) -> String {
    match ms % 1000 {
        0 => format!("{} s", ms / 1000),
        _ => format!("{ms} ms"),
    }
}

/// `$0.25`: an amount in units of `10^-places` dollars, with two decimals or as many as it has.
fn dollars(amount: u64, places: u32) -> String {
    let unit = 10_u64.pow(places);
    let decimals = format!("{:0width$}", amount % unit, width = places as usize);
    let decimals = decimals.trim_end_matches('0');
    format!("${}.{decimals:0<2}", amount / unit)
}

/// An amount in 10⁻⁹ US dollars.
pub fn money(nanodollars: u64) -> String {
    dollars(nanodollars, 9)
}

/// `32 MiB`, `1000 bytes`
pub fn size(bytes: u64) -> String {
    for (unit, name) in [(1 << 20, "MiB"), (1 << 10, "KiB")] {
        if bytes >= unit && bytes.is_multiple_of(unit) {
            return format!("{} {name}", bytes / unit);
        }
    }
    format!("{bytes} bytes")
}

/// Prices per million tokens, one line for each length of the prompt and service tier, and of a search.
pub fn prices(prices: &Prices) -> Vec<(String, String)> {
    let mut lines = vec![("price per 1M".to_owned(), rates(&prices.usual()))];
    lines.extend(prices.tiers.iter().map(|tier| (place(tier), rates(&tier.rates))));
    lines.extend(prices.fast.into_iter().flat_map(|times| fast(prices, times)));
    lines.extend(prices.search.map(|search| ("per search".to_owned(), searches(search))));
    lines
}

/// What fast mode costs, for usual prompts and for long ones.
fn fast(prices: &Prices, times: Factor) -> impl Iterator<Item = (String, String)> {
    let usual = Tier { rates: prices.usual(), ..Tier::default() };
    let longer = prices.tiers.iter().filter(|tier| tier.service.is_standard()).copied();
    let served = iter::once(usual).chain(longer).map(move |tier| Tier {
        service: Service::Fast,
        rates: times.of(tier.rates),
        ..tier
    });
    served.map(|tier| (place(&tier), rates(&tier.rates)))
}

/// When a tier's prices count.
fn place(tier: &Tier) -> String {
    let mut place = Vec::new();
    if tier.above > 0 {
        place.push(format!("above {}", tier.above));
    }
    if tier.service != Service::Standard {
        place.push(tier.service.name().to_owned());
    }
    format!("  {}", place.join(", "))
}

fn rates(rates: &Rates) -> String {
    // A femto-dollar per token is 10⁻⁹ dollars per million tokens.
    let named = [
        ("in", rates.input),
        ("out", rates.output),
        ("cache read", rates.cache_read),
        ("cache write", rates.cache_write),
        ("cache write for hours", rates.cache_write_1h),
        ("reasoning", rates.reasoning),
        ("sound in", rates.audio_input),
        ("sound from cache", rates.audio_cache_read),
        ("sound out", rates.audio_output),
    ];
    let told = named.into_iter().filter_map(|(name, rate)| Some(format!("{name} {}", dollars(rate?, 9))));
    told.collect::<Vec<_>>().join(", ")
}

fn searches(search: Search) -> String {
    let price = dollars(search.price(), 15);
    match search {
        Search::Each(_) => price,
        Search::Once(_) => format!("{price}, once for an answer"),
        Search::EachByTool { preview, .. } => {
            format!("{price}, by `web_search_preview` {}", dollars(preview, 15))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, money, size};

    #[test]
    fn amounts_are_exact_and_short() {
        for (nano, expected) in [
            (0, "$0.00"),
            (1, "$0.000000001"),
            (2_500_000_000, "$2.50"),
            (25_000_000_000, "$25.00"),
            (125_000_000, "$0.125"),
        ] {
            assert_eq!(money(nano), expected);
        }
        assert_eq!((duration(30_000), duration(1_500)), ("30 s".to_owned(), "1500 ms".to_owned()));
        assert_eq!(
            (size(32 << 20), size(1 << 10), size(1_000)),
            ("32 MiB".to_owned(), "1 KiB".to_owned(), "1000 bytes".to_owned())
        );
    }
}
