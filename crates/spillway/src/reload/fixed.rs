//! What a running gateway cannot change: settings that a process was started with.

use spillway_filter::config::Gateway;

/// Puts the old values back into `new`; the keys of those that differ. `ledger_is_ours`: whether the ledger was
/// started with this gateway, which alone tells it the master key.
pub fn keep(old: &Gateway, new: &mut Gateway, ledger_is_ours: bool) -> Vec<&'static str> {
    let mut kept = Vec::new();
    if new.admission.delivery.durable != old.admission.delivery.durable {
        new.admission.delivery.durable = old.admission.delivery.durable;
        kept.push("spillway_settings.durable_events");
    }
    if ledger_is_ours && new.master_key != old.master_key {
        new.master_key.clone_from(&old.master_key);
        new.admission.master_key_hash.clone_from(&old.admission.master_key_hash);
        // It may be derived from the master key.
        new.admission.response_secret = old.admission.response_secret.clone();
        kept.push("general_settings.master_key");
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::keep;
    use crate::render::sample;

    #[test]
    fn what_needs_a_restart_is_named_and_the_rest_is_taken() {
        let old = sample::gateway();
        let mut new = sample::gateway();
        new.admission.delivery.durable = true;
        new.master_key = Some("sk-other".to_owned());
        new.admission.master_key_hash = Some("1".repeat(64));
        new.admission.max_body_bytes = 1 << 20;
        let mut expected = sample::gateway();
        expected.admission.max_body_bytes = 1 << 20;
        let mut elsewhere = new.clone();
        let keys = ["spillway_settings.durable_events", "general_settings.master_key"];
        assert_eq!(keep(&old, &mut new, true), keys);
        assert_eq!(new, expected);
        assert_eq!(keep(&old, &mut elsewhere, false), ["spillway_settings.durable_events"]);
        assert_eq!(elsewhere.master_key.as_deref(), Some("sk-other"), "a ledger elsewhere is told by others");
    }
}
