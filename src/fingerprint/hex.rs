//! Bits as hexadecimal digits, in which hashes and small pictures are stored.

use crate::error::{Error, Result};

/// Two digits for each byte.
pub(super) fn of_bytes(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect()
}

/// The number that `digits` digits stand for; `what` names it in errors.
pub(super) fn number(what: &str, text: &str, digits: usize) -> Result<u128> {
    let wrong = || Error::parameter(what, format_args!("{text:?}"), "hexadecimal digits, all of them");
    // What is parsed alone may begin with a sign.
    if text.len() != digits || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    u128::from_str_radix(text, 16).map_err(|_| wrong())
}

/// The bytes that `2 N` digits stand for.
pub(super) fn bytes<const N: usize>(what: &str, text: &str) -> Result<[u8; N]> {
    let wrong =
        || Error::parameter(what, format_args!("{} characters", text.len()), "two hexadecimal digits a byte");
    let digits: Option<Vec<u8>> = text.chars().map(digit).collect();
    let digits = digits.filter(|digits| digits.len() == 2 * N).ok_or_else(wrong)?;
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        *byte = pair[0] << 4 | pair[1];
    }
    Ok(bytes)
}

/// Gives a hash of 128 bits its text: 32 digits, as it is printed and stored.
macro_rules! impl_digits {
    ($hash:ident) => {
        impl std::fmt::Display for $hash {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&format!("{:032x}", self.0))
            }
        }

        impl From<$hash> for String {
            fn from(hash: $hash) -> Self {
                hash.to_string()
            }
        }

        impl TryFrom<String> for $hash {
            type Error = crate::error::Error;

            fn try_from(text: String) -> crate::error::Result<Self> {
                crate::fingerprint::hex::number(stringify!($hash), &text, 32).map(Self)
            }
        }
    };
}

pub(super) use impl_digits;

fn digit(character: char) -> Option<u8> {
    character.to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        assert_eq!(of_bytes(&[0, 9, 255]), "0009ff");
        assert_eq!(bytes::<3>("x", "0009fF").unwrap(), [0, 9, 255]);
        assert_eq!(number("x", "00ff", 4).unwrap(), 255);
        for wrong in ["", "0009f", "0009ff0", "0009fg", "+009ff", "é09ff"] {
            assert!(bytes::<3>("x", wrong).unwrap_err().is_usage(), "{wrong}");
            assert!(number("x", wrong, 6).is_err(), "{wrong}");
        }
    }
}
