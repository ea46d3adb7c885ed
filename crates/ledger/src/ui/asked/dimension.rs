//! Filters in the query string.

use super::{Address, Wrong};
use crate::ui::data::{Action, Dimension, Filter, Span, Status};

/// Bytes of the longest value.
const LONGEST_VALUE: usize = 512;

/// Every dimension's parameter.
const DIMENSIONS: [(Dimension, &str); 8] = [
    (Dimension::Model, "model"),
    (Dimension::Key, "key"),
    (Dimension::Team, "team"),
    (Dimension::Tag, "tag"),
    (Dimension::Guardrail, "guardrail"),
    (Dimension::Dialect, "dialect"),
    (Dimension::Status, "status"),
    (Dimension::Action, "action"),
];

/// A dimension's parameter.
pub(in crate::ui) fn name(dimension: Dimension) -> &'static str {
    DIMENSIONS.iter().find(|(known, _)| *known == dimension).map_or("", |(_, name)| name)
}

/// The filter of a page that has these dimensions.
pub(in crate::ui) fn filter(
    address: &Address,
    span: Span,
    dimensions: &[Dimension],
) -> Result<Filter, Wrong> {
    let mut filter = Filter::over(span);
    for dimension in dimensions {
        let Some(value) = address.get(name(*dimension)) else { continue };
        set(&mut filter, *dimension, value)?;
    }
    Ok(filter)
}

fn set(filter: &mut Filter, dimension: Dimension, value: &str) -> Result<(), Wrong> {
    let name = name(dimension);
    if value.len() > LONGEST_VALUE {
        return Err(Wrong(format!("“{name}” has {} bytes; it may have {LONGEST_VALUE}.", value.len())));
    }
    let text = Some(value.to_owned());
    match dimension {
        Dimension::Model => filter.model = text,
        Dimension::Key => filter.key = text,
        Dimension::Team => filter.team = text,
        Dimension::Tag => filter.tag = text,
        Dimension::Guardrail => filter.guardrail = text,
        Dimension::Dialect => filter.dialect = text,
        Dimension::Status => {
            filter.status =
                Some(Status::named(value).ok_or_else(|| unknown(name, value, "success, failure"))?);
        }
        Dimension::Action => {
            let action = Action::named(value).ok_or_else(|| unknown(name, value, "passed, flagged, blocked"));
            filter.action = Some(action?);
        }
    }
    Ok(())
}

fn unknown(name: &str, value: &str, known: &str) -> Wrong {
    Wrong(format!("“{name}” is “{value}”; it must be one of: {known}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::data::Bucket;

    const SPAN: Span = Span { from_us: 0, to_us: 1, bucket: Bucket::Hour };

    fn read(query: &str) -> Result<Filter, Wrong> {
        let address = Address::read(&format!("/ui?{query}").parse().unwrap()).unwrap();
        filter(&address, SPAN, Dimension::REQUESTS)
    }

    #[test]
    fn every_dimension_has_a_parameter_and_reaches_the_filter() {
        for (dimension, name) in DIMENSIONS {
            let value = match dimension {
                Dimension::Status => "failure",
                Dimension::Action => "blocked",
                _ => "x",
            };
            assert_ne!(read(&format!("{name}={value}")).unwrap(), Filter::over(SPAN), "{name}");
        }
    }

    #[test]
    fn words_that_are_none_are_refused() {
        let wrong = read("status=failed").unwrap_err().0;
        assert_eq!(wrong, "“status” is “failed”; it must be one of: success, failure.");
        assert!(read("action=deny").is_err());
        assert!(read(&format!("model={}", "x".repeat(LONGEST_VALUE + 1))).is_err());
    }
}
