use wasmparser::{BranchHint, KnownCustom, Parser, Payload, Validator};

use super::code::{CODE, Code};
use super::hints::Counted;
use super::{counting, hints};

/// Branches of both kinds in functions with and without parameters and locals, behind one that is imported.
const MODULE: &str = r#"(module
    (import "env" "log" (func $log (param i32)))
    (memory (export "memory") 2 100)
    (func $none (result i32) i32.const 1)
    (func (export "run") (param i32 i64) (result i32) (local f32 f32 i32)
        (block (br_if 0 (local.get 0)) (call $log (i32.const 1)))
        (if (result i32) (i64.eqz (local.get 1)) (then (i32.const 7)) (else (call $none))))
    (func (param i32) (loop (br_if 0 (local.get 0)))))"#;

fn counted(times: u64, true_times: u64) -> Counted {
    Counted { times, true_times }
}

fn module() -> (Vec<u8>, Code) {
    let module = wat::parse_str(MODULE).unwrap();
    let code = Code::of(&module).unwrap();
    (module, code)
}

/// The hints of a module, by function: where in its body, and whether the branch is likely.
fn told(module: &[u8]) -> Vec<(u32, Vec<(u32, bool)>)> {
    let mut told = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CustomSection(section) = payload.unwrap()
            && let KnownCustom::BranchHints(functions) = section.as_known()
        {
            for function in functions {
                let function = function.unwrap();
                let hint = |hint: BranchHint| (hint.func_offset, hint.taken);
                told.push((
                    function.func,
                    function.hints.into_iter().map(|one| hint(one.unwrap())).collect(),
                ));
            }
        }
    }
    told
}

#[test]
fn branches_are_found_where_they_are() {
    let (module, code) = module();
    assert_eq!(code.branches(), 3);
    assert_eq!(code.counters, 2 << 16);
    let opcodes: Vec<Vec<u8>> = code
        .functions
        .iter()
        .map(|function| function.branches.iter().map(|at| module[*at]).collect())
        .collect();
    // `br_if`, `if`.
    assert_eq!(opcodes, [vec![], vec![0x0d, 0x04], vec![0x0d]]);
    let locals: Vec<u64> = code.functions.iter().map(|function| function.locals).collect();
    assert_eq!(locals, [0, 5, 1]);
}

#[test]
fn a_module_that_counts_is_a_module_with_as_many_branches() {
    let (module, code) = module();
    let counting = counting::module(&module, &code).unwrap();
    Validator::new().validate_all(&counting).unwrap();
    let of_it = Code::of(&counting).unwrap();
    assert_eq!((of_it.branches(), of_it.counters), (3, 3 << 16));
}

#[test]
fn hints_stand_before_the_code_which_stays_as_it_was() {
    let (module, code) = module();
    let (hinted, said) =
        hints::module(&module, &code, &[counted(100, 2), counted(100, 99), counted(0, 0)]).unwrap();
    assert_eq!(said, "2 hints; of 3 branches 2 ran");
    Validator::new().validate_all(&hinted).unwrap();
    let body = &code.functions[1];
    let places: Vec<u32> =
        body.branches.iter().map(|at| u32::try_from(at - body.body.start).unwrap()).collect();
    assert_eq!(told(&hinted), [(2, vec![(places[0], false), (places[1], true)])]);
    let sections = |module: &[u8]| -> Vec<(u8, Vec<u8>)> {
        let sections = Code::of(module).unwrap().sections;
        sections.into_iter().map(|(id, range)| (id, module[range].to_vec())).collect()
    };
    let (mut with, without) = (sections(&hinted), sections(&module));
    let added = with.iter().position(|(id, _)| *id == 0).unwrap();
    assert_eq!(with[added + 1].0, CODE);
    with.remove(added);
    assert_eq!(with, without);
}

#[test]
fn what_came_seldom_or_goes_both_ways_has_no_hint() {
    for (times, true_times, likely) in [
        (0, 0, None),
        (15, 15, None),
        (16, 16, Some(true)),
        (16, 0, Some(false)),
        (100, 98, Some(true)),
        (100, 97, None),
        (100, 3, None),
        (100, 2, Some(false)),
    ] {
        assert_eq!(counted(times, true_times).is_likely(), likely, "{true_times} of {times}");
    }
}

#[test]
fn counts_are_those_of_the_module() {
    assert_eq!(hints::read("3 1\n0 0\n").unwrap(), [counted(3, 1), counted(0, 0)]);
    assert!(hints::read("3\n").is_err());
    let (module, code) = module();
    let wrong = hints::module(&module, &code, &[counted(1, 1)]).unwrap_err();
    assert_eq!(wrong, "1 branches were counted, and the module has 3");
}

#[test]
fn a_module_without_a_memory_cannot_count() {
    let module = wat::parse_str("(module (func))").unwrap();
    assert!(counting::module(&module, &Code::of(&module).unwrap()).is_err());
    assert!(Code::of(b"no module").is_err());
}
