//! Where a page of requests begins: `older=1795176000000000.ID` or `newer=…`.

use super::{Address, Wrong};
use crate::ui::data::{Place, Position};

/// The position that an address asks for.
pub(in crate::ui) fn position(address: &Address) -> Result<Position, Wrong> {
    match (address.get("older"), address.get("newer")) {
        (None, None) => Ok(Position::Newest),
        (Some(place), None) => Ok(Position::Older(read(place)?)),
        (None, Some(place)) => Ok(Position::Newer(read(place)?)),
        _ => Err(Wrong("Ask for older requests or for newer ones, not both.".to_owned())),
    }
}

/// A place as it stands in a link.
pub(in crate::ui) fn written(place: &Place) -> String {
    format!("{}.{}", place.started_us, place.id)
}

fn read(text: &str) -> Result<Place, Wrong> {
    let parts = text.split_once('.').and_then(|(time, id)| Some((time.parse().ok()?, id)));
    match parts {
        Some((started_us, id)) if !id.is_empty() => Ok(Place { started_us, id: id.to_owned() }),
        _ => Err(Wrong(
            "The link to this part of the list is damaged; begin with the newest requests.".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_as_it_was_written() {
        let place = Place { started_us: 7, id: "a.b/c".to_owned() };
        let address = Address::of("/ui/requests").with("older", &written(&place));
        assert_eq!(position(&address), Ok(Position::Older(place)));
        for wrong in ["7", "7.", "x.y", ".y"] {
            assert!(position(&Address::of("/").with("newer", wrong)).is_err(), "{wrong}");
        }
    }
}
