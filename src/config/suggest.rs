//! "Did you mean `x`?"

/// The candidate that a word was probably meant to be, if one is near enough: at most a third of the
/// letters and never more than three differ, letter case and `-`/`_` aside. The first of equally near ones.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = folded(word);
    let limit = (word.len() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &folded(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The hint itself, ready to stand as a help text.
pub(super) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(ask)
}

/// A hint for a word that is the beginning of one candidate alone: `RateLimitError` of `RateLimitErrorRetries`.
pub(super) fn begins<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const LEAST: usize = 8;
    let mut begun = candidates.into_iter().filter(|name| word.len() >= LEAST && name.starts_with(word));
    let only = begun.next()?;
    begun.next().is_none().then(|| ask(only))
}

fn ask(candidate: &str) -> String {
    format!("did you mean `{candidate}`?")
}

fn folded(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).map(|c| if c == '-' { '_' } else { c }).collect()
}

/// Levenshtein's distance, one row at a time.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        let mut left = i + 1;
        next.push(left);
        for (y, above) in b.iter().zip(row.windows(2)) {
            let (Some(diagonal), Some(up)) = (above.first(), above.last()) else { break };
            left = (diagonal + usize::from(x != y)).min(up + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{begins, distance, nearest};

    #[test]
    fn distances() {
        for (a, b, expected) in [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("same", "same", 0)] {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            assert_eq!(distance(&a, &b), expected);
            assert_eq!(distance(&b, &a), expected);
        }
    }

    #[test]
    fn a_word_that_begins_one_name_alone_is_that() {
        let names = ["RateLimitErrorRetries", "TimeoutErrorRetries", "TimeoutErrorAllowedFails"];
        assert_eq!(begins("RateLimitError", names).as_deref(), Some("did you mean `RateLimitErrorRetries`?"));
        assert_eq!(begins("TimeoutError", names), None);
        assert_eq!(begins("Rate", names), None, "too short to tell");
    }

    #[test]
    fn only_near_words_are_suggested() {
        let names = ["fallbacks", "default_fallbacks", "num_retries"];
        assert_eq!(nearest("falbacks", names), Some("fallbacks"));
        assert_eq!(nearest("num-retries", names), Some("num_retries"));
        assert_eq!(nearest("cooldown", names), None);
        assert_eq!(nearest("", names), None);
    }
}
