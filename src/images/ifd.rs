//! The directories of a TIFF structure: those of a TIFF file, or of an EXIF block.

use std::collections::HashSet;

/// The byte order of a TIFF structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endian {
    Little,
    Big,
}

impl Endian {
    /// The number in the first `N` bytes of `bytes`, at most 8 of them.
    pub(crate) fn number<const N: usize>(self, bytes: &[u8]) -> Option<u64> {
        let bytes: [u8; N] = bytes.get(..N)?.try_into().ok()?;
        let join = |number: u64, byte: u8| number << 8 | u64::from(byte);
        Some(match self {
            Self::Big => bytes.into_iter().fold(0, join),
            Self::Little => bytes.into_iter().rev().fold(0, join),
        })
    }
}

/// The most numbers of one tag that are read: strips or tiles of the largest pictures.
const MAX_NUMBERS: usize = 1 << 24;

/// How a TIFF structure writes its numbers and its offsets.
#[derive(Debug, Clone, Copy)]
struct Form {
    endian: Endian,
    /// BigTIFF, whose counts and offsets have 64 bits.
    big: bool,
}

impl Form {
    /// The form that the header states, and the offset of the first directory.
    fn read(bytes: &[u8]) -> Option<(Self, u64)> {
        let endian = match bytes.get(..2)? {
            b"II" => Endian::Little,
            b"MM" => Endian::Big,
            _ => return None,
        };
        let short = |at: usize| endian.number::<2>(bytes.get(at..)?);
        let big = match short(2)? {
            42 => false,
            43 if short(4)? == 8 && short(6)? == 0 => true,
            _ => return None,
        };
        let form = Self { endian, big };
        let first = if big { bytes.get(8..)? } else { bytes.get(4..)? };
        Some((form, form.offset(first)?))
    }

    /// The offset, or the count of values, at the start of `bytes`.
    fn offset(self, bytes: &[u8]) -> Option<u64> {
        if self.big { self.endian.number::<8>(bytes) } else { self.endian.number::<4>(bytes) }
    }

    /// The length of a tag in a directory.
    fn tag_length(self) -> usize {
        if self.big { 20 } else { 12 }
    }

    /// The number of tags that the directory at an offset states, and the bytes from the first of them on.
    fn directory(self, bytes: &[u8], at: u64) -> Option<(u64, &[u8])> {
        let bytes = bytes.get(usize::try_from(at).ok()?..)?;
        Some(if self.big {
            (self.endian.number::<8>(bytes)?, bytes.get(8..)?)
        } else {
            (self.endian.number::<2>(bytes)?, bytes.get(2..)?)
        })
    }

    /// The offset of the next directory, which stands behind the tags of one; `None` behind the last.
    fn next(self, count: u64, tags: &[u8]) -> Option<u64> {
        let end = usize::try_from(count).ok()?.checked_mul(self.tag_length())?;
        self.offset(tags.get(end..)?).filter(|&at| at > 0)
    }
}

/// The most directories of a chain that are counted.
const MAX_DIRECTORIES: usize = 1 << 16;

/// The number of directories from the first on, each of which names the next: the pages of a TIFF file, 65,536 at most.
/// A directory outside of the bytes ends the chain, and so does one that was counted before.
pub(crate) fn count_directories(bytes: &[u8]) -> usize {
    let mut counted = HashSet::new();
    let Some((form, first)) = Form::read(bytes) else { return 0 };
    let mut next = Some(first);
    while let Some(at) = next
        && let Some((count, tags)) = form.directory(bytes, at)
        && counted.len() < MAX_DIRECTORIES
        && counted.insert(at)
    {
        next = form.next(count, tags);
    }
    counted.len()
}

/// One tag of a directory.
#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    tag: u16,
    /// The number of its type.
    kind: u16,
    /// `None` where they lie outside of the bytes, or the type has an unknown size.
    values: Option<&'a [u8]>,
}

/// The tags of a directory of a TIFF structure (TIFF 6.0, section 2; BigTIFF too).
///
/// A tag whose values cannot be read has none for the methods that look one up; [`check`](Self::check) names it.
/// Nothing is allocated by a stated count.
#[derive(Debug)]
pub(crate) struct Ifd<'a> {
    pub(crate) endian: Endian,
    /// Whether the structure is a BigTIFF.
    big: bool,
    /// The whole structure.
    bytes: &'a [u8],
    entries: Vec<Entry<'a>>,
    /// The number of tags that the directory states.
    stated: u64,
}

