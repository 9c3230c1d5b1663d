//! Patterns of names.

/// Whether a name fits a pattern, in which `*` stands for any characters, also `/`, and `?` for one; all
/// others are themselves.
pub(super) fn glob_matches(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern.chars(), name.chars());
    // What follows the last `*`, and what of the name it is tried on.
    let mut retry = None;
    loop {
        let (mut next_pattern, mut next_name) = (pattern.clone(), name.clone());
        match (next_pattern.next(), next_name.next()) {
            (Some('*'), _) => {
                retry = Some((next_pattern.clone(), name.clone()));
                pattern = next_pattern;
            }
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {
                (pattern, name) = (next_pattern, next_name);
            }
            _ => {
                // The last `*` takes one character more.
                let Some((after, from)) = &mut retry else { return false };
                if from.next().is_none() {
                    return false;
                }
                (pattern, name) = (after.clone(), from.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_match_as_in_python() {
        // fnmatch.fnmatchcase(name, pattern) of Python 3.11
        for (pattern, name, expected) in [
            ("", "", true),
            ("*", "", true),
            ("*", "a/b.png", true),
            ("?", "", false),
            ("?", "é", true),
            ("cat/*.png", "cat/sub/1.png", true),
            ("cat/*.png", "cat/1.jpg", false),
            ("*a*b", "xaybzb", true),
            ("*a*b", "xaybzc", false),
            ("a**b?c", "ab1c", true),
            ("a*", "b", false),
            ("a.png", "a.png", true),
            ("a.png", "aXpng", false),
        ] {
            assert_eq!(glob_matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_matches_itself_and_brackets_mean_nothing() {
        assert!(glob_matches("a[0-9]*?.png", "a[0-9]*?.png"));
        assert!(!glob_matches("a[0-9].png", "a7.png"));
    }

    #[test]
    fn many_stars_do_not_take_exponential_time() {
        assert!(!glob_matches(&("a*".repeat(50) + "b"), &"a".repeat(5000)));
    }
}
