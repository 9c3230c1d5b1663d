//! Texts of a report as parts of a page.

use std::fmt::{self, Write};

/// A text as the content of an element, or of an attribute in double quotes.
///
/// Control characters, and characters that are not seen but turn the direction of what follows, are written
/// as escape codes: the name of a file shows all that it is made of.
pub(super) struct Html<'a>(pub(super) &'a str);

impl fmt::Display for Html<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c if c.is_control() || is_unseen(c) => write!(f, "{}", c.escape_default())?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Marks and overrides of direction, separators of lines, and spaces without width. Joiners are not among
/// them: scripts and emoji need them.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// The name of a subject, of a file with its folder apart, as an element whose text is the name.
pub(super) struct Name<'a>(pub(super) &'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"<bdi class="name">"#)?;
        match self.0.rsplit_once('/') {
            Some((folder, file)) => {
                write!(f, r#"<span class="folder">{}/</span><wbr>{}"#, Html(folder), Html(file))?;
            }
            None => write!(f, "{}", Html(self.0))?,
        }
        f.write_str("</bdi>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_never_markup() {
        // html.escape(text, quote=True) of Python 3.11, but for the apostrophe's form
        let text = r#"<script>alert("1" & '2')</script>"#;
        assert_eq!(
            Html(text).to_string(),
            "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"
        );
    }

    #[test]
    fn what_is_not_seen_is_written_as_a_code() {
        assert_eq!(Html("a\n\u{1b}[31m\0.png").to_string(), r"a\n\u{1b}[31m\u{0}.png");
        // U+202E shows `exe.png` as `gnp.exe`.
        assert_eq!(Html("\u{202e}gnp.exe").to_string(), r"\u{202e}gnp.exe");
        // A family is one emoji made of several by joiners.
        assert_eq!(Html("é👨\u{200d}👩.png").to_string(), "é👨\u{200d}👩.png");
    }

    #[test]
    fn the_text_of_a_name_is_the_name() {
        let html = Name("a&b/<c>/d.png").to_string();
        assert_eq!(
            html,
            r#"<bdi class="name"><span class="folder">a&amp;b/&lt;c&gt;/</span><wbr>d.png</bdi>"#
        );
        assert_eq!(Name("cat").to_string(), r#"<bdi class="name">cat</bdi>"#);
    }
}
