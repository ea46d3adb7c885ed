//! An answer as one body of the dialect: the response that a stream of it would have ended with.

use super::Writer;
use crate::translate::View;
use crate::translate::failure::Failure;
use crate::translate::told::Told;

/// An answer as one body of the dialect.
///
/// # Errors
/// An answer that is too long, or whose pieces do not go together.
pub(in crate::translate) fn fold(told: Vec<Told<'_>>, view: &View) -> Result<Vec<u8>, Failure> {
    let mut writer = Writer::new(view.clone());
    let mut events = Vec::new();
    for piece in told {
        if !matches!(piece, Told::End) {
            writer.write(piece, &mut events)?;
        }
        events.clear();
    }
    Ok(writer.finish(&mut events))
}
