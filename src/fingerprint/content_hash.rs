//! A hash of a file's bytes.

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

use super::hex;

/// A hash of 128 bits (XXH3) of a file's bytes, as `xxhsum -H2` prints it: files of one hash are taken to be equal.
///
/// It does not resist those who make two files of one hash on purpose.
///
/// ```
/// use burn_prep::fingerprint::ContentHash;
/// // xxhash 4.1.0 for Python: xxh3_128_hexdigest(b"burn")
/// assert_eq!(ContentHash::of(b"burn").to_string(), "75afa703e5cebd151c37108523432b21");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentHash(u128);

impl ContentHash {
    /// Computes the hash of the bytes of a file.
    pub fn of(bytes: &[u8]) -> Self {
        Self(XxHash3_128::oneshot(bytes))
    }

    /// The hash as a number.
    ///
    /// ```
    /// let hash = burn_prep::fingerprint::ContentHash::of(b"burn");
    /// assert_eq!(format!("{:032x}", hash.get()), hash.to_string());
    /// ```
    pub fn get(self) -> u128 {
        self.0
    }
}

hex::impl_digits!(ContentHash);
