//! What a page is made from besides its numbers: who asks, for what, and when.

use super::Failure;
use crate::ui::asked::{Address, Range, filter, name};
use crate::ui::data::{Dimension, Filter};

/// Parameters that every page with numbers has.
const TIME: [&str; 3] = ["range", "from", "to"];

/// Light or dark, where the visitor chose; else as the system is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ui) enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The name in the cookie and in the document.
    pub(in crate::ui) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that name; the system's for any other.
    pub(in crate::ui) fn named(name: Option<&str>) -> Self {
        [Self::Light, Self::Dark].into_iter().find(|theme| Some(theme.name()) == name).unwrap_or_default()
    }
}

/// Somebody who is logged in.
#[derive(Clone, Debug, Default)]
pub(in crate::ui) struct Visit {
    /// What the visitor chose.
    pub(in crate::ui) theme: Theme,
    /// The token that forms carry.
    pub(in crate::ui) form_token: String,
}

/// One request for a page.
#[derive(Clone, Debug, Default)]
pub(in crate::ui) struct Ask {
    /// Who.
    pub(in crate::ui) visit: Visit,
    /// What.
    pub(in crate::ui) address: Address,
    /// When, in microseconds since the Unix epoch.
    pub(in crate::ui) now_us: u64,
}

/// A page's time and filter, read.
#[derive(Debug)]
pub(super) struct View {
    pub(super) range: Range,
    pub(super) filter: Filter,
    pub(super) dimensions: &'static [Dimension],
}

impl View {
    /// Whether anything but the time is chosen.
    pub(super) fn is_filtered(&self) -> bool {
        self.filter != Filter::over(self.filter.span)
    }
}

impl Ask {
    /// The time and the filter of a page that has these dimensions and these other parameters.
    pub(super) fn view(
        &self,
        dimensions: &'static [Dimension],
        others: &[&'static str],
    ) -> Result<View, Failure> {
        let known: Vec<&str> = TIME
            .into_iter()
            .chain(dimensions.iter().copied().map(name))
            .chain(others.iter().copied())
            .collect();
        self.address.expect(&known)?;
        let range = Range::read(&self.address)?;
        let filter = filter(&self.address, range.span(self.now_us), dimensions)?;
        Ok(View { range, filter, dimensions })
    }

    /// The address of another page over the same time.
    pub(super) fn over_the_same_time(&self, path: &str) -> Address {
        self.address.clone().keeping(&TIME).at(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_pages_keep_the_time_and_nothing_else() {
        let address = Address::read(&"/ui/spend?range=7d&team=a&sort=x.y.asc".parse().unwrap()).unwrap();
        let ask = Ask { address, ..Ask::default() };
        assert_eq!(ask.over_the_same_time("/ui/traffic").href(), "/ui/traffic?range=7d");
        assert!(ask.view(Dimension::TRAFFIC, &["sort"]).is_err(), "traffic is not by team");
        assert_eq!(ask.view(Dimension::SPEND, &["sort"]).unwrap().filter.team.as_deref(), Some("a"));
    }
}
