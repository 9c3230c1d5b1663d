//! The frame of a JPEG file: its size, its components and how they are coded.

/// One component of a frame: its identifier and its sampling factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Component {
    pub(crate) id: u8,
    pub(crate) across: u8,
    pub(crate) down: u8,
    /// The number of its quantisation table.
    pub(crate) table: u8,
}

/// The frame header (SOF).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The marker, `C0` to `CF`: the process by which the picture is coded.
    pub(super) marker: u8,
    precision: u8,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) components: Vec<Component>,
}

impl Frame {
    /// The frame of a segment's contents.
    pub(super) fn of(marker: u8, segment: &[u8]) -> Option<Self> {
        let [precision, h0, h1, w0, w1, count, rest @ ..] = segment else { return None };
        let components: Vec<_> = rest
            .chunks_exact(3)
            .take(usize::from(*count))
            .map(|spec| Component { id: spec[0], across: spec[1] >> 4, down: spec[1] & 0x0F, table: spec[2] })
            .collect();
        let (width, height) = (u16::from_be_bytes([*w0, *w1]), u16::from_be_bytes([*h0, *h1]));
        (components.len() == usize::from(*count) && *count > 0).then_some(Self {
            marker,
            precision: *precision,
            width,
            height,
            components,
        })
    }

    /// Whether the coefficients come in several passes.
    pub(crate) fn is_progressive(&self) -> bool {
        self.marker == 0xC2
    }

    /// The largest sampling factors, across and down.
    pub(crate) fn largest_factors(&self) -> (u32, u32) {
        let most = |of: fn(&Component) -> u8| self.components.iter().map(of).max().map_or(1, u32::from);
        (most(|component| component.across), most(|component| component.down))
    }

    /// The units (MCUs) of a scan, across and down: the blocks of its component where it has one.
    pub(crate) fn units(&self, scan: &[u8]) -> (u32, u32) {
        let (widest, highest) = self.largest_factors();
        let (across, down) = match *scan {
            [1, id, ..] => {
                let component = self.components.iter().find(|component| component.id == id);
                component.map_or((1, 1), |component| (component.across.into(), component.down.into()))
            }
            _ => (1, 1),
        };
        let units = |side: u16, factor: u32, largest: u32| {
            let samples = u32::from(side) * factor;
            samples.div_ceil(8 * largest.max(1))
        };
        (units(self.width, across, widest), units(self.height, down, highest))
    }

    /// The bytes of all coefficients, those that fill the last units among them, of 16 bits each.
    pub(crate) fn coefficient_bytes(&self) -> u64 {
        let (across, down) = self.largest_factors();
        let units = u64::from(u32::from(self.width).div_ceil(8 * across))
            * u64::from(u32::from(self.height).div_ceil(8 * down));
        let blocks: u64 = self
            .components
            .iter()
            .map(|component| u64::from(component.across) * u64::from(component.down))
            .sum();
        units * blocks * 64 * 2
    }

    /// The property for which no decoder stands ready, in words.
    pub(super) fn unsupported(&self) -> Option<String> {
        match (self.marker, self.precision, self.components.len()) {
            (0xC3 | 0xCB, ..) => Some("lossless coding".to_owned()),
            (0xC5..=0xC7 | 0xCD..=0xCF, ..) => Some("hierarchical coding".to_owned()),
            (0xC9 | 0xCA, ..) => Some("arithmetic coding".to_owned()),
            (_, precision, _) if precision != 8 => Some(format!("samples of {precision} bits")),
            (_, _, count @ (2 | 5..)) => Some(format!("{count} components")),
            _ if self.height == 0 => Some("a height that stands behind the pixels (DNL)".to_owned()),
            _ => self.fractional(),
        }
    }

    /// Sampling factors of which one is no whole multiple of another, such as 3 beside 2.
    fn fractional(&self) -> Option<String> {
        let (across, down) = self.largest_factors();
        let odd = |component: &&Component| {
            !across.is_multiple_of(component.across.into()) || !down.is_multiple_of(component.down.into())
        };
        let component = self.components.iter().find(odd)?;
        let (h, v) = (component.across, component.down);
        Some(format!("chroma sampling in a fractional ratio ({h}x{v} beside {across}x{down})"))
    }
}
