//! A module that counts its branches: before each stands code that adds to two counters in memory, how often it came and
//! how often its condition was true. Counters are 32 bits each, and wrap around.

use super::Failure;
use super::code::{CODE, Code, Function, MEMORY, PAGE};
use super::leb::{prefixed, unsigned};

/// Bytes of a branch's two counters.
const COUNTERS: u64 = 8;

// https://webassembly.github.io/spec/core/binary/instructions.html
const LOCAL_GET: u8 = 0x20;
const LOCAL_SET: u8 = 0x21;
const I32_LOAD: u8 = 0x28;
const I32_STORE: u8 = 0x36;
const I32_CONST: u8 = 0x41;
const I32_EQZ: u8 = 0x45;
const I32_ADD: u8 = 0x6a;
const I32: u8 = 0x7f;
/// Of four bytes, as a power of two.
const ALIGNED: u8 = 2;

/// The module that counts.
pub fn module(module: &[u8], code: &Code) -> Result<Vec<u8>, Failure> {
    if code.counters == 0 {
        return Err("it has no memory of its own to count in".to_owned());
    }
    let bytes = |range: &std::ops::Range<usize>| module.get(range.clone()).unwrap_or_default();
    let mut out = bytes(&(0..8)).to_vec();
    for (id, range) in &code.sections {
        out.push(*id);
        match *id {
            MEMORY => prefixed(&mut out, &with_room(bytes(range), code)?),
            CODE => prefixed(&mut out, &functions(module, code)),
            _ => prefixed(&mut out, bytes(range)),
        }
    }
    Ok(out)
}

/// The section of one memory, with room for the counters behind what it has.
fn with_room(section: &[u8], code: &Code) -> Result<Vec<u8>, Failure> {
    let pages = code.counters / PAGE;
    let mut had = Vec::new();
    unsigned(&mut had, pages);
    // One memory; what limits it has; its pages at first; the most of them.
    let (head, rest) = section.split_at_checked(2).ok_or("its memory is not described")?;
    let most = rest.strip_prefix(had.as_slice()).ok_or("its memory is described in another way")?;
    let mut out = head.to_vec();
    unsigned(&mut out, pages + (code.branches() as u64 * COUNTERS).div_ceil(PAGE));
    out.extend_from_slice(most);
    Ok(out)
}

fn functions(module: &[u8], code: &Code) -> Vec<u8> {
    let mut out = Vec::new();
    unsigned(&mut out, code.functions.len() as u64);
    let mut counter = code.counters;
    for function in &code.functions {
        prefixed(&mut out, &body(module, function, &mut counter));
    }
    out
}

fn body(module: &[u8], function: &Function, counter: &mut u64) -> Vec<u8> {
    let bytes = |from: usize, to: usize| module.get(from..to).unwrap_or_default();
    let mut out = Vec::new();
    // One local more, for the condition.
    unsigned(&mut out, u64::from(function.groups) + 1);
    out.extend_from_slice(bytes(function.declarations.start, function.declarations.end));
    out.extend_from_slice(&[1, I32]);
    let mut from = function.declarations.end;
    for branch in &function.branches {
        out.extend_from_slice(bytes(from, *branch));
        count(&mut out, function.locals, *counter);
        *counter += COUNTERS;
        from = *branch;
    }
    out.extend_from_slice(bytes(from, function.body.end));
    out
}

/// Counts the condition on the stack, and leaves it there.
fn count(out: &mut Vec<u8>, local: u64, counter: u64) {
    out.push(LOCAL_SET);
    unsigned(out, local);
    add(out, counter, |out| out.extend_from_slice(&[I32_CONST, 1]));
    add(out, counter + COUNTERS / 2, |out| {
        out.push(LOCAL_GET);
        unsigned(out, local);
        // Twice: 1 of whatever is not 0.
        out.extend_from_slice(&[I32_EQZ, I32_EQZ]);
    });
    out.push(LOCAL_GET);
    unsigned(out, local);
}

fn add(out: &mut Vec<u8>, counter: u64, number: impl Fn(&mut Vec<u8>)) {
    // The address is in the instructions that load and store, which take it unsigned: it is added to 0.
    out.extend_from_slice(&[I32_CONST, 0, I32_CONST, 0, I32_LOAD, ALIGNED]);
    unsigned(out, counter);
    number(out);
    out.extend_from_slice(&[I32_ADD, I32_STORE, ALIGNED]);
    unsigned(out, counter);
}
