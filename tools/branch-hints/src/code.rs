//! The branches of a module, and where its parts are.

use std::ops::Range;

use wasmparser::{BinaryReaderError, CompositeInnerType, FunctionBody, Operator, Parser, Payload, TypeRef};

/// Size of a page of memory, in bytes.
pub const PAGE: u64 = 1 << 16;
/// Ids of sections.
pub const MEMORY: u8 = 5;
/// See [`MEMORY`].
pub const CODE: u8 = 10;

/// What is known of a module.
#[derive(Default)]
pub struct Code {
    /// Each section with its id: where its contents are.
    pub sections: Vec<(u8, Range<usize>)>,
    pub functions: Vec<Function>,
    /// Where counters are, in memory: behind what it has at first, so that nobody uses it. 0 without a memory.
    pub counters: u64,
}

/// A function's code.
pub struct Function {
    /// Among all functions, those that are imported too.
    pub index: u32,
    /// Its declarations of locals, without their number, and its instructions: where they are in the module.
    pub body: Range<usize>,
    pub declarations: Range<usize>,
    /// How many declarations there are.
    pub groups: u32,
    /// How many locals it has, parameters too: the number of one more.
    pub locals: u64,
    /// Where each instruction is that branches by a condition: `br_if` and `if`.
    pub branches: Vec<usize>,
}

/// What is read before the code that it belongs to.
#[derive(Default)]
struct Types {
    /// Parameters of each type of functions.
    parameters: Vec<u64>,
    imported: u32,
    /// The type of each function.
    of: Vec<u32>,
}

impl Code {
    /// Reads a module.
    ///
    /// # Errors
    /// It is none.
    pub fn of(module: &[u8]) -> Result<Self, BinaryReaderError> {
        let (mut code, mut types) = (Self::default(), Types::default());
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            if let Some((id, range)) = payload.as_section() {
                code.sections.push((id, range));
            }
            match payload {
                Payload::TypeSection(groups) => {
                    for group in groups {
                        types.parameters.extend(group?.into_types().map(
                            |one| match one.composite_type.inner {
                                CompositeInnerType::Func(function) => function.params().len() as u64,
                                _ => 0,
                            },
                        ));
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        types.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::FunctionSection(functions) => {
                    types.of = functions.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::MemorySection(memories) => {
                    for memory in memories {
                        code.counters = memory?.initial * PAGE;
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let function = types.function(code.functions.len(), &body)?;
                    code.functions.push(function);
                }
                _ => {}
            }
        }
        Ok(code)
    }

    /// How many branches there are.
    pub fn branches(&self) -> usize {
        self.functions.iter().map(|function| function.branches.len()).sum()
    }
}

impl Types {
    fn function(&self, number: usize, body: &FunctionBody<'_>) -> Result<Function, BinaryReaderError> {
        let mut locals = body.get_locals_reader()?;
        let (start, groups) = (locals.original_position(), locals.get_count());
        let parameters = self.of.get(number).and_then(|of| self.parameters.get(usize::try_from(*of).ok()?));
        let mut count = parameters.copied().unwrap_or_default();
        for _ in 0..groups {
            count += u64::from(locals.read()?.0);
        }
        let operators = body.get_operators_reader()?;
        let declarations = start..operators.original_position();
        let mut branches = Vec::new();
        for operator in operators.into_iter_with_offsets() {
            let (operator, at) = operator?;
            if matches!(operator, Operator::BrIf { .. } | Operator::If { .. }) {
                branches.push(at);
            }
        }
        let index = self.imported + u32::try_from(number).unwrap_or(u32::MAX);
        Ok(Function { index, body: body.range(), declarations, groups, locals: count, branches })
    }
}