/// Why a directory does not say what its writer put there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfdFault {
    /// The bytes end before the last tag.
    FewerTags { found: usize, stated: u64 },
    /// The values of a tag lie outside of the bytes.
    Outside { tag: u16 },
    /// The type of a tag is unknown.
    UnknownType { tag: u16, kind: u16 },
    /// A tag that counts something has values that are no integers, or negative ones.
    NoNumbers { tag: u16, kind: u16 },
    /// A tag has more values than any sound file.
    TooMany { tag: u16, count: usize },
}

impl<'a> Ifd<'a> {
    /// Reads the header and the first directory; `None` where the bytes are no TIFF structure.
    pub(crate) fn first(bytes: &'a [u8]) -> Option<Self> {
        let (form, at) = Form::read(bytes)?;
        Self::at(bytes, form, at)
    }

    /// The directory whose offset is the value of a tag, such as that of the tags of GPS.
    pub(crate) fn directory(&self, tag: u16) -> Option<Self> {
        // One offset has 8 bytes at most.
        self.bytes(tag).filter(|values| values.len() <= 8)?;
        Self::at(self.bytes, Form { endian: self.endian, big: self.big }, self.number(tag)?)
    }

    fn at(bytes: &'a [u8], form: Form, at: u64) -> Option<Self> {
        let (count, table) = form.directory(bytes, at)?;
        let Form { endian, big } = form;
        let inline = if big { 8 } else { 4 };
        let entry = |entry: &'a [u8]| {
            let tag = endian.number::<2>(entry)? as u16;
            let kind = endian.number::<2>(&entry[2..])? as u16;
            let rest = &entry[4..];
            let count = form.offset(rest)?;
            let place = &rest[inline..];
            let values = || {
                let length = usize::try_from(count).ok()?.checked_mul(size_of_kind(kind)?)?;
                if length <= inline {
                    return Some(&place[..length]);
                }
                let start = usize::try_from(form.offset(place)?).ok()?;
                bytes.get(start..start.checked_add(length)?)
            };
            Some(Entry { tag, kind, values: values() })
        };
        let most = usize::try_from(count).unwrap_or(usize::MAX);
        let entries = table.chunks_exact(form.tag_length()).take(most).filter_map(entry).collect();
        Some(Self { endian, big, bytes, entries, stated: count })
    }

    /// Checks that the directory is whole, and that each of these tags that it has can be read: all their bytes are
    /// there, and those of `numbers` hold integers that are not negative.
    pub(crate) fn check(&self, numbers: &[u16], others: &[u16]) -> Result<(), IfdFault> {
        let found = self.entries.len();
        if (found as u64) < self.stated {
            return Err(IfdFault::FewerTags { found, stated: self.stated });
        }
        for &tag in numbers.iter().chain(others) {
            let Some(&Entry { kind, values, .. }) = self.find(tag) else { continue };
            let Some(size) = size_of_kind(kind) else { return Err(IfdFault::UnknownType { tag, kind }) };
            let Some(values) = values else { return Err(IfdFault::Outside { tag }) };
            let count = values.len() / size;
            if count > MAX_NUMBERS {
                return Err(IfdFault::TooMany { tag, count });
            }
            // Unsigned ones are read when they are asked for, and cannot fail.
            if numbers.contains(&tag) && !is_unsigned(kind) && self.numbers(tag).is_none() {
                return Err(IfdFault::NoNumbers { tag, kind });
            }
        }
        Ok(())
    }

    fn find(&self, tag: u16) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// The values of a tag as they stand in the file.
    pub(crate) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        self.find(tag)?.values
    }

    /// The values of a tag of an integer type, none of which is negative. `None` for more values than any sound file has.
    pub(crate) fn numbers(&self, tag: u16) -> Option<Vec<u64>> {
        let &Entry { kind, values, .. } = self.find(tag)?;
        let values = values?;
        if values.len() / size_of_kind(kind)? > MAX_NUMBERS {
            return None;
        }
        let endian = self.endian;
        let found: Vec<u64> = match kind {
            1 | 6 => values.iter().map(|&byte| u64::from(byte)).collect(),
            3 | 8 => values.chunks_exact(2).filter_map(|value| endian.number::<2>(value)).collect(),
            4 | 9 | 13 => values.chunks_exact(4).filter_map(|value| endian.number::<4>(value)).collect(),
            16..=18 => values.chunks_exact(8).filter_map(|value| endian.number::<8>(value)).collect(),
            _ => return None,
        };
        // The largest numbers of the signed types: SBYTE, SSHORT, SLONG, SLONG8.
        let most = match kind {
            6 => i8::MAX as u64,
            8 => i16::MAX as u64,
            9 => i32::MAX as u64,
            17 => i64::MAX as u64,
            _ => u64::MAX,
        };
        found.iter().all(|number| *number <= most).then_some(found)
    }

    /// The first value of a tag of an integer type.
    pub(crate) fn number(&self, tag: u16) -> Option<u64> {
        self.numbers(tag)?.first().copied()
    }

    /// The only value of a tag of a numeric type: integers with and without sign, fractions and floats.
    /// `None` where there are several values, and for text and BYTE, whose values are a text too.
    pub(crate) fn single(&self, tag: u16) -> Option<f64> {
        let &Entry { kind, values, .. } = self.find(tag)?;
        let (values, endian) = (values?, self.endian);
        if values.len() != size_of_kind(kind)? {
            return None;
        }
        let long = |at: usize| endian.number::<4>(&values[at..]);
        Some(match kind {
            3 => endian.number::<2>(values)? as f64,
            4 | 13 => long(0)? as f64,
            5 => long(0)? as f64 / long(4)? as f64,
            6 => f64::from(values[0] as i8),
            8 => f64::from(endian.number::<2>(values)? as u16 as i16),
            9 => f64::from(long(0)? as u32 as i32),
            10 => f64::from(long(0)? as u32 as i32) / f64::from(long(4)? as u32 as i32),
            11 => f64::from(f32::from_bits(long(0)? as u32)),
            12 => f64::from_bits(endian.number::<8>(values)?),
            16 | 18 => endian.number::<8>(values)? as f64,
            _ => return None,
        })
    }
}

