//! Huffman codes of JPEG, and the bits that they are read from (T.81, annexes C and F).

/// How many bits the first look-up of a code sees.
const LOOK: u32 = 9;

/// One Huffman table: the codes of each length in ascending order, and the symbols that they stand for.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// By the next `LOOK` bits: the length of the code and its symbol; a length of 0 where the code is longer.
    look: Vec<(u8, u8)>,
    /// For each length: the first code, the number of codes, and the place of the first one's symbol.
    lengths: [(u32, u32, usize); 17],
    symbols: Vec<u8>,
}

impl Table {
    /// The table of 16 counts and the symbols behind them; `None` where they are not a prefix code.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut look = vec![(0, 0); 1 << LOOK];
        let mut lengths = [(0, 0, 0); 17];
        let (mut code, mut at) = (0_u32, 0_usize);
        for length in 1..=16_u32 {
            let count = u32::from(counts[length as usize - 1]);
            if code + count > 1 << length || at + count as usize > symbols.len() {
                return None;
            }
            lengths[length as usize] = (code, count, at);
            for _ in 0..count {
                if length <= LOOK {
                    let first = (code << (LOOK - length)) as usize;
                    look[first..first + (1 << (LOOK - length))].fill((length as u8, symbols[at]));
                }
                code += 1;
                at += 1;
            }
            code <<= 1;
        }
        Some(Self { look, lengths, symbols: symbols[..at].to_vec() })
    }
}

/// The bits of one stretch of entropy-coded data, the highest of each byte first.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    /// The data that has not been taken, stuffed zeros (`FF 00`) among it.
    rest: &'a [u8],
    /// The next `held` bits, in the low end.
    buffer: u64,
    held: u32,
    /// Zeros that were put behind the end of the data, to be looked at.
    padding: u32,
    /// Codes that no table has.
    bad_codes: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { rest: data, buffer: 0, held: 0, padding: 0, bad_codes: 0 }
    }

    /// Whether the data ended too early or held codes that no table has.
    pub(super) fn is_damaged(&self) -> bool {
        self.padding > self.held || self.bad_codes > 0
    }

    /// The bytes that were not needed. Up to 7 bits fill the last byte.
    pub(super) fn left_over(&self) -> usize {
        self.rest.len() + (self.held.saturating_sub(self.padding) / 8) as usize
    }

    fn fill(&mut self, count: u32) {
        while self.held < count {
            let byte = match *self.rest {
                [0xFF, 0, ..] => {
                    self.rest = &self.rest[2..];
                    0xFF
                }
                [byte, ..] => {
                    self.rest = &self.rest[1..];
                    byte
                }
                [] => {
                    self.padding += 8;
                    0
                }
            };
            self.buffer = self.buffer << 8 | u64::from(byte);
            self.held += 8;
        }
    }

    /// The next bits, at most 16, which stay.
    fn peek(&mut self, count: u32) -> u32 {
        self.fill(count);
        (self.buffer >> (self.held - count)) as u32 & ((1 << count) - 1)
    }

    fn skip(&mut self, count: u32) {
        self.held -= count;
    }

    /// The next bits, at most 16, as a number.
    pub(super) fn take(&mut self, count: u32) -> u32 {
        if count == 0 {
            return 0;
        }
        let value = self.peek(count);
        self.skip(count);
        value
    }

    /// The next bits as a signed number of that size (T.81, F.2.2.1): the lower half stands for negative ones.
    pub(super) fn take_signed(&mut self, count: u32) -> i32 {
        let value = self.take(count) as i32;
        if count > 0 && value < 1 << (count - 1) { value - (1 << count) + 1 } else { value }
    }

    /// The symbol of the next code; 0 where no table has it.
    pub(super) fn symbol(&mut self, table: &Table) -> u8 {
        let next = self.peek(16);
        let (length, symbol) = table.look[(next >> (16 - LOOK)) as usize];
        if length > 0 {
            self.skip(length.into());
            return symbol;
        }
        for length in LOOK + 1..=16 {
            let (first, count, at) = table.lengths[length as usize];
            let code = next >> (16 - length);
            if code >= first && code - first < count {
                self.skip(length);
                return table.symbols[at + (code - first) as usize];
            }
        }
        self.bad_codes += 1;
        self.skip(16);
        0
    }
}
