//! A reader that notices when a JPEG decoder passes over bytes it has no use for.

use zune_jpeg::zune_core::bytestream::{ZByteIoError, ZByteReaderTrait, ZSeekFrom};

/// The bytes of a file, read in order, with a count of the bytes passed over at the end.
///
/// Once all pixels are decoded, zune-jpeg looks for the end marker byte by byte; within pixel data it
/// never reads single bytes that way. Bytes left over there mean that the Huffman codes came out of
/// step somewhere before: what libjpeg calls "extraneous bytes before marker", its sign of damage.
pub(crate) struct Watched<'a> {
    bytes: &'a [u8],
    at: usize,
    searched: usize,
}

impl<'a> Watched<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, searched: 0 }
    }

    /// How many bytes the decoder looked at in its last search for a marker, the marker included.
    pub(crate) fn searched(&self) -> usize {
        self.searched
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn fill(&self, buffer: &mut [u8]) -> usize {
        let count = self.rest().len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.rest()[..count]);
        count
    }

    fn fill_exactly(&self, buffer: &mut [u8]) -> Result<(), ZByteIoError> {
        match self.fill(buffer) {
            count if count == buffer.len() => Ok(()),
            count => Err(ZByteIoError::NotEnoughBytes(count, buffer.len())),
        }
    }
}

impl ZByteReaderTrait for &mut Watched<'_> {
    #[inline]
    fn read_byte_no_error(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        self.searched = 0;
        byte.unwrap_or(0)
    }

    #[inline]
    fn read_exact_bytes(&mut self, buffer: &mut [u8]) -> Result<(), ZByteIoError> {
        self.fill_exactly(buffer)?;
        self.at += buffer.len();
        self.searched = if buffer.len() == 1 { self.searched + 1 } else { 0 };
        Ok(())
    }

    #[inline]
    fn read_bytes(&mut self, buffer: &mut [u8]) -> Result<usize, ZByteIoError> {
        let count = self.fill(buffer);
        self.at += count;
        self.searched = 0;
        Ok(count)
    }

    fn peek_bytes(&mut self, buffer: &mut [u8]) -> Result<usize, ZByteIoError> {
        Ok(self.fill(buffer))
    }

    fn peek_exact_bytes(&mut self, buffer: &mut [u8]) -> Result<(), ZByteIoError> {
        self.fill_exactly(buffer)
    }

    fn z_seek(&mut self, from: ZSeekFrom) -> Result<u64, ZByteIoError> {
        let target = match from {
            ZSeekFrom::Start(offset) => i64::try_from(offset).ok(),
            ZSeekFrom::End(offset) => (self.bytes.len() as i64).checked_add(offset),
            ZSeekFrom::Current(offset) => (self.at as i64).checked_add(offset),
        };
        let target = target.and_then(|target| usize::try_from(target).ok());
        self.at = target.ok_or(ZByteIoError::SeekError("before the start of the file"))?;
        self.searched = 0;
        Ok(self.at as u64)
    }

    #[inline]
    fn is_eof(&mut self) -> Result<bool, ZByteIoError> {
        Ok(self.at >= self.bytes.len())
    }

    fn z_position(&mut self) -> Result<u64, ZByteIoError> {
        Ok(self.at as u64)
    }

    fn read_remaining(&mut self, sink: &mut Vec<u8>) -> Result<usize, ZByteIoError> {
        let rest = self.rest();
        sink.extend_from_slice(rest);
        self.at = self.bytes.len();
        Ok(rest.len())
    }
}
