//! What the module says of the memory that it wants.

use std::fs;

use spillway_e2e::Failure;
use spillway_e2e::gateway::root;

use super::ensure;

/// Where `make module` puts it.
const MODULE: &str = "target/wasm32-wasip1/release/spillway_filter.wasm";
/// Magic and version.
const HEAD: usize = 8;
/// The section of memories.
const MEMORIES: u64 = 5;
/// 1 GiB, in pages of 64 KiB: docs/DEPLOY.md.
const MOST_PAGES: u64 = (1 << 30) / (64 << 10);

/// The module states the most memory that its VM may have, so that V8 gives it no more.
pub fn has_a_maximum() -> Result<(), Failure> {
    let path = root().join(MODULE);
    let module =
        fs::read(&path).map_err(|error| format!("{}: {error}; run `make module`", path.display()))?;
    let most = most_pages(&module);
    ensure(most == Some(MOST_PAGES), || format!("at most {most:?} pages, and not {MOST_PAGES}"))
}

fn most_pages(module: &[u8]) -> Option<u64> {
    let mut rest = module.get(HEAD..)?;
    loop {
        let id = number(&mut rest)?;
        let size = usize::try_from(number(&mut rest)?).ok()?;
        let (mut section, behind) = rest.split_at_checked(size)?;
        rest = behind;
        if id == MEMORIES {
            let [_how_many, flags, _least] = [(); 3].map(|()| number(&mut section));
            return if flags? & 1 == 1 { number(&mut section) } else { None };
        }
    }
}

/// Takes an unsigned number in LEB128.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
