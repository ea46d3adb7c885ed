//! The two state machines: inputs in, effects out, no I/O.
