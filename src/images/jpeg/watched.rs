//! A reader that notices when a JPEG decoder passes over bytes it has no use for.

use zune_jpeg::zune_core::bytestream::{ZByteIoError, ZByteReaderTrait, ZSeekFrom};

/// The bytes of a file, read in order, with a count of the bytes passed over, and a note of data that was not enough.
///
/// Where a stretch of data ends, zune-jpeg looks for the marker byte by byte; within pixel data it never reads single bytes
/// that way. Bytes left over there mean that the Huffman codes came out of step somewhere before: what libjpeg calls
/// "extraneous bytes before marker", its sign of damage. Within pixel data it reads single bytes another way, around each
/// `FF`; a marker that it finds so is one that it reached while it still needed data.
pub(crate) struct Watched<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The offset from which on the watch is kept.
    from: usize,
    searched: usize,
    most_searched: usize,
    ran_out: bool,
}

impl<'a> Watched<'a> {
    /// A reader that watches what happens from the offset `from` on.
    pub(crate) fn new(bytes: &'a [u8], from: usize) -> Self {
        Self { bytes, at: 0, from, searched: 0, most_searched: 0, ran_out: false }
    }

    /// How many bytes the decoder looked at in its longest search for a marker, the marker included.
    pub(crate) fn most_searched(&self) -> usize {
        self.most_searched
    }

    /// Whether the decoder came to a marker while it needed data.
    pub(crate) fn ran_out(&self) -> bool {
        self.ran_out
    }

    /// How many bytes the decoder has read.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn fill(&self, buffer: &mut [u8]) -> usize {
        let count = self.rest().len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.rest()[..count]);
        count
    }

    /// Where the buffer's length is known, this is one load: the decoder reads four bytes at a time.
    #[inline(always)]
    fn fill_exactly(&self, buffer: &mut [u8]) -> Result<(), ZByteIoError> {
        let end = self.at.wrapping_add(buffer.len());
        match self.bytes.get(self.at..end) {
            Some(next) => {
                buffer.copy_from_slice(next);
                Ok(())
            }
            None => Err(ZByteIoError::NotEnoughBytes(self.rest().len(), buffer.len())),
        }
    }
}

impl ZByteReaderTrait for &mut Watched<'_> {
    #[inline]
    fn read_byte_no_error(&mut self) -> u8 {
        self.searched = 0;
        let Some(&byte) = self.bytes.get(self.at) else { return 0 };
        if !matches!(byte, 0 | 0xFF) && self.at >= self.from {
            self.ran_out |= self.at > 0 && self.bytes[self.at - 1] == 0xFF;
        }
        self.at += 1;
        byte
    }

    #[inline(always)]
    fn read_exact_bytes(&mut self, buffer: &mut [u8]) -> Result<(), ZByteIoError> {
        self.fill_exactly(buffer)?;
        self.at += buffer.len();
        self.searched = if buffer.len() == 1 { self.searched + 1 } else { 0 };
        if self.searched > self.most_searched && self.at > self.from {
            self.most_searched = self.searched;
        }
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
