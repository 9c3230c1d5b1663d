//! The coefficients of a JPEG file's blocks, read from scans of any layout (T.81, annexes F and G).

use crate::error::{Error, Result};
use crate::images::decode::Damage;
use crate::images::jpeg::headers::{Component, Frame, NAME};
use crate::images::jpeg::huffman::{Bits, Table};
use crate::images::jpeg::segments::{DHT, DQT, DRI, SOS, Segment};
use crate::images::jpeg::standard_tables;

/// The position in its block, row by row, of each coefficient in the order of the file. Positions behind the last
/// belong to damaged data.
const ZIGZAG: [u8; 80] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
    14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39,
    46, 53, 60, 61, 54, 47, 55, 62, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63,
];

pub(super) type Block = [i16; 64];

/// All blocks of one component, those that fill the last units among them.
#[derive(Debug)]
pub(super) struct Plane {
    /// Sampling factors.
    pub(super) across: u32,
    pub(super) down: u32,
    /// Samples of the picture, without those that fill the last units.
    pub(super) width: usize,
    pub(super) height: usize,
    /// Blocks in a row of the plane.
    pub(super) blocks_across: usize,
    pub(super) blocks: Vec<Block>,
    /// The quantisation table in force at the component's first scan, in the order of the block.
    pub(super) quantization: Option<[u16; 64]>,
    table: u8,
    id: u8,
}

/// What the segments have defined so far, and the coefficients read.
#[derive(Debug)]
pub(super) struct Coefficients {
    pub(super) planes: Vec<Plane>,
    /// Units (MCUs) across and down where all components are interleaved.
    units: (usize, usize),
    is_progressive: bool,
    quantization: [Option<[u16; 64]>; 4],
    dc: [Option<Table>; 4],
    ac: [Option<Table>; 4],
    restart_interval: usize,
    /// Bytes of entropy-coded data that were not needed.
    pub(super) left_over: usize,
    damage: Damage,
}

impl Coefficients {
    /// Room for all blocks of a frame.
    pub(super) fn new(frame: &Frame, damage: Damage) -> Self {
        let (widest, highest) = frame.largest_factors();
        let (width, height) = (usize::from(frame.width), usize::from(frame.height));
        let units = (width.div_ceil(8 * widest as usize), height.div_ceil(8 * highest as usize));
        let plane = |component: &Component| {
            let (across, down) = (u32::from(component.across), u32::from(component.down));
            let blocks_across = units.0 * across as usize;
            Plane {
                across,
                down,
                width: (width * across as usize).div_ceil(widest as usize),
                height: (height * down as usize).div_ceil(highest as usize),
                blocks_across,
                blocks: vec![[0; 64]; blocks_across * units.1 * down as usize],
                quantization: None,
                table: component.table,
                id: component.id,
            }
        };
        Self {
            planes: frame.components.iter().map(plane).collect(),
            units,
            is_progressive: frame.is_progressive(),
            quantization: [None; 4],
            dc: [const { None }; 4],
            ac: [const { None }; 4],
            restart_interval: 0,
            left_over: 0,
            damage,
        }
    }

    /// Defines the standard Huffman tables (T.81, annex K.3), for files that leave them out.
    pub(super) fn define_standard_tables(&mut self) -> Result<()> {
        self.huffman_tables(&standard_tables::SEGMENT)
    }

    /// Takes what a segment defines; a scan is read.
    pub(super) fn add(&mut self, segment: &Segment<'_>) -> Result<()> {
        match segment.marker {
            DQT => self.quantization_tables(segment.contents),
            DHT => self.huffman_tables(segment.contents),
            DRI => {
                let interval =
                    segment.contents.first_chunk().ok_or_else(|| damaged("a restart interval cut short"))?;
                self.restart_interval = u16::from_be_bytes(*interval).into();
                Ok(())
            }
            SOS => self.scan(segment),
            _ => Ok(()),
        }
    }

    fn quantization_tables(&mut self, mut contents: &[u8]) -> Result<()> {
        while let [head, rest @ ..] = contents {
            let size = if head >> 4 == 0 { 1 } else { 2 };
            let values = rest.get(..64 * size).ok_or_else(|| damaged("a quantisation table cut short"))?;
            let mut table = [0; 64];
            for (value, &position) in values.chunks_exact(size).zip(&ZIGZAG) {
                let value = value.iter().fold(0, |number: u16, &byte| number << 8 | u16::from(byte));
                table[usize::from(position)] = value;
            }
            let slot = self.quantization.get_mut(usize::from(head & 0x0F));
            *slot.ok_or_else(|| damaged("the number of a quantisation table is over 3"))? = Some(table);
            contents = &rest[64 * size..];
        }
        Ok(())
    }

    fn huffman_tables(&mut self, mut contents: &[u8]) -> Result<()> {
        while let [head, rest @ ..] = contents {
            let (counts, symbols) =
                rest.split_first_chunk().ok_or_else(|| damaged("a Huffman table cut short"))?;
            let table =
                Table::new(counts, symbols).ok_or_else(|| damaged("a Huffman table that is no code"))?;
            let tables = if head >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            let slot = tables.get_mut(usize::from(head & 0x0F));
            *slot.ok_or_else(|| damaged("the number of a Huffman table is over 3"))? = Some(table);
            contents = &symbols[counts.iter().map(|&count| usize::from(count)).sum()..];
        }
        Ok(())
    }

