//! The blocks of a GIF file (GIF89a, appendix A).

use crate::images::facts::FileFacts;
use crate::images::facts::file_facts::bytes_behind;

const IMAGE: u8 = b',';
const EXTENSION: u8 = b'!';
const TRAILER: u8 = b';';

pub(super) fn facts(bytes: &[u8]) -> FileFacts {
    let (frames, end) = walk(bytes);
    FileFacts {
        frames: frames.max(1),
        trailing_bytes: end.map_or(0, |end| bytes_behind(bytes, end as u64)),
        ..FileFacts::plain()
    }
}

/// The number of pictures whose header is whole, and the offset behind the trailer where there is one. What
/// is no block ends the walk, but for zeros between two blocks.
fn walk(bytes: &[u8]) -> (u32, Option<usize>) {
    let mut frames: u32 = 0;
    // The header and the screen have 13 bytes.
    let mut at = 13 + bytes.get(10).map_or(0, |&flags| palette_length(flags));
    loop {
        match bytes.get(at) {
            Some(&TRAILER) => return (frames, Some(at + 1)),
            Some(&EXTENSION) => at = skip_data(bytes, at + 2),
            Some(&IMAGE) => {
                let Some(&flags) = bytes.get(at + 9) else { return (frames, None) };
                frames = frames.saturating_add(1);
                // A byte behind the palette says how many bits the first codes have.
                at = skip_data(bytes, at + 10 + palette_length(flags) + 1);
            }
            Some(0) => at += 1,
            _ => return (frames, None),
        }
    }
}

/// The bytes of a palette, by the flags of the screen or of a picture.
fn palette_length(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// The offset behind data that stands in blocks of up to 255 bytes, each behind its length, up to one of
/// length 0.
fn skip_data(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            None | Some(0) => return at + 1,
            Some(&length) => at += 1 + usize::from(length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_counted_up_to_the_trailer() {
        // A screen with a palette of 2 colours, a comment that holds a comma, and a picture of 1x1, twice.
        let screen = [&b"GIF89a\x01\0\x01\0\x80\0\0"[..], &[0; 6]].concat();
        let picture = b"!\xFE\x02,;\0,\0\0\0\0\x01\0\x01\0\x00\x02\x02\x44\x01\0";
        let file = [&screen[..], picture, picture, b";after"].concat();
        let facts = facts(&file);
        assert_eq!((facts.frames, facts.trailing_bytes), (2, 5));
        let without_trailer = &file[..file.len() - 6];
        assert_eq!(walk(without_trailer), (2, None));
        assert_eq!(walk(b"GIF89a"), (0, None));
        for length in 0..file.len() {
            assert!(walk(&file[..length]).0 <= 2, "{length}");
        }
    }
}
