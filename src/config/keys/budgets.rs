//! How much money a key may spend.

use crate::budgets::Budget;
use crate::config::cursor::Cursor;
use crate::config::section::Section;

/// `max_budget`, `soft_budget` and `budget_duration` of a key.
pub fn of_key(section: &Section<'_>) -> Budget {
    let (max, soft) = (section.get("max_budget"), section.get("soft_budget"));
    let lasting = section.get("budget_duration");
    if max.is_none() && soft.is_none() {
        report_unused(lasting.as_ref());
    }
    let amount = |at: &Option<Cursor<'_>>| at.as_ref().and_then(Cursor::nanodollars);
    let budget = Budget {
        max_nanodollars: amount(&max),
        soft_nanodollars: amount(&soft),
        duration: lasting.and_then(|at| duration(&at)),
    };
    if let (Some(at), Some(soft), Some(max)) = (soft, budget.soft_nanodollars, budget.max_nanodollars)
        && soft >= max
    {
        at.warning(
            "without effect: `max_budget` is used up before",
            "write a smaller `soft_budget`: passing it is told, and refuses nothing".to_owned(),
        );
    }
    budget
}

/// A budget of one model, in LiteLLM's words: `{budget_limit: 10, time_period: 1d}`; or in those of a key.
pub fn of_model(section: &Section<'_>) -> Option<Budget> {
    let max = one_of(section, "budget_limit", "max_budget");
    let lasting = one_of(section, "time_period", "budget_duration");
    if max.is_none() {
        report_unused(lasting.as_ref());
    }
    let duration = lasting.and_then(|at| duration(&at));
    let max = max?.nanodollars()?;
    Some(Budget { max_nanodollars: Some(max), soft_nanodollars: None, duration })
}

/// The value of a key that has two names; both are an error.
fn one_of<'a>(section: &Section<'a>, name: &'static str, other: &'static str) -> Option<Cursor<'a>> {
    match (section.get(name), section.get(other)) {
        (Some(one), Some(at)) => {
            at.error(format!("`{name}` and `{other}` are both set"), "keep one of them".to_owned());
            Some(one)
        }
        (one, other) => one.or(other),
    }
}

/// Says of a duration that there is nothing that lasts so long.
fn report_unused(duration: Option<&Cursor<'_>>) {
    if let Some(at) = duration {
        at.warning("without effect: no budget is written", None);
    }
}

/// A duration as LiteLLM writes it.
fn duration(at: &Cursor<'_>) -> Option<String> {
    let text = at.text()?;
    if is_duration(&text) {
        return Some(text);
    }
    at.unexpected("a duration such as `24h`, `7d`, `30d` or `1mo`");
    None
}

/// Whether a text is a duration as LiteLLM writes it.
fn is_duration(text: &str) -> bool {
    const UNITS: [&str; 6] = ["s", "m", "h", "d", "w", "mo"];
    if ["hourly", "daily", "weekly", "monthly"].contains(&text) {
        return true;
    }
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let count = text.strip_suffix(unit).and_then(|count| count.parse::<u32>().ok());
    count.is_some_and(|count| count > 0) && UNITS.contains(&unit)
}
