//! The coefficients of a JPEG file's blocks, read from scans of any layout (T.81, annexes F and G).

use crate::error::{Error, Result};
use crate::images::decode::Damage;
use crate::images::jpeg::frame::{Component, Frame};
use crate::images::jpeg::headers::NAME;
use crate::images::jpeg::huffman::{Bits, Table};
use crate::images::jpeg::scan::{Scan, ZIGZAG};
use crate::images::jpeg::segments::{DHT, DQT, DRI, SOS, Segment};
use crate::images::jpeg::standard_tables;

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
        let interval = if self.restart_interval == 0 { total.max(1) } else { self.restart_interval };
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

    /// How many of the `rows` rows of units a scan of all components has whole, before its data ends or is damaged. The planes need
    /// room for one row of units, which each row overwrites.
    pub(super) fn whole_rows(&mut self, segment: &Segment<'_>, rows: usize) -> Result<usize> {
        let mut scan = self.scan_of(segment.contents)?;
        let across = match scan.components[..] {
            [(plane, ..)] => self.planes[plane].width.div_ceil(8),
            _ => self.units.0,
        };
        let total = across * rows;
        let interval = if self.restart_interval == 0 { total.max(1) } else { self.restart_interval };
        let mut stretches = Stretches { rest: segment.data, number: 0 };
        for start in (0..total).step_by(interval) {
            let in_turn = stretches.next().filter(|(number, _)| *number == start / interval % 8);
            let Some((_, stretch)) = in_turn else { return Ok(start / across) };
            let mut bits = Bits::new(stretch);
            scan.restart();
            for unit in start..(start + interval).min(total) {
                scan.unit(self, unit % across, 0, &mut bits);
                if bits.is_damaged() {
                    return Ok(unit / across);
                }
            }
        }
        Ok(rows)
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

pub(super) fn damaged(reason: &'static str) -> Error {
    Error::decode(NAME, reason)
}

pub(super) fn cut_short() -> Error {
    Error::truncated(NAME, "the pixel data ends early")
}
