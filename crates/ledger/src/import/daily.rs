//! `LiteLLM_DailyUserSpend`, `LiteLLM_DailyTeamSpend`, `LiteLLM_DailyTagSpend`: sums of days whose requests LiteLLM has
//! deleted. Those of later days follow from the requests.

use super::Skip;
use super::holder::{money, number, text};
use super::source::Table;
use crate::calendar::Day;
use crate::db::Row;
use crate::record::key_text;
use crate::store::{DAILY_COUNTS, DAILY_NAMES, DailyTable, ImportedDay};

/// The tables, and what their rows are called.
pub(super) const TABLES: [(&str, DailyTable, Table); 3] = [
    ("days of users", DailyTable::Users, table(DailyTable::Users, &USERS)),
    ("days of teams", DailyTable::Teams, table(DailyTable::Teams, &TEAMS)),
    ("days of tags", DailyTable::Tags, table(DailyTable::Tags, &TAGS)),
];

const USERS: [&str; COLUMNS.len() + 1] = with("user_id");
const TEAMS: [&str; COLUMNS.len() + 1] = with("team_id");
const TAGS: [&str; COLUMNS.len() + 1] = with("tag");

/// What is wanted of each of them, besides whose sums they are.
const COLUMNS: [&str; 18] = [
    "id",
    "date",
    "api_key",
    "model",
    "model_group",
    "custom_llm_provider",
    "mcp_namespaced_tool_name",
    "endpoint",
    "api_requests",
    "failed_requests",
    "prompt_tokens",
    "completion_tokens",
    "successful_requests",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "total_response_time_ms",
    "timed_requests",
    "spend",
];

const fn with(who: &'static str) -> [&'static str; COLUMNS.len() + 1] {
    let mut all = [who; COLUMNS.len() + 1];
    let mut index = 0;
    while index < COLUMNS.len() {
        #[allow(clippy::indexing_slicing, reason = "it is evaluated by the compiler")]
        {
            all[index] = COLUMNS[index];
        }
        index += 1;
    }
    all
}

const fn table(of: DailyTable, columns: &'static [&'static str]) -> Table {
    Table { name: of.name(), id: "id", time: None, columns, of_budget: &[] }
}

/// Reads a row, if its day is before `first_logged`.
pub(super) fn read(row: &Row, of: DailyTable, first_logged: Option<&str>) -> Result<ImportedDay, Skip> {
    let date = text(row, "date")?.unwrap_or_default();
    if Day::parse(&date).is_none() {
        return Err("`date` is no day, YYYY-MM-DD".to_owned());
    }
    if first_logged.is_some_and(|first| date.as_str() >= first) {
        return Err("sums of its day follow from the requests".to_owned());
    }
    let name = |column: &&str| Ok(key_text(&text(row, column)?.unwrap_or_default()).to_owned());
    let count = |column: &&str| Ok(number(row, column)?.unwrap_or_default());
    Ok(ImportedDay {
        id: text(row, "id")?.unwrap_or_default(),
        names: DAILY_NAMES.iter().chain([&of.who()]).map(name).collect::<Result<_, Skip>>()?,
        counts: DAILY_COUNTS.iter().map(count).collect::<Result<_, Skip>>()?,
        nanodollars: money(row, "spend")?.unwrap_or_default(),
    })
}
