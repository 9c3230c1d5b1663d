//! The header of a `.npy` file: read and checked, or written as NumPy writes it.

use std::io::{self, Read};

use crate::error::{NpyFault, Result};
use crate::npy::descr::{Descr, plain, short};
use crate::npy::literal::{self, Literal};

pub(super) const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// Headers begin arrays at multiples of this, so that a mapped file can be viewed.
const ALIGN: usize = 64;

/// NumPy leaves room for a first axis of so many digits, so that a file can grow.
const GROWTH_DIGITS: usize = 21;

/// A header that was checked: its array is no larger than memory can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) version: u8,
    pub(super) descr: Descr,
    /// As the file has it, for messages.
    pub(super) descr_text: String,
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<usize>,
    /// Where the data begins.
    pub(super) data_offset: usize,
}

impl Header {
    /// Reads up to the first byte of the data. No more than `max_header` bytes of text are allocated.
    pub(super) fn read(reader: &mut dyn Read, max_header: usize) -> Result<Self> {
        let mut start = [0; 8];
        let found = fill(reader, &mut start)?;
        let (magic, version) = start.split_at(MAGIC.len());
        if !MAGIC.starts_with(magic.get(..found).unwrap_or(magic)) {
            let mut found = String::from_utf8_lossy(start.get(..found).unwrap_or_default()).into_owned();
            if found.starts_with("PK") {
                found.push_str(" (a zip archive, which npy::read_npz reads)");
            }
            return Err(NpyFault::BadMagic { found }.into());
        }
        whole("magic", found, start.len())?;
        let (major, minor) = (version[0], version[1]);
        let bytes = match (major, minor) {
            (1, 0) => 2,
            (2 | 3, 0) => 4,
            _ => return Err(NpyFault::BadVersion { major, minor }.into()),
        };
        let mut length = [0; 4];
        let found = fill(reader, &mut length[..bytes])?;
        whole("header", found, bytes)?;
        let length = u32::from_le_bytes(length) as usize;
        let mut text = vec![0; length.min(max_header)];
        let found = fill(reader, &mut text)?;
        if found < text.len() {
            whole("header", found, length)?;
        }
        if length > max_header {
            let reason = format!(
                "found {length} bytes, expected up to {max_header} (raise ReadOptions::max_header to accept it)"
            );
            return Err(NpyFault::BadHeader { reason }.into());
        }
        Self::parse(&text, major, start.len() + bytes + length)
    }

    fn parse(text: &[u8], version: u8, data_offset: usize) -> Result<Self> {
        let bad = |reason: String| NpyFault::BadHeader { reason };
        if version == 3 && std::str::from_utf8(text).is_err() {
            return Err(bad("the text is not UTF-8".to_owned()).into());
        }
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        for (key, value) in literal::dictionary(text).map_err(bad)? {
            let place = match key.as_str() {
                "descr" => &mut descr,
                "fortran_order" => &mut fortran_order,
                "shape" => &mut shape,
                _ => return Err(bad(format!("found key {key:?}, expected {KEYS}")).into()),
            };
            if place.replace(value).is_some() {
                return Err(bad(format!("found key {key:?} twice")).into());
            }
        }
        let missing = |key: &str| bad(format!("found no key {key:?}, expected {KEYS}"));
        let descr = descr.ok_or_else(|| missing("descr"))?;
        let fortran_order = match fortran_order.ok_or_else(|| missing("fortran_order"))? {
            Literal::Bool(value) => value,
            _ => return Err(bad("found fortran_order other than True and False".to_owned()).into()),
        };
        let shape_text = shape.ok_or_else(|| missing("shape"))?;
        let Literal::Tuple(lengths) = &shape_text else {
            return Err(bad("found a shape that is no tuple".to_owned()).into());
        };
        let mut shape = Vec::with_capacity(lengths.len());
        for length in lengths {
            match length {
                Literal::Whole(length) => shape.push(*length),
                _ => return Err(bad("found a shape of other than whole numbers".to_owned()).into()),
            }
        }
        let descr_text = match &descr {
            Literal::Text(text) => text.clone(),
            _ => String::new(),
        };
        let descr = Descr::of(&descr)?;
        let overflow = || NpyFault::ShapeOverflow { shape: short(&plain(&shape_text)) };
        let shape = shape.into_iter().collect::<Option<Vec<usize>>>().ok_or_else(overflow)?;
        bytes_of(&shape, descr.size()).ok_or_else(overflow)?;
        Ok(Self { version, descr, descr_text, fortran_order, shape, data_offset })
    }

