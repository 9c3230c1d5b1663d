//! Names of files as parts of a URI.

/// A path with everything percent-encoded that a path of RFC 3986 does not hold as it is, and also the
/// characters with a meaning elsewhere in a URI, such as `:`.
pub(super) fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// The folder of a report as the base of the names of its files.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// A `file:` URI.
    Absolute(String),
    /// Relative to the working directory, below it.
    Relative(String),
    /// The working directory itself, or elsewhere: a relative reference has no `..` at its start.
    Unnamed,
}

impl Base {
    pub(super) fn of(root: &str) -> Self {
        Self::of_slashed(&if cfg!(windows) { root.replace('\\', "/") } else { root.to_owned() })
    }

    fn of_slashed(root: &str) -> Self {
        let (drive, path) = match root.split_once(':') {
            Some((drive, path)) if cfg!(windows) && drive.len() == 1 => (format!("/{drive}:"), path),
            _ => (String::new(), root),
        };
        if path.starts_with('/') {
            return Self::Absolute(format!("file://{drive}{}/", encoded(path.trim_end_matches('/'))));
        }
        let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        match parts.is_empty() || !drive.is_empty() || parts.contains(&"..") {
            true => Self::Unnamed,
            false => Self::Relative(format!("{}/", encoded(&parts.join("/")))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_as_in_python() {
        // urllib.parse.quote(name, safe="/") of Python 3.11
        assert_eq!(encoded("cat/é 1.png"), "cat/%C3%A9%201.png");
        assert_eq!(encoded("<a>\n:100%?#\u{1b}\\.png"), "%3Ca%3E%0A%3A100%25%3F%23%1B%5C.png");
        assert_eq!(encoded("A-z_0.9~"), "A-z_0.9~");
    }

    #[test]
    fn a_folder_is_a_base_where_it_can_be_named() {
        assert_eq!(Base::of("/data/my pets/"), Base::Absolute("file:///data/my%20pets/".into()));
        assert_eq!(Base::of("/"), Base::Absolute("file:///".into()));
        assert_eq!(Base::of("./data//pets"), Base::Relative("data/pets/".into()));
        assert_eq!([".", "", "../pets"].map(Base::of), [Base::Unnamed, Base::Unnamed, Base::Unnamed]);
    }
}
