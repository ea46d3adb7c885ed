//! A file that the configuration names. The check reads none: whoever reads the configuration puts the contents of such
//! a file in its name's place, and they are checked there like everything else.

use crate::config::cursor::Cursor;
use crate::config::section::Section;

/// What the file holds, a mapping.
pub(in crate::config) fn contents<'a>(at: &Cursor<'a>) -> Option<Section<'a>> {
    if at.value().is_string() {
        at.error("the file has not been read", "check the configuration with `spillway check`".to_owned());
        return None;
    }
    if !at.value().is_object() {
        at.unexpected("the name of a file that holds a mapping");
        return None;
    }
    at.section()
}