    /// The number of elements. It and `data_bytes` were checked not to overflow.
    pub(super) fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    pub(super) fn data_bytes(&self) -> usize {
        self.elements() * self.descr.size()
    }
}

const KEYS: &str = "\"descr\", \"fortran_order\" and \"shape\"";

/// The bytes of an array, if they are no more than memory can hold. An axis of length 0 does not excuse
/// the others, since arrays compute strides from them.
pub(super) fn bytes_of(shape: &[usize], element: usize) -> Option<usize> {
    let strides = shape.iter().filter(|&&length| length > 0);
    let most = strides.copied().try_fold(element, usize::checked_mul)?;
    isize::try_from(most).ok()?;
    Some(if shape.contains(&0) { 0 } else { most })
}

/// The header of a new file, byte for byte as NumPy 2 writes it.
pub(super) fn header_bytes(descr: &str, fortran_order: bool, shape: &[usize]) -> Vec<u8> {
    let mut text = dictionary_text(descr, fortran_order, shape);
    let growing = if fortran_order { shape.last() } else { shape.first() };
    let spare = growing.map_or(0, |length| GROWTH_DIGITS.saturating_sub(length.to_string().len()));
    text.extend(std::iter::repeat_n(' ', spare));
    let padded = |prefix: usize| {
        let length = text.len() + 1;
        length + ALIGN - (prefix + length) % ALIGN
    };
    match u16::try_from(padded(10)) {
        Ok(_) => with_prefix(1, &text, padded(10)),
        Err(_) => with_prefix(2, &text, padded(12)),
    }
}

/// A header of `length` bytes of text, or `None` where the text is longer.
pub(super) fn header_within(version: u8, text: &str, length: usize) -> Option<Vec<u8>> {
    (text.len() < length).then(|| with_prefix(version, text, length))
}

fn with_prefix(version: u8, text: &str, length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 12);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&[version, 0]);
    let prefix = (length as u64).to_le_bytes();
    bytes.extend_from_slice(&prefix[..if version == 1 { 2 } else { 4 }]);
    let end = bytes.len() + length;
    bytes.extend_from_slice(text.as_bytes());
    bytes.resize(end.saturating_sub(1), b' ');
    bytes.push(b'\n');
    bytes
}

pub(super) fn dictionary_text(descr: &str, fortran_order: bool, shape: &[usize]) -> String {
    let lengths = shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    let comma = if shape.len() == 1 { "," } else { "" };
    let fortran_order = if fortran_order { "True" } else { "False" };
    format!("{{'descr': '{descr}', 'fortran_order': {fortran_order}, 'shape': ({lengths}{comma}), }}")
}

