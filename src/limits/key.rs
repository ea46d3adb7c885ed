//! Names in shared memory.

/// The key in shared memory of a scope's window.
pub(super) fn key(name: &str) -> String {
    const PREFIX: &str = "limits/";
    let mut key = String::with_capacity(PREFIX.len().saturating_add(name.len()));
    key.push_str(PREFIX);
    key.push_str(name);
    key
}
