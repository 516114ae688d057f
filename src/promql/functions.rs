//! The catalogue of functions: one row a function.

use super::ValueType;

/// A function of PromQL.
#[derive(PartialEq, Debug)]
pub struct Function {
    /// Name as written.
    pub name: &'static str,
    /// Types of the arguments; with `optional` arguments the last of them may be missing or repeated.
    pub args: &'static [ValueType],
    /// 0: exactly `args`. n > 0: up to n of the last arguments may be left out. −1: the last may be repeated without end or left out
    /// (Prometheus's `Variadic`).
    pub variadic: i8,
    /// What it yields.
    pub returns: ValueType,
    /// Whether it needs `promql-experimental-functions`.
    pub experimental: bool,
}
/// t
pub fn lookup(_n: &str) -> Option<&'static Function> { None }
/// t
pub fn all() -> impl Iterator<Item = &'static Function> { [].iter().copied() }