/// Reads until the buffer is full or the reader ends; returns how much was read.
pub(super) fn fill(reader: &mut dyn Read, mut buffer: &mut [u8]) -> io::Result<usize> {
    let wanted = buffer.len();
    while !buffer.is_empty() {
        match reader.read(buffer) {
            Ok(0) => break,
            Ok(count) => buffer = buffer.get_mut(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(wanted - buffer.len())
}

/// An error if fewer bytes were found than expected.
pub(super) fn whole(part: &'static str, found: usize, expected: usize) -> Result<(), NpyFault> {
    let (found, expected) = (found as u64, expected as u64);
    if found < expected { Err(NpyFault::Truncated { part, found, expected }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    /// A file of a header alone.
    fn file(version: u8, text: &str) -> Vec<u8> {
        with_prefix(version, text, text.len() + 1)
    }

    fn fault(bytes: &[u8]) -> NpyFault {
        match Header::read(&mut &*bytes, 1 << 16).unwrap_err().kind() {
            ErrorKind::Npy(fault) => fault.clone(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_written_header_reads_back_and_begins_the_data_at_a_multiple_of_64() {
        for shape in [vec![], vec![7], vec![4, 5, 6, 3], vec![0, 3], vec![1; 40], vec![1; 30_000]] {
            for fortran_order in [false, true] {
                let bytes = header_bytes("<f4", fortran_order, &shape);
                let header = Header::read(&mut &*bytes, 1 << 20).unwrap();
                assert_eq!((&header.shape, header.fortran_order), (&shape, fortran_order));
                assert_eq!((header.data_offset, bytes.len() % 64), (bytes.len(), 0));
                assert_eq!(header.version, if shape.len() < 20_000 { 1 } else { 2 });
            }
        }
    }

    #[test]
    fn keys_in_any_order_with_any_blanks() {
        let text = "{ \"shape\":(2,3) ,'fortran_order':True,  'descr' : '>i2'}   ";
        let header = Header::read(&mut &*file(3, text), 1 << 16).unwrap();
        assert_eq!((header.shape, header.fortran_order), (vec![2, 3], true));
    }

    #[test]
    fn a_file_that_ends_early_is_truncated_wherever_it_ends() {
        let bytes = file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }");
        for length in 0..bytes.len() {
            let part = if length < 8 { "magic" } else { "header" };
            let fault = fault(&bytes[..length]);
            assert!(matches!(fault, NpyFault::Truncated { part: p, .. } if p == part), "{length}: {fault}");
        }
        assert!(matches!(fault(b"PK"), NpyFault::BadMagic { .. }));
        assert!(matches!(fault(b"\x93NUMPY\x01\x01"), NpyFault::BadVersion { major: 1, minor: 1 }));
    }

    #[test]
    fn the_length_of_the_header_is_bounded_before_it_is_allocated() {
        let mut bytes = b"\x93NUMPY\x02\x00\xff\xff\xff\xff{".to_vec();
        assert!(matches!(fault(&bytes), NpyFault::Truncated { part: "header", expected: 0xffff_ffff, .. }));
        bytes.resize(1 << 17, b' ');
        assert!(fault(&bytes).to_string().contains("raise ReadOptions::max_header"));
    }

    #[test]
    fn wrong_keys_and_values_are_a_bad_header() {
        for text in [
            "{'descr': '<f4', 'shape': (3,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'more': 1}",
            "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}",
            "{'descr': '<f4', 'fortran_order': 0, 'shape': (3,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': [3]}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (3)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (True,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': ('3',)}",
        ] {
            assert!(matches!(fault(&file(1, text)), NpyFault::BadHeader { .. }), "{text}");
        }
        let mut text = file(3, "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }  ");
        *text.iter_mut().nth_back(1).unwrap() = 0xff;
        assert!(fault(&text).to_string().contains("UTF-8"));
    }

    #[test]
    fn a_shape_beyond_memory_overflows_even_where_an_axis_is_empty() {
        for shape in [
            "4611686018427387904, 16",
            "99999999999999999999",
            "4611686018427387904",
            "0, 9223372036854775807",
        ] {
            let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape},)}}");
            assert!(matches!(fault(&file(1, &text)), NpyFault::ShapeOverflow { .. }), "{shape}");
        }
        // The dtype comes first: a file of objects is one whatever its shape.
        let text = "{'descr': '|O', 'fortran_order': False, 'shape': (99999999999999999999,)}";
        assert!(matches!(fault(&file(1, text)), NpyFault::ObjectDType { .. }));
    }
}
