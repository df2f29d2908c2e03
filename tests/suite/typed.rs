//! Procedures declared in code: the same data, the same cases, and mistakes that do not compile.

mod between;
mod everything;
mod forum;
mod mistakes;
