//! What a terminal must not see.

/// Whether a character controls a terminal, or turns the direction of text, by which a name can look like another one.
pub(crate) fn is_unseen(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns
}
