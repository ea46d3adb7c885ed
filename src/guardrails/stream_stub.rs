#![allow(missing_docs, clippy::all)]
use super::*;
#[derive(Debug, PartialEq)]
pub enum Flow {
    Going,
    Blocked,
}
pub struct StreamGuard;
impl Compiled {
    pub fn stream(&self, _: &Selection, _: Dialect, _: u64) -> Option<StreamGuard> {
        None
    }
}
impl StreamGuard {
    pub fn push(&mut self, _: &Compiled, _: &[u8], _: &mut Vec<u8>) -> Flow {
        Flow::Going
    }
    pub fn end(&mut self, _: &Compiled, _: &mut Vec<u8>) -> Flow {
        Flow::Going
    }
    pub fn reject(&self, _: &Compiled) -> Option<Reject> {
        None
    }
    pub fn records(&self, _: &Compiled, _: u64) -> Vec<GuardrailInformation> {
        vec![]
    }
    pub fn next_sequence(&self) -> u64 {
        0
    }
}