/// Whether a type's number stands for BYTE, SHORT, LONG, IFD, LONG8 or IFD8.
fn is_unsigned(kind: u16) -> bool {
    matches!(kind, 1 | 3 | 4 | 13 | 16 | 18)
}

/// The bytes of one value of a type, by the type's number.
fn size_of_kind(kind: u16) -> Option<usize> {
    Some(match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A big-endian directory of one tag, whose values are inline or at offset 26.
    fn one_tag(kind: u16, count: u32, place: [u8; 4], rest: &[u8]) -> Vec<u8> {
        let mut bytes = b"MM\0*\0\0\0\x08\0\x01\x01\x12".to_vec();
        bytes.extend(kind.to_be_bytes());
        bytes.extend(count.to_be_bytes());
        bytes.extend(place);
        bytes.extend([0; 4]);
        bytes.extend(rest);
        bytes
    }

    #[test]
    fn values_of_every_numeric_type_are_read() {
        let single = |kind, place: [u8; 4], rest: &[u8]| {
            Ifd::first(&one_tag(kind, 1, place, rest)).unwrap().single(0x0112)
        };
        let elsewhere = [0, 0, 0, 26];
        assert_eq!(single(3, [0, 6, 0, 0], &[]), Some(6.0));
        assert_eq!(single(4, [0, 0, 0, 6], &[]), Some(6.0));
        assert_eq!(single(5, elsewhere, &[0, 0, 0, 12, 0, 0, 0, 2]), Some(6.0));
        assert_eq!(single(6, [0xFA, 0, 0, 0], &[]), Some(-6.0));
        assert_eq!(single(8, [0xFF, 0xFA, 0, 0], &[]), Some(-6.0));
        assert_eq!(single(9, [0xFF, 0xFF, 0xFF, 0xFA], &[]), Some(-6.0));
        assert_eq!(single(11, 6_f32.to_be_bytes(), &[]), Some(6.0));
        assert_eq!(single(12, elsewhere, &6_f64.to_be_bytes()), Some(6.0));
        assert_eq!(single(1, [6, 0, 0, 0], &[]), None);
        assert_eq!(single(2, [b'6', 0, 0, 0], &[]), None);
    }

    #[test]
    fn several_values_and_values_outside_of_the_bytes_are_no_single_number() {
        assert_eq!(Ifd::first(&one_tag(3, 2, [0, 6, 0, 6], &[])).unwrap().single(0x0112), None);
        let outside = one_tag(4, u32::MAX, [0, 0, 0, 26], &[0; 8]);
        let outside = Ifd::first(&outside).unwrap();
        assert_eq!((outside.number(0x0112), outside.bytes(0x0112)), (None, None));
    }

    #[test]
    fn the_check_names_what_cannot_be_read() {
        let check =
            |file: &[u8], numbers: &[u16], others: &[u16]| Ifd::first(file).unwrap().check(numbers, others);
        let tag = 0x0112;
        let outside = one_tag(4, 2, [0, 0, 0, 26], &[0; 7]);
        assert_eq!(check(&outside, &[tag], &[]), Err(IfdFault::Outside { tag }));
        assert_eq!(check(&outside, &[], &[tag]), Err(IfdFault::Outside { tag }));
        assert_eq!(check(&outside, &[tag + 1], &[]), Ok(()));
        let float = one_tag(11, 1, [0; 4], &[]);
        assert_eq!(check(&float, &[tag], &[]), Err(IfdFault::NoNumbers { tag, kind: 11 }));
        assert_eq!(check(&float, &[], &[tag]), Ok(()));
        assert_eq!(
            check(&one_tag(99, 1, [0; 4], &[]), &[tag], &[]),
            Err(IfdFault::UnknownType { tag, kind: 99 })
        );
        let whole = one_tag(3, 1, [0, 6, 0, 0], &[]);
        let negative = one_tag(8, 1, [0xFF, 0xFE, 0, 0], &[]);
        assert_eq!(check(&negative, &[tag], &[]), Err(IfdFault::NoNumbers { tag, kind: 8 }));
        let signed = one_tag(9, 1, [0, 0, 0, 6], &[]);
        assert_eq!(
            (check(&signed, &[tag], &[]), Ifd::first(&signed).unwrap().number(tag)),
            (Ok(()), Some(6))
        );
        assert_eq!(check(&whole, &[tag], &[]), Ok(()));
        assert_eq!(check(&whole[..21], &[tag], &[]), Err(IfdFault::FewerTags { found: 0, stated: 1 }));
    }

    #[test]
    fn both_byte_orders_and_big_tiff_are_read() {
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x05\0\0\0\0\0\0\0";
        assert_eq!(Ifd::first(little).unwrap().number(0x0112), Some(5));
        let mut big = b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0".to_vec();
        big.extend(1_u64.to_le_bytes());
        big.extend([0x12, 1, 16, 0]);
        big.extend(1_u64.to_le_bytes());
        big.extend(7_u64.to_le_bytes());
        assert_eq!(Ifd::first(&big).unwrap().numbers(0x0112), Some(vec![7]));
        assert!(Ifd::first(b"II*\0").is_none() && Ifd::first(b"Exif").is_none() && Ifd::first(b"").is_none());
    }

    #[test]
    fn directories_are_counted_once_however_they_are_linked() {
        // Two empty directories at 8 and 14; the second names none, the first, or one outside of the bytes.
        let chain = |last: u8| [&b"II*\0\x08\0\0\0\0\0\x0E\0\0\0\0\0"[..], &[last, 0, 0, 0]].concat();
        for last in [0, 8, 14, 99] {
            assert_eq!(count_directories(&chain(last)), 2, "{last}");
        }
        assert_eq!(count_directories(&chain(0)[..13]), 1);
        assert_eq!((count_directories(b"II*\0\x08\0\0\0"), count_directories(b"")), (0, 0));
    }

    #[test]
    fn a_tag_may_point_to_a_directory() {
        // A tag of type LONG or IFD, whose value is the offset of a directory with one tag.
        let inner = &one_tag(3, 1, [0, 7, 0, 0], &[])[8..];
        for kind in [4, 13] {
            let file = one_tag(kind, 1, [0, 0, 0, 26], inner);
            let inner = Ifd::first(&file).unwrap().directory(0x0112).unwrap();
            assert_eq!(inner.number(0x0112), Some(7));
        }
        let outside = one_tag(4, 1, [0, 0, 1, 26], inner);
        assert!(Ifd::first(&outside).unwrap().directory(0x0112).is_none());
    }

    #[test]
    fn no_prefix_breaks_the_reading() {
        let whole = one_tag(12, 1, [0, 0, 0, 26], &6_f64.to_be_bytes());
        for length in 0..whole.len() {
            if let Some(ifd) = Ifd::first(&whole[..length]) {
                assert_eq!(ifd.single(0x0112), None, "{length}");
            }
        }
    }
}
