#![allow(missing_docs, reason = "nobody uses it but by running it")]

fn main() {}