    fn scan(&mut self, segment: &Segment<'_>) -> Result<()> {
        let mut scan = self.scan_of(segment.contents)?;
        for &(plane, ..) in &scan.components {
            let plane = &mut self.planes[plane];
            plane.quantization = plane.quantization.or(self.quantization[usize::from(plane.table & 3)]);
        }
        let (across, down) = match scan.components[..] {
            [(plane, ..)] => {
                let plane = &self.planes[plane];
                (plane.width.div_ceil(8), plane.height.div_ceil(8))
            }
            _ => self.units,
        };
        let total = across * down;
        let interval = if self.restart_interval == 0 { total } else { self.restart_interval };
        let mut stretches = Stretches { rest: segment.data, number: 0 };
        for start in (0..total).step_by(interval) {
            let stretch = match stretches.next() {
                Some((number, data)) if number == start / interval % 8 => data,
                _ if self.damage == Damage::Accept => break,
                Some(_) => return Err(damaged("a restart marker out of its turn")),
                None => return Err(cut_short()),
            };
            let mut bits = Bits::new(stretch);
            scan.restart();
            for unit in start..(start + interval).min(total) {
                scan.unit(self, unit % across, unit / across, &mut bits);
            }
            if self.damage == Damage::Refuse && bits.is_damaged() {
                return Err(damaged("codes that no Huffman table has, or too few of them"));
            }
            self.left_over = self.left_over.max(bits.left_over());
        }
        if self.damage == Damage::Refuse && stretches.next().is_some() {
            return Err(damaged("more restart markers than the restart interval asks for"));
        }
        Ok(())
    }

    fn scan_of(&self, contents: &[u8]) -> Result<Scan> {
        let short = || damaged("the header of a scan is cut short");
        let (&count, rest) = contents.split_first().ok_or_else(short)?;
        let (specs, rest) = rest.split_at_checked(2 * usize::from(count)).ok_or_else(short)?;
        let &[start, end, approximation, ..] = rest else { return Err(short()) };
        let component = |spec: &[u8]| {
            let plane = self.planes.iter().position(|plane| plane.id == spec[0]);
            let plane = plane.ok_or_else(|| damaged("a scan of a component that the frame does not have"))?;
            Ok((
                plane,
                self.dc[usize::from(spec[1] >> 4 & 3)].clone(),
                self.ac[usize::from(spec[1] & 3)].clone(),
            ))
        };
        let components: Vec<_> = specs.chunks_exact(2).map(component).collect::<Result<_>>()?;
        let (start, end) = if self.is_progressive { (usize::from(start), usize::from(end)) } else { (0, 63) };
        let (high, low) =
            if self.is_progressive { (approximation >> 4, approximation & 0x0F) } else { (0, 0) };
        let scan = Scan {
            predictions: vec![0; components.len()],
            components,
            is_progressive: self.is_progressive,
            start,
            end,
            is_refinement: high > 0,
            low: low.into(),
            end_of_band_run: 0,
        };
        scan.check()?;
        Ok(scan)
    }
}

/// Stretches of entropy-coded data between restart markers, each with the number that it must have: 0 for the
/// first, then one more than that of the marker before it.
struct Stretches<'a> {
    rest: &'a [u8],
    number: usize,
}

impl<'a> Iterator for Stretches<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let marker = memchr::memchr_iter(0xFF, self.rest)
            .find_map(|at| Some((at, *self.rest.get(at + 1).filter(|next| matches!(next, 0xD0..=0xD7))?)));
        let number = self.number;
        let data = match marker {
            Some((at, marker)) => {
                let data = &self.rest[..at];
                self.rest = &self.rest[at + 2..];
                self.number = (usize::from(marker - 0xD0) + 1) % 8;
                data
            }
            None => std::mem::take(&mut self.rest),
        };
        Some((number, data))
    }
}

/// One scan: which components, which coefficients, which bits of them.
struct Scan {
    /// The plane of each component, and its tables.
    components: Vec<(usize, Option<Table>, Option<Table>)>,
    is_progressive: bool,
    start: usize,
    end: usize,
    is_refinement: bool,
    low: u32,
    predictions: Vec<i32>,
    end_of_band_run: u32,
}

impl Scan {
    fn check(&self) -> Result<()> {
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

    fn restart(&mut self) {
        self.predictions.fill(0);
        self.end_of_band_run = 0;
    }

    /// Reads one unit: one block where the scan has one component, else all blocks of each component in it.
    fn unit(&mut self, coefficients: &mut Coefficients, x: usize, y: usize, bits: &mut Bits<'_>) {
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

fn damaged(reason: &'static str) -> Error {
    Error::decode(NAME, reason)
}

fn cut_short() -> Error {
    Error::truncated(NAME, "the pixel data ends early")
}
