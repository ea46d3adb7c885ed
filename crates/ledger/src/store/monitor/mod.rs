//! What the monitor asks, answered from the roll-ups.
