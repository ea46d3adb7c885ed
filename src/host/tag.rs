//! The wasm tag that a panic is thrown under.
//!
//! Code that unwinds refers to a tag by the name of C++'s, and whoever links it must define it: the standard
//! library leaves that to the toolchain on WASI. Undefined, it becomes an import, and the V8 of Envoy ends the
//! process on a module that imports or exports a tag. Defined here, it stays inside the module.

core::arch::global_asm!(".globl __cpp_exception", ".tagtype __cpp_exception i32", "__cpp_exception:",);
