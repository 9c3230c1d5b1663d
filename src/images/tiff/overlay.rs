//! A TIFF file as the `tiff` crate is shown it: the same bytes with another header and another directory.

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};

use crate::images::ifd::Endian;

/// The length of the header of a BigTIFF file: how far the bytes of the file stand behind their offsets.
pub(super) const HEADER: usize = 16;

/// A header of BigTIFF, the bytes of the file, and a directory.
pub(super) struct Overlay<'a> {
    header: Vec<u8>,
    file: &'a [u8],
    directory: Vec<u8>,
    at: u64,
}

impl<'a> Overlay<'a> {
    /// The file with a directory of these tags, in ascending order, all of whose values are unsigned numbers.
    pub(super) fn new(file: &'a [u8], endian: Endian, tags: &[(u16, Vec<u64>)]) -> Self {
        let start = (HEADER + file.len()) as u64;
        let numbers = Numbers { endian };
        let mut header = if endian == Endian::Big { b"MM".to_vec() } else { b"II".to_vec() };
        for word in [43, 8, 0] {
            header.extend(numbers.short(word));
        }
        header.extend(numbers.long8(start));
        Self { header, file, directory: numbers.directory(start, tags), at: 0 }
    }

    /// Where the directory starts.
    fn start(&self) -> usize {
        HEADER + self.file.len()
    }

    /// The bytes from the current position up to the end of the part that it is in.
    fn rest(&self) -> &[u8] {
        let start = self.start();
        match usize::try_from(self.at).unwrap_or(usize::MAX) {
            at @ 0..HEADER => &self.header[at..],
            at if at < start => &self.file[at - HEADER..],
            at => self.directory.get(at - start..).unwrap_or_default(),
        }
    }
}

impl Read for Overlay<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.rest().len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.rest()[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Overlay<'_> {
    fn seek(&mut self, from: SeekFrom) -> Result<u64> {
        let end = (self.start() + self.directory.len()) as u64;
        let target = match from {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => end.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = target.ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// Numbers of one byte order.
struct Numbers {
    endian: Endian,
}

impl Numbers {
    fn short(&self, value: u16) -> [u8; 2] {
        if self.endian == Endian::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn long8(&self, value: u64) -> [u8; 8] {
        if self.endian == Endian::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// A directory at offset `start`, and behind it the values that do not fit into it.
    fn directory(&self, start: u64, tags: &[(u16, Vec<u64>)]) -> Vec<u8> {
        const LONG8: u16 = 16;
        let mut table = self.long8(tags.len() as u64).to_vec();
        let mut behind = Vec::new();
        let table_end = start + 8 + 20 * tags.len() as u64 + 8;
        for (tag, values) in tags {
            table.extend(self.short(*tag));
            table.extend(self.short(LONG8));
            table.extend(self.long8(values.len() as u64));
            match &values[..] {
                [value] => table.extend(self.long8(*value)),
                _ => {
                    table.extend(self.long8(table_end + behind.len() as u64));
                    behind.extend(values.iter().flat_map(|&value| self.long8(value)));
                }
            }
        }
        table.extend(self.long8(0));
        table.extend(behind);
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ifd::Ifd;

    #[test]
    fn the_directory_reads_back_and_the_file_stands_behind_the_header() {
        for endian in [Endian::Little, Endian::Big] {
            for length in [8, 40] {
                let file: Vec<u8> = (0..length).collect();
                let mut bytes = Vec::new();
                let mut overlay = Overlay::new(&file, endian, &[(256, vec![7]), (273, vec![20, 30, 40])]);
                overlay.read_to_end(&mut bytes).unwrap();
                let ifd = Ifd::first(&bytes).unwrap();
                assert_eq!((ifd.endian, ifd.number(256)), (endian, Some(7)));
                assert_eq!(ifd.numbers(273), Some(vec![20, 30, 40]));
                assert_eq!(bytes[HEADER..HEADER + file.len()], file);
            }
        }
    }
}
