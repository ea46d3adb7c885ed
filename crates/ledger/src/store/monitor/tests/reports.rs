use super::super::{blocks, choices, guardrails, overview, spend, traffic};
use super::*;
use crate::db::params;
use crate::store::{StoreError, testing};
use crate::ui::data::{
    Action, Block, GuardrailRow, OutcomePoint, OutcomeRow, Outcomes, SpendPoint, SpendRow, Spending,
    TrafficPoint, Volume,
};

/// One refused at noon the day before; at noon two answered, of which one fell back, and one that another key made an
/// hour later under two tags.
fn some_traffic(db: &Connection) {
    name_holders(db);
    let blocked = Event {
        guardrail_information: vec![
            ran("pii", GuardrailStatus::Success),
            ran("word", GuardrailStatus::GuardrailIntervened),
            ran("idle", GuardrailStatus::NotRun),
        ],
        ..refused("refused", NOON - DAY)
    };
    let mut stranger = Event {
        model_group: "claude".to_owned(),
        tags: vec!["batch".to_owned(), "nightly".to_owned()],
        guardrail_information: vec![ran("pii", GuardrailStatus::GuardrailFlagged)],
        ..answered("stranger", NOON + HOUR)
    };
    stranger.caller = Caller { key_hash: "b2".to_owned(), ..Caller::default() };
    let fell_back = Event { fallbacks: 2, ..answered("two", NOON + 5) };
    deliver(db, &[blocked, answered("one", NOON), fell_back, stranger]);
}

fn spent(requests: u64, answered: u64) -> Spending {
    Spending {
        requests,
        input_tokens: 100 * answered,
        output_tokens: 20 * answered,
        nanodollars: 1_001 * answered,
    }
}

fn row(of: Named, spending: Spending) -> SpendRow {
    SpendRow { of, spending }
}

#[test]
fn spend_is_by_everything_where_nothing_is_filtered() {
    let (_kept, db) = testing::connection();
    some_traffic(&db);
    let told = spend::report(&db, &Filter::over(HOURS)).unwrap();
    assert_eq!(told.total, spent(3, 3));
    let point = |at_us, spending| SpendPoint { at_us, spending };
    assert_eq!(told.over_time, Some(vec![point(NOON, spent(2, 2)), point(NOON + HOUR, spent(1, 1))]));
    let by_model = vec![row(nameless("gpt-4.1"), spent(2, 2)), row(nameless("claude"), spent(1, 1))];
    assert_eq!(told.by_model, Some(by_model));
    let by_key = vec![row(of("a1", "ci"), spent(2, 2)), row(nameless("b2"), spent(1, 1))];
    assert_eq!(told.by_key, Some(by_key));
    let by_team = vec![row(of("tools", "Tools"), spent(2, 2)), row(nameless(""), spent(1, 1))];
    assert_eq!(told.by_team, Some(by_team));
    let by_tag = vec![row(nameless("nightly"), spent(3, 3)), row(nameless("batch"), spent(1, 1))];
    assert_eq!(told.by_tag, Some(by_tag));

    let days = spend::report(&db, &Filter::over(DAYS)).unwrap();
    assert_eq!(days.total, spent(4, 3));
    let midnight = NOON - 12 * HOUR;
    assert_eq!(days.over_time, Some(vec![point(midnight - DAY, spent(1, 0)), point(midnight, spent(3, 3))]));
    assert_eq!(days.by_tag.unwrap().last(), Some(&row(nameless(""), spent(1, 0))));
}

