//! Enums of faults: what was found, what was expected, what to do.

/// An enum of faults with the same two fields each, the category of each in one word, and who is at fault.
macro_rules! faults {
    (
        $(#[$meta:meta])*
        $name:ident in $kind:ident;
        $($variant:ident $side:ident $word:literal, $what:literal, $hint:literal;)*
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("Category `", $word, "`: ", $what, ".")]
                #[error("{}: found {found}, expected {expected} ({})", $what, $hint)]
                $variant {
                    /// What was given.
                    found: String,
                    /// What was needed.
                    expected: String,
                },
            )*
        }

        impl $name {
            /// The category of the fault as one word, the same in every version.
            ///
            /// ```
            /// let (found, expected) = ("none".to_owned(), "at least one".to_owned());
            /// let fault = burn_prep::error::RaggedFault::SplitsEmpty { found, expected };
            /// assert_eq!((fault.category(), fault.is_data()), ("splits_empty", true));
            /// ```
            pub fn category(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $word,)*
                }
            }

            /// Whether the data is at fault; if not, the call is.
            pub fn is_data(&self) -> bool {
                match self {
                    $(Self::$variant { .. } => $crate::error::faults::faults!(@ $side),)*
                }
            }
        }

        impl From<$name> for $crate::error::Error {
            fn from(fault: $name) -> Self {
                $crate::error::ErrorKind::$kind(fault).into()
            }
        }
    };
    (@ data) => { true };
    (@ usage) => { false };
}
pub(crate) use faults;

/// The error of a fault of one of these enums: what was found, and what was expected, in words.
macro_rules! fault_of {
    ($name:ident, $variant:ident, $found:expr, $expected:expr) => {
        $crate::error::Error::from($crate::error::$name::$variant {
            found: $found.to_string(),
            expected: $expected.to_string(),
        })
    };
}
pub(crate) use fault_of;
