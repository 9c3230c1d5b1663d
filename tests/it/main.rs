//! The integration tests: one binary, because linking Burn is slow.
