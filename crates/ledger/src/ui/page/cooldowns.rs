//! Deployments that rest now.

use maud::{Markup, html};

use super::Ask;
use super::parts::{nothing, time};
use super::table::{Column, table};
use crate::ui::data::{Cooldowns, Cooled};
use crate::ui::format::{count, duration};

/// The table of them, or why there is none.
pub(super) fn cooldowns(ask: &Ask, now: &Cooldowns) -> Markup {
    match (now.gateways, now.cooled.as_slice()) {
        (0, _) => nothing("No gateway has reported within the last minute, so this is not known here."),
        (_, []) => nothing("None: every deployment is in use."),
        (_, cooled) => table(
            ask,
            "cooled",
            "Deployments that are cooled now",
            &columns(ask.now_us, now.gateways),
            cooled,
        ),
    }
}

fn columns<'a>(now_us: u64, gateways: usize) -> [Column<'a, Cooled>; 4] {
    [
        Column::text("name", "Deployment", |row: &Cooled| {
            html! { span.name title=(row.deployment) { (row.deployment) } }
        })
        .by(|a, b| a.deployment.cmp(&b.deployment)),
        Column::text("cause", "Cause", |row: &Cooled| html! { span.badge.bad { (row.cause) } })
            .by(|a, b| a.cause.cmp(&b.cause)),
        Column::number("until", "Until", move |row: &Cooled| {
            html! { (time(row.until_us)) " " span.quiet { "in " (duration(row.until_us.saturating_sub(now_us))) } }
        })
        .by(|a, b| a.until_us.cmp(&b.until_us)),
        Column::number("gateways", "At gateways", move |row: &Cooled| {
            html! { (number(row.gateways)) " of " (number(gateways)) }
        })
        .by(|a, b| a.gateways.cmp(&b.gateways)),
    ]
}

fn number(gateways: usize) -> String {
    count(u64::try_from(gateways).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(gateways: usize, cooled: &[Cooled]) -> String {
        cooldowns(&Ask::default(), &Cooldowns { gateways, cooled: cooled.to_vec() }).into_string()
    }

    #[test]
    fn what_is_not_known_is_not_said_to_be_well() {
        assert!(drawn(0, &[]).contains("not known"));
        assert!(drawn(2, &[]).contains("every deployment is in use"));
    }

    #[test]
    fn a_deployment_is_listed_with_its_cause_end_and_gateways() {
        let row = Cooled {
            deployment: "<b>/azure".to_owned(),
            cause: "rate_limit".to_owned(),
            until_us: 90_000_000,
            gateways: 2,
        };
        let drawn = drawn(3, &[row]);
        for part in ["&lt;b&gt;/azure", "rate_limit", "1970-01-01T00:01:30", "in 1 min 30 s", "2 of 3"] {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
    }
}
