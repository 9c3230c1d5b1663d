//! The command, run as a process.
#![allow(clippy::unwrap_used)]

mod against;
mod arrays;
mod cache;
mod checks;
mod compat;
mod outcomes;
mod paths;
mod plans;
mod reports;
mod support;
