//! The scan of a JPEG file: which coefficients of which components follow, and how their codes are read.

use crate::error::Result;
use crate::images::jpeg::coefficients::{Block, Coefficients, damaged};
use crate::images::jpeg::huffman::{Bits, Table};

/// The position in its block, row by row, of each coefficient in the order of the file. Positions behind the last
/// belong to damaged data.
pub(super) const ZIGZAG: [u8; 80] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
    14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39,
    46, 53, 60, 61, 54, 47, 55, 62, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63,
];

/// One scan: which components, which coefficients, which bits of them.
pub(super) struct Scan {
    /// The plane of each component, and its tables.
    pub(super) components: Vec<(usize, Option<Table>, Option<Table>)>,
    pub(super) is_progressive: bool,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) is_refinement: bool,
    pub(super) low: u32,
    pub(super) predictions: Vec<i32>,
    pub(super) end_of_band_run: u32,
}

impl Scan {
    pub(super) fn check(&self) -> Result<()> {
        let uses_dc = self.start == 0 && !self.is_refinement;
        let uses_ac = self.end > 0;
        if self.components.is_empty() || self.start > self.end || self.end > 63 || self.low > 13 {
            return Err(damaged("the header of a scan is impossible"));
        }
        if self.is_progressive
            && (self.start == 0 && self.end > 0 || self.start > 0 && self.components.len() > 1)
        {
            return Err(damaged("a progressive scan mixes what it must not"));
        }
        let lacks = |(_, dc, ac): &(usize, Option<Table>, Option<Table>)| {
            uses_dc && dc.is_none() || uses_ac && ac.is_none()
        };
        if self.components.iter().any(lacks) {
            return Err(damaged("a scan uses a Huffman table that is not defined"));
        }
        Ok(())
    }

    pub(super) fn restart(&mut self) {
        self.predictions.fill(0);
        self.end_of_band_run = 0;
    }

    /// Reads one unit: one block where the scan has one component, else all blocks of each component in it.
    pub(super) fn unit(&mut self, coefficients: &mut Coefficients, x: usize, y: usize, bits: &mut Bits<'_>) {
        let is_interleaved = self.components.len() > 1;
        for index in 0..self.components.len() {
            let plane = &mut coefficients.planes[self.components[index].0];
            let (across, down) =
                if is_interleaved { (plane.across as usize, plane.down as usize) } else { (1, 1) };
            for row in 0..down {
                for column in 0..across {
                    let at = (y * down + row) * plane.blocks_across + x * across + column;
                    self.block(index, &mut plane.blocks[at], bits);
                }
            }
        }
    }

    fn block(&mut self, index: usize, block: &mut Block, bits: &mut Bits<'_>) {
        let (_, dc, ac) = &self.components[index];
        if self.start == 0 {
            match dc {
                _ if self.is_refinement => block[0] |= (bits.take(1) << self.low) as i16,
                Some(table) => {
                    let size = u32::from(bits.symbol(table)).min(15);
                    let prediction = &mut self.predictions[index];
                    *prediction = prediction.wrapping_add(bits.take_signed(size));
                    block[0] = prediction.wrapping_shl(self.low) as i16;
                }
                None => {}
            }
        }
        let Some(table) = ac.as_ref().filter(|_| self.end > 0) else { return };
        let start = self.start.max(1);
        if self.is_refinement {
            refine(block, table, start..self.end + 1, self.low, &mut self.end_of_band_run, bits);
        } else {
            let run = if self.is_progressive { Some(&mut self.end_of_band_run) } else { None };
            read(block, table, start..self.end + 1, self.low, run, bits);
        }
    }
}

/// Reads a band of coefficients for the first time. A sequential scan has no runs of blocks that end early.
fn read(
    block: &mut Block,
    table: &Table,
    band: std::ops::Range<usize>,
    low: u32,
    mut end_of_band_run: Option<&mut u32>,
    bits: &mut Bits<'_>,
) {
    if let Some(run) = end_of_band_run.as_deref_mut().filter(|run| **run > 0) {
        *run -= 1;
        return;
    }
    let mut at = band.start;
    while at < band.end {
        let symbol = bits.symbol(table);
        let (zeros, size) = (usize::from(symbol >> 4), u32::from(symbol & 0x0F));
        if size > 0 {
            at += zeros;
            block[usize::from(ZIGZAG[at])] = bits.take_signed(size).wrapping_shl(low) as i16;
            at += 1;
        } else if zeros == 15 {
            at += 16;
        } else {
            if let Some(run) = end_of_band_run {
                *run = (1 << zeros) - 1 + bits.take(zeros as u32);
            }
            return;
        }
    }
}

/// Reads one more bit of coefficients that earlier scans have begun (T.81, G.1.2.3).
fn refine(
    block: &mut Block,
    table: &Table,
    band: std::ops::Range<usize>,
    low: u32,
    end_of_band_run: &mut u32,
    bits: &mut Bits<'_>,
) {
    let bit = 1_i16 << low;
    let correct = |value: &mut i16, bits: &mut Bits<'_>| {
        if bits.take(1) == 1 && *value & bit == 0 {
            *value = value.wrapping_add(if *value >= 0 { bit } else { -bit });
        }
    };
    let mut at = band.start;
    if *end_of_band_run == 0 {
        while at < band.end {
            let symbol = bits.symbol(table);
            let (mut zeros, size) = (symbol >> 4, symbol & 0x0F);
            let mut new = 0;
            if size > 0 {
                new = if bits.take(1) == 1 { bit } else { -bit };
            } else if zeros < 15 {
                *end_of_band_run = (1 << zeros) + bits.take(zeros.into());
                break;
            }
            while at < band.end {
                let value = &mut block[usize::from(ZIGZAG[at])];
                if *value != 0 {
                    correct(value, bits);
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                at += 1;
            }
            if new != 0 {
                block[usize::from(ZIGZAG[at])] = new;
            }
            at += 1;
        }
    }
    if *end_of_band_run > 0 {
        for &position in &ZIGZAG[at.min(band.end)..band.end] {
            let value = &mut block[usize::from(position)];
            if *value != 0 {
                correct(value, bits);
            }
        }
        *end_of_band_run -= 1;
    }
}
