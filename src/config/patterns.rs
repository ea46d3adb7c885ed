//! Groups whose name is a pattern: `openai/*` serves every name that it matches, and its deployments' models
//! take over what the stars stand for.

use super::cursor::Cursor;

/// Whether a name has a star.
pub(super) fn is_pattern(name: &str) -> bool {
    name.contains('*')
}

/// Whether a deployment's model can be called by the names of its group; an error at `at` if not.
///
/// The stars of a group's name fill those of the model, in order, so the model may not have more. `group` is
/// `None` where it is not known, for an error that is told elsewhere.
pub(super) fn check(at: &Cursor<'_>, model: &str, group: Option<&str>, names_provider: bool) -> bool {
    let stars = |name: &str| name.matches('*').count();
    let Some(group) = group.filter(|group| stars(model) > stars(group)) else {
        if model == "*" && !names_provider {
            at.error(
                "found `*`, which names no provider",
                "write `openai/*`, or an entry for each provider with its prefix: `azure/*`".to_owned(),
            );
            return false;
        }
        return true;
    };
    let count = match stars(group) {
        0 => "none".to_owned(),
        count => count.to_string(),
    };
    at.error(
        format!("`{model}` has {} `*`, and the group's name `{group}` has {count} to fill them", stars(model)),
        "write a `*` in `model_name` for each one of the model, e.g. `openai/*` for `openai/*`, or one model's name"
            .to_owned(),
    );
    false
}
