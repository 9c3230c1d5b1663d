//! Two things that do not fit together: what was found, what was expected, what to do.

use std::fmt;

use crate::error::{Error, ErrorKind};

/// A broken rule of ragged rows or samples: the rule, what was found, what was expected, and what to do.
///
/// `code` is one of the words listed in [`error`](crate::error); it stays the same when a message is reworded.
///
/// ```
/// use burn_prep::error::ErrorKind;
/// use burn_prep::ragged::Ragged;
///
/// let error = Ragged::from_lengths(vec![1, 2, 3], &[2, 2]).unwrap_err();
/// assert_eq!(error.to_string(), "row lengths do not add up: found a sum of 4, expected 3 (give one length for each row)");
/// let ErrorKind::Data(mismatch) = error.kind() else { unreachable!() };
/// assert_eq!((mismatch.code, mismatch.found.as_str()), ("lengths_sum_mismatch", "a sum of 4"));
/// assert_eq!(error.code(), mismatch.code);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: found {found}, expected {expected} ({hint})")]
#[non_exhaustive]
pub struct Mismatch {
    /// The rule that is broken, as one word.
    pub code: &'static str,
    /// The rule that is broken, in words.
    pub what: &'static str,
    /// What was given.
    pub found: String,
    /// What was needed.
    pub expected: String,
    /// What to do.
    pub hint: &'static str,
}

/// A rule that data or calls can break.
pub(crate) struct Rule {
    pub(crate) code: &'static str,
    /// Whether the data is at fault where the rule is broken; if not, the call is.
    pub(crate) is_data: bool,
    pub(crate) what: &'static str,
    pub(crate) hint: &'static str,
}

impl Rule {
    /// The error of this rule.
    pub(crate) fn broken(&self, found: &dyn fmt::Display, expected: &dyn fmt::Display) -> Error {
        let Self { code, is_data, what, hint } = *self;
        let mismatch =
            Mismatch { code, what, found: found.to_string(), expected: expected.to_string(), hint };
        if is_data { ErrorKind::Data(mismatch).into() } else { ErrorKind::Call(mismatch).into() }
    }
}

/// Constants of rules: name, who is at fault, code, rule, hint.
macro_rules! rules {
    ($($name:ident $side:ident $code:literal, $what:literal, $hint:literal;)*) => {
        $(
            #[cfg_attr(not(feature = "arrow"), allow(dead_code))] // one is of Arrow alone
            pub(crate) const $name: $crate::error::mismatch::Rule = $crate::error::mismatch::Rule {
                code: $code,
                is_data: $crate::error::mismatch::rules!(@ $side),
                what: $what,
                hint: $hint,
            };
        )*

        #[cfg(test)]
        pub(crate) const RULES: &[$crate::error::mismatch::Rule] = &[$($name),*];
    };
    (@ data) => { true };
    (@ usage) => { false };
}
pub(crate) use rules;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{collate, ragged};

    /// The table of codes in the documentation is the list of rules.
    #[test]
    fn every_rule_is_documented() {
        let row = |rule: &Rule| {
            let side = if rule.is_data { "data" } else { "call" };
            format!("| `{}` | {side} | {} | {} |", rule.code, rule.what, rule.hint)
        };
        let mut rows: Vec<String> = ragged::RULES.iter().chain(collate::RULES).map(row).collect();
        rows.sort();
        let documented: Vec<&str> =
            include_str!("../../docs/ERRORS.md").lines().filter(|line| line.starts_with("| `")).collect();
        assert_eq!(documented, rows);
    }
}
