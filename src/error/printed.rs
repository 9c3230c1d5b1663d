//! Names of files and directories as text.

use std::ffi::OsStr;

/// A name as text. Bytes that are not UTF-8 are printed as `\xe8`, so that names which differ in them stay apart.
pub(crate) fn printed(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_printed_as_numbers() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(printed(OsStr::from_bytes(b"caf\xe8")), r"caf\xe8");
        assert_eq!(printed(OsStr::from_bytes(b"caf\xe9 au lait")), r"caf\xe9 au lait");
        assert_eq!(printed(OsStr::new("café")), "café");
    }
}
