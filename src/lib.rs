//! Spillway's filter: an LLM gateway that is an Envoy filter.
//!
//! One wasm module in two roles. *Admission* runs once per request, in the listener's filter chain: it
//! knows the caller, the limits, the guardrails and the order in which deployments are tried. *Attempt*
//! runs once per try, in the chain of the cluster that is tried: it knows one provider, builds the body
//! that this provider's API defines, and judges the answer.
//!
//! The modules, in the direction in which they may name each other: those of a row name those of rows below it, and none of
//! their own row. `tests/modules.rs` holds them to it.
//!
//! | module | room |
//! |---|---|
//! | `host` | the only code that names proxy-wasm: gathers inputs, applies effects (`cfg(target_os = "wasi")`) |
//! | [`exchange`] | the two state machines; inputs in, effects out, no I/O |
//! | [`config`] | what a person writes → every problem at once → checked values |
//! | [`keys`] | what is known of a virtual key, whoever told it; names limits and budgets |
//! | [`sanitise`] [`route`] [`health`] [`translate`] [`limits`] [`budgets`] [`guardrails`] [`pricing`] [`stats`] | decide; none names another |
//! | [`event`] [`reject`] | what leaves the gateway: the record of a request, and a refusal |
//! | [`wire`] [`sse`] [`cause`] [`json`] [`memory`] [`rate_service`] [`response_id`] [`usage`] | know shapes: of APIs, of errors, of what is kept and told |
//! | [`base64`] [`blocks`] [`bytes`] [`calendar`] [`fixed`] [`heap`] [`hex`] [`random`] [`words`] | know bytes and numbers only |

// With unwinding, as the module is built, `host/tag.rs` defines a wasm tag in assembly: not stable yet.
// Neither is the hook by which memory that runs out becomes a panic, in `host/vm.rs`.
#![cfg_attr(all(target_os = "wasi", panic = "unwind"), feature(asm_experimental_arch, alloc_error_hook))]

pub mod base64;
pub mod blocks;
pub mod bytes;
pub mod calendar;
pub mod cause;
pub mod event;
pub mod fixed;
pub mod heap;
pub mod hex;
pub mod json;
pub mod memory;
pub mod random;
pub mod rate_service;
pub mod reject;
pub mod response_id;
pub mod sse;
pub mod usage;
pub mod wire;
pub mod words;

pub mod budgets;
pub mod guardrails;
pub mod health;
pub mod limits;
pub mod pricing;
pub mod route;
pub mod sanitise;
pub mod stats;
pub mod translate;

pub mod keys;

pub mod config;
pub mod exchange;

#[cfg(target_os = "wasi")]
mod host;

#[cfg(test)]
pub(crate) mod golden;
