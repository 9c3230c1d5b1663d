//! Names of files below a folder, with `/` between the parts.

use std::ffi::OsStr;
use std::path::{Component, Path};

/// Whether a name stays below the folder that it is relative to, on this system.
pub(super) fn stays_below(name: &str) -> bool {
    let is_plain = |part: &str| {
        let mut components = Path::new(part).components();
        let only = (components.next(), components.next());
        let is_itself = matches!(only, (Some(Component::Normal(name)), None) if name == OsStr::new(part));
        is_itself && !part.contains('\0')
    };
    name.split('/').all(is_plain)
}

/// The folder of a name, empty for the root, and the name within it.
pub(super) fn split_folder(name: &str) -> (&str, &str) {
    name.rsplit_once('/').unwrap_or(("", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        let leaving = ["../a.png", "a/../../b.png", "/etc/passwd", "", "a//b", "a/", ".", "./a.png", "a\0b"];
        assert!(leaving.iter().all(|name| !stays_below(name)));
        let staying = ["a.png", "a/b c.png", "=1.png", "..a/b..png", ".hidden/a"];
        assert!(staying.iter().all(|name| stays_below(name)));
    }
}