#[test]
fn spend_is_narrowed_by_hours_and_by_days_alike() {
    let (_kept, db) = testing::connection();
    some_traffic(&db);
    for span in [HOURS, Span { from_us: HOURS.from_us, ..DAYS }] {
        let told = |change: fn(&mut Filter)| spend::report(&db, &over(span, change)).unwrap();
        let key = told(|filter| filter.key = Some("b2".to_owned()));
        assert_eq!(key.total, spent(1, 1));
        assert_eq!(key.over_time.unwrap().len(), 1);
        assert_eq!(key.by_model, Some(vec![row(nameless("claude"), spent(1, 1))]));
        assert_eq!(key.by_key, Some(vec![row(nameless("b2"), spent(1, 1))]));
        assert_eq!(key.by_team, Some(vec![row(nameless(""), spent(1, 1))]));
        assert_eq!(key.by_tag.unwrap().len(), 2);

        let team = told(|filter| filter.team = Some("tools".to_owned()));
        assert_eq!((team.total, &team.by_tag), (spent(2, 2), &None));
        assert_eq!(team.by_key, Some(vec![row(of("a1", "ci"), spent(2, 2))]));
        let without = told(|filter| filter.team = Some(String::new()));
        assert_eq!(without.total, spent(1, 1));

        let tag = told(|filter| filter.tag = Some("nightly".to_owned()));
        assert_eq!((tag.total, &tag.by_team), (spent(3, 3), &None));
        assert_eq!(tag.by_key.unwrap().len(), 2);
        let both = told(|filter| {
            filter.tag = Some("nightly".to_owned());
            filter.model = Some("claude".to_owned());
        });
        assert_eq!((both.total, both.over_time.unwrap().len()), (spent(1, 1), 1));
        let none = told(|filter| filter.model = Some("' OR 1=1 --".to_owned()));
        assert_eq!((none.total, none.by_model), (spent(0, 0), Some(Vec::new())));
    }
    let both = over(DAYS, |filter| {
        filter.tag = Some("nightly".to_owned());
        filter.team = Some("tools".to_owned());
    });
    assert!(matches!(spend::report(&db, &both), Err(StoreError::Database(_))));
}

/// What this model, key, team and tag of every fifth hour of four days cost in a stretch that begins and ends within days.
#[test]
fn whole_days_and_the_hours_at_both_ends_tell_what_hours_tell() {
    let (_kept, db) = testing::connection();
    let event = |hour: u64| {
        let pick = |of: [&str; 3]| of[usize::try_from(hour % 3).unwrap()].to_owned();
        let caller = Caller {
            key_hash: pick(["a1", "b2", "b2"]),
            team_id: Some(pick(["tools", "tools", "ops"])),
            ..Caller::default()
        };
        let (model_group, tags) = (pick(["gpt-4.1", "claude", "claude"]), vec![pick(["x", "y", "x"])]);
        Event { caller, model_group, tags, ..answered(&format!("r-{hour}"), NOON + hour * HOUR) }
    };
    let hours: Vec<u64> = (0..96).step_by(5).collect();
    deliver(&db, &hours.iter().map(|hour| event(*hour)).collect::<Vec<_>>());
    let span = Span { from_us: NOON + 7 * HOUR, to_us: NOON + 70 * HOUR, bucket: Bucket::Hour };
    let sum =
        |rows: &Option<Vec<SpendRow>>| rows.iter().flatten().map(|row| row.spending.requests).sum::<u64>();
    for (filter, picked) in [
        (Filter::over(span), [true, true, true]),
        (over(span, |filter| filter.model = Some("claude".to_owned())), [false, true, true]),
        (over(span, |filter| filter.key = Some("a1".to_owned())), [true, false, false]),
        (over(span, |filter| filter.tag = Some("x".to_owned())), [true, false, true]),
    ] {
        let counted = hours
            .iter()
            .filter(|hour| (7..70).contains(*hour) && picked[usize::try_from(**hour % 3).unwrap()]);
        let counted = u64::try_from(counted.count()).unwrap();
        let told = spend::report(&db, &filter).unwrap();
        let points = told.over_time.iter().flatten().map(|point| point.spending.requests).sum::<u64>();
        assert_eq!((told.total.requests, points), (counted, counted));
        assert_eq!([&told.by_model, &told.by_key, &told.by_tag].map(sum), [counted; 3]);
        assert!(told.by_team.is_none() || sum(&told.by_team) == counted);
    }
}

