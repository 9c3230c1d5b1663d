//! Partitions and rows from any bytes.
#![no_main]

#[path = "../checks/partition.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::partition(bytes));
