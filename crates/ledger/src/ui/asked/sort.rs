//! The order of a table: `sort=models.spend.asc`. One table of a page has an order of its own at a time.

use super::Address;

/// Upwards or downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Direction {
    /// The smallest first.
    Up,
    /// The largest first.
    Down,
}

impl Direction {
    /// The other one.
    pub(in crate::ui) fn turned(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Up => "asc",
            Self::Down => "desc",
        }
    }

    /// As `aria-sort` has it.
    pub(in crate::ui) fn aria(self) -> &'static str {
        match self {
            Self::Up => "ascending",
            Self::Down => "descending",
        }
    }
}

/// A column of a table, and a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) struct Sort<'a> {
    /// The column's name.
    pub(in crate::ui) column: &'a str,
    /// Which end is first.
    pub(in crate::ui) direction: Direction,
}

impl<'a> Sort<'a> {
    /// What an address says of a table; none where it speaks of another or is not understood, for an order is never
    /// a reason not to show a page.
    pub(in crate::ui) fn read(address: &'a Address, table: &str) -> Option<Self> {
        let mut parts = address.get("sort")?.split('.');
        let (of, column, direction) = (parts.next()?, parts.next()?, parts.next()?);
        let direction =
            [Direction::Up, Direction::Down].into_iter().find(|known| known.name() == direction)?;
        (of == table && parts.next().is_none()).then_some(Self { column, direction })
    }

    /// The address of the page with `table` in this order.
    pub(in crate::ui) fn link(self, address: &Address, table: &str) -> String {
        let sort = format!("{table}.{}.{}", self.column, self.direction.name());
        format!("{}#{table}", address.clone().with("sort", &sort).href())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_speaks_of_one_table() {
        let address = Address::of("/ui").with("sort", "models.spend.asc");
        let sort = Sort::read(&address, "models").unwrap();
        assert_eq!((sort.column, sort.direction), ("spend", Direction::Up));
        assert_eq!(Sort::read(&address, "teams"), None);
        let turned = Sort { direction: sort.direction.turned(), ..sort };
        assert_eq!(turned.link(&address, "models"), "/ui?sort=models.spend.desc#models");
        for odd in ["models", "models.spend", "models.spend.up", "models.spend.asc.x"] {
            assert_eq!(Sort::read(&Address::of("/ui").with("sort", odd), "models"), None, "{odd}");
        }
    }
}