#[test]
fn hours_that_are_not_kept_are_answered_by_days() {
    let (_kept, db) = testing::connection();
    some_traffic(&db);
    let note = r#"INSERT INTO "spillway_retention" ("what", "before") VALUES ('hours', ?1)"#;
    db.execute(note, &params!["2026-11-20T01:00:00.000000Z"]).unwrap();
    db.script(r#"DELETE FROM "spillway_hourly_totals"; DELETE FROM "spillway_hourly_traffic""#).unwrap();
    let told = spend::report(&db, &Filter::over(HOURS)).unwrap();
    assert_eq!((told.total, told.over_time), (spent(3, 3), None));
    assert_eq!(traffic::report(&db, &Filter::over(HOURS)).unwrap().total.requests, 3);
    let kept = Span { from_us: NOON - 11 * HOUR, ..HOURS };
    assert_eq!(spend::report(&db, &Filter::over(kept)).unwrap().over_time, Some(Vec::new()));
}

#[test]
fn traffic_has_volumes_and_percentiles() {
    let (_kept, db) = testing::connection();
    some_traffic(&db);
    let volume = |requests, errors, fallbacks| Volume { requests, errors, fallbacks };
    let told = traffic::report(&db, &Filter::over(DAYS)).unwrap();
    assert_eq!(told.total, volume(4, 1, 1));
    let near = |found: u64, exact: u64| found.abs_diff(exact) * 4 <= exact;
    let (latency, first_token) = (told.latency.unwrap(), told.first_token.unwrap());
    for found in [latency.p50_us, latency.p90_us, latency.p99_us] {
        assert!(near(found, 2_000_000), "{latency:?}");
    }
    assert!(near(first_token.p50_us, 500_000), "{first_token:?}");
    let points: Vec<(u64, Volume)> = told.over_time.iter().map(|point| (point.at_us, point.volume)).collect();
    let midnight = NOON - 12 * HOUR;
    assert_eq!(points, [(midnight - DAY, volume(1, 1, 0)), (midnight, volume(3, 0, 1))]);
    assert!(matches!(told.over_time[0], TrafficPoint { latency: None, first_token: None, .. }));
    let rows = |rows: &[crate::ui::data::TrafficRow]| -> Vec<(String, Volume)> {
        rows.iter().map(|row| (row.name.clone(), row.volume)).collect()
    };
    let named = |name: &str, volume| (name.to_owned(), volume);
    assert_eq!(rows(&told.by_model), [named("gpt-4.1", volume(3, 1, 1)), named("claude", volume(1, 0, 0))]);
    assert_eq!(
        rows(&told.by_dialect),
        [named("acompletion", volume(3, 0, 1)), named("aresponses", volume(1, 1, 0))]
    );

    let hours =
        traffic::report(&db, &over(HOURS, |filter| filter.model = Some("claude".to_owned()))).unwrap();
    assert_eq!(hours.over_time[0].at_us, NOON + HOUR);
    assert_eq!((hours.total, hours.over_time.len()), (volume(1, 0, 0), 1));
    let dialect = over(DAYS, |filter| filter.dialect = Some("aresponses".to_owned()));
    assert_eq!(traffic::report(&db, &dialect).unwrap().total, volume(1, 1, 0));
}

fn outcomes(evaluated: u64, blocked: u64, flagged: u64) -> Outcomes {
    Outcomes { evaluated, blocked, flagged }
}

fn the_block() -> Block {
    Block {
        request_id: "refused".to_owned(),
        at_us: NOON - DAY,
        guardrail: of("word", "the word"),
        action: Action::Blocked,
        dialect: "aresponses".to_owned(),
        model: "gpt-4.1".to_owned(),
        team: None,
        reason: Some(r#"["rule"]"#.to_owned()),
    }
}

#[test]
fn guardrails_have_outcomes_means_and_blocks() {
    let (_kept, db) = testing::connection();
    some_traffic(&db);
    let told = guardrails::report(&db, &Filter::over(DAYS)).unwrap();
    assert_eq!(told.total, outcomes(3, 1, 1));
    let midnight = NOON - 12 * HOUR;
    let point = |at_us, outcomes| OutcomePoint { at_us, outcomes };
    assert_eq!(
        told.over_time,
        [point(midnight - DAY, outcomes(2, 1, 0)), point(midnight, outcomes(1, 0, 1))]
    );
    let guardrail = |guardrail, outcomes, mean_score| GuardrailRow {
        guardrail,
        provider: "litellm_content_filter".to_owned(),
        outcomes,
        mean_us: Some(2_000),
        mean_score,
    };
    let expected = [
        guardrail(of("pii", "the pii"), outcomes(2, 0, 1), None),
        guardrail(of("word", "the word"), outcomes(1, 1, 0), Some(10.0)),
    ];
    assert_eq!(told.by_guardrail, expected);
    let row = |of, outcomes| OutcomeRow { of, outcomes };
    assert_eq!(told.by_team, [row(nameless(""), outcomes(3, 1, 1))]);
    assert_eq!(
        told.by_dialect,
        [row(nameless("aresponses"), outcomes(2, 1, 0)), row(nameless("acompletion"), outcomes(1, 0, 1))]
    );
    assert_eq!(told.latest_blocks, [the_block()]);

    let narrowed = over(DAYS, |filter| {
        filter.guardrail = Some("word".to_owned());
        filter.dialect = Some("aresponses".to_owned());
        filter.team = Some(String::new());
    });
    let told = guardrails::report(&db, &narrowed).unwrap();
    assert_eq!((told.total, told.latest_blocks), (outcomes(1, 1, 0), vec![the_block()]));
    for other in [
        over(DAYS, |filter| filter.guardrail = Some("pii".to_owned())),
        over(DAYS, |filter| filter.dialect = Some("acompletion".to_owned())),
        over(DAYS, |filter| filter.team = Some("tools".to_owned())),
        Filter::over(HOURS),
    ] {
        assert_eq!(blocks::latest(&db, &other, 20), Ok(Vec::new()), "{other:?}");
    }
}

#[test]
fn the_overview_is_the_other_pages_headlines() {
    let (_kept, db) = testing::connection();
    let nothing = overview::of(&db, &Filter::over(DAYS)).unwrap();
    assert_eq!((nothing.volume, nothing.latency, nothing.spend), (Volume::default(), None, Some(Vec::new())));
    some_traffic(&db);
    let filter = Filter::over(DAYS);
    let told = overview::of(&db, &filter).unwrap();
    let (went, spent) = (traffic::report(&db, &filter).unwrap(), spend::report(&db, &filter).unwrap());
    let ran = guardrails::report(&db, &filter).unwrap();
    assert_eq!((told.volume, told.traffic, told.latency), (went.total, went.over_time, went.latency));
    assert_eq!(
        (told.spending, told.spend, Some(told.top_models)),
        (spent.total, spent.over_time, spent.by_model)
    );
    assert_eq!(
        (told.outcomes, told.guardrails, told.latest_blocks),
        (ran.total, ran.over_time, ran.latest_blocks)
    );
}

#[test]
fn choices_are_what_was_seen_lately() {
    let (_kept, db) = testing::connection();
    name_holders(&db);
    let now_us = crate::calendar::microseconds(&now()).unwrap();
    let seen = Event {
        guardrail_information: vec![ran("pii", GuardrailStatus::Success)],
        ..answered("now", now_us)
    };
    let long_ago = Event { model_group: "old".to_owned(), ..answered("then", now_us - 40 * DAY) };
    deliver(&db, &[seen, long_ago, refused("refused", now_us)]);
    let told = choices::of(&db).unwrap();
    assert_eq!(told.models, ["gpt-4.1"]);
    assert_eq!(told.keys, [of("a1", "ci")]);
    assert_eq!(told.teams, [of("tools", "Tools")]);
    assert_eq!(told.tags, ["nightly"]);
    assert_eq!(told.guardrails, [of("pii", "the pii")]);
    assert_eq!(told.dialects, ["acompletion", "aresponses"]);
}
