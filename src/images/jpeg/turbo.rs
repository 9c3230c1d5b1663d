//! JPEG files through libjpeg-turbo, of which a region can be decoded without the rest.
#![allow(unsafe_code)] // the calls of the C library

use std::cell::RefCell;
use std::ffi::c_int;

use turbojpeg_sys as tj;

use crate::images::jpeg::BLENDED;
use crate::images::jpeg::frame::Frame;
use crate::images::jpeg::headers::{Colors, Headers};
use crate::images::{ImageSize, Region, Wanted, reduced, spare};

/// A decompressor of libjpeg-turbo, and its memory.
struct Handle(tj::tjhandle);

impl Handle {
    fn new() -> Option<Self> {
        // SAFETY: the call takes no pointer.
        let handle = unsafe { tj::tj3Init(tj::TJINIT_TJINIT_DECOMPRESS as c_int) };
        (!handle.is_null()).then_some(Self(handle))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is one of `tj3Init`, and this is its last use.
        unsafe { tj::tj3Destroy(self.0) };
    }
}

thread_local! {
    /// Each thread has a decompressor of its own, whose memory serves picture after picture.
    static HANDLE: RefCell<Option<Handle>> = const { RefCell::new(None) };
}

/// Whether the library reads such a file: grey, or colours of three components, with all its tables.
pub(super) fn reads(headers: &Headers<'_>, colors: Colors) -> bool {
    matches!(colors, Colors::Gray | Colors::YCbCr | Colors::Rgb)
        && !headers.lacks_tables
        && !headers.has_bad_segment
}

/// The samples of at least the region that is wanted, grey or RGB, and the region that they are. `None` is a file about which
/// the library has a complaint of any kind: the other decoders say what is wrong with it.
pub(super) fn decode(
    bytes: &[u8],
    frame: &Frame,
    colors: Colors,
    wanted: Wanted,
) -> Option<(Vec<u8>, Region)> {
    HANDLE.with_borrow_mut(|handle| {
        let handle = match handle {
            Some(handle) => handle,
            None => handle.insert(Handle::new()?),
        };
        handle.decode(bytes, frame, colors, wanted)
    })
}

/// The region that is decoded: it begins with a unit, and the pixels that are wanted are those of the whole picture.
fn with_margins(wanted: Region, size: ImageSize, unit: u32) -> Region {
    let left = wanted.left.saturating_sub(BLENDED) / unit * unit;
    let right = (wanted.left + wanted.size.width + BLENDED).min(size.width);
    Region { left, top: wanted.top, size: ImageSize::new(right - left, wanted.size.height) }
}

impl Handle {
    fn decode(
        &self,
        bytes: &[u8],
        frame: &Frame,
        colors: Colors,
        wanted: Wanted,
    ) -> Option<(Vec<u8>, Region)> {
        let size = ImageSize::new(frame.width.into(), frame.height.into());
        self.set(tj::TJPARAM_TJPARAM_STOPONWARNING, 1)?;
        let length = tj::size_t::try_from(bytes.len()).ok()?;
        // SAFETY: the handle is alive, and the bytes are as many as is said.
        let read = unsafe { tj::tj3DecompressHeader(self.0, bytes.as_ptr(), length) };
        let found =
            [tj::TJPARAM_TJPARAM_JPEGWIDTH, tj::TJPARAM_TJPARAM_JPEGHEIGHT].map(|side| self.get(side));
        let stated = [frame.width, frame.height].map(c_int::from);
        if read != 0 || found != stated {
            return None;
        }
        let denominator = c_int::try_from(wanted.reduction).ok()?;
        // SAFETY: the handle is alive.
        let scaled =
            unsafe { tj::tj3SetScalingFactor(self.0, tj::tjscalingfactor { num: 1, denom: denominator }) };
        if scaled != 0 {
            return None;
        }
        let whole = Region::whole(reduced(size, wanted.reduction));
        let unit = (8 * frame.largest_factors().0).div_ceil(wanted.reduction);
        let region = wanted.region.map(|wanted| with_margins(wanted, whole.size, unit));
        let region = region.filter(|region| *region != whole && self.crop(Some(*region)).is_some());
        if region.is_none() {
            self.crop(None)?;
        }
        let region = region.unwrap_or(whole);
        let (format, channels) = match colors {
            Colors::Gray => (tj::TJPF_TJPF_GRAY, 1),
            _ => (tj::TJPF_TJPF_RGB, 3),
        };
        let row = region.size.width as usize * channels;
        let mut samples = spare::room(row * region.size.height as usize)?;
        let pitch = c_int::try_from(row).ok()?;
        let target = samples.spare_capacity_mut();
        // SAFETY: the handle is alive and has read the header of these bytes, of a picture of the stated size. It writes
        // `region.size.height` rows of `pitch` bytes, for which the vector has room.
        let decoded = unsafe {
            tj::tj3Decompress8(self.0, bytes.as_ptr(), length, target.as_mut_ptr().cast(), pitch, format)
        };
        if decoded != 0 {
            return None;
        }
        // SAFETY: without an error all rows are written.
        unsafe { samples.set_len(row * region.size.height as usize) };
        Some((samples, region))
    }

    fn set(&self, parameter: tj::TJPARAM, value: c_int) -> Option<()> {
        // SAFETY: the handle is alive.
        let done = unsafe { tj::tj3Set(self.0, parameter as c_int, value) };
        (done == 0).then_some(())
    }

    fn get(&self, parameter: tj::TJPARAM) -> c_int {
        // SAFETY: the handle is alive.
        unsafe { tj::tj3Get(self.0, parameter as c_int) }
    }

    /// Sets the region of the next picture; `None` for the whole. Some layouts have no regions.
    fn crop(&self, region: Option<Region>) -> Option<()> {
        let region = region.unwrap_or(Region { left: 0, top: 0, size: ImageSize::new(0, 0) });
        let side = |side: u32| c_int::try_from(side).ok();
        let (x, y) = (side(region.left)?, side(region.top)?);
        let (w, h) = (side(region.size.width)?, side(region.size.height)?);
        // SAFETY: the handle is alive.
        let done = unsafe { tj::tj3SetCroppingRegion(self.0, tj::tjregion { x, y, w, h }) };
        (done == 0).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::decode::Damage;
    use crate::random::SplitMix64;

    fn read(path: &std::path::Path) -> Vec<u8> {
        std::fs::read(path).unwrap()
    }

    fn jpegs() -> Vec<std::path::PathBuf> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let files =
            walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(|entry| entry.ok());
        files
            .map(|entry| entry.into_path())
            .filter(|path| path.extension().is_some_and(|e| e == "jpg"))
            .collect()
    }

    /// Files of all layouts that the library reads; each with regions of any size and place.
    #[test]
    fn a_region_has_the_pixels_of_the_whole() {
        let mut numbers = SplitMix64::of_epoch(1, 0);
        let (mut files, mut smaller) = (0, 0);
        for path in jpegs() {
            let bytes = read(&path);
            let headers = Headers::read(&bytes);
            let Ok(frame) = headers.frame() else { continue };
            let colors = headers.colors(frame);
            let whole =
                reads(&headers, colors).then(|| decode(&bytes, frame, colors, Wanted::WHOLE)).flatten();
            let Some((whole, all)) = whole else { continue };
            let wholes = [(1, whole, all)].into_iter().chain([2, 4, 8].into_iter().map(|reduction| {
                let wanted = Wanted { reduction, ..Wanted::WHOLE };
                let (whole, all) = decode(&bytes, frame, colors, wanted).unwrap();
                assert_eq!(
                    all.size,
                    reduced(ImageSize::new(frame.width.into(), frame.height.into()), reduction)
                );
                (reduction, whole, all)
            }));
            let channels = if colors == Colors::Gray { 1 } else { 3 };
            files += 1;
            for (reduction, whole, all) in wholes.flat_map(|whole| std::iter::repeat_n(whole, 20)) {
                let mut below = |bound: u32| numbers.below(bound.into()) as u32;
                let size = ImageSize::new(1 + below(all.size.width), 1 + below(all.size.height));
                let (left, top) =
                    (below(all.size.width - size.width + 1), below(all.size.height - size.height + 1));
                let wanted = Region { left, top, size };
                let (part, region) = decode(
                    &bytes,
                    frame,
                    colors,
                    Wanted { region: Some(wanted), reduction, ..Wanted::WHOLE },
                )
                .unwrap();
                smaller += usize::from(region.size.area() < all.size.area());
                for y in top..top + size.height {
                    let row = |samples: &[u8], region: Region| {
                        let start = ((y - region.top) * region.size.width + left - region.left) as usize;
                        samples[start * channels..][..size.width as usize * channels].to_vec()
                    };
                    let what =
                        format!("{}: {wanted:?} of {region:?} at 1/{reduction}, row {y}", path.display());
                    assert!(row(&part, region) == row(&whole, all), "{what}");
                }
            }
        }
        assert!(files > 30 && smaller > 700, "{files} files, {smaller} regions");
    }

    /// What the library decodes is what the plain decoder has, which stands for any layout.
    #[test]
    fn the_pixels_are_those_of_the_plain_decoder() {
        let mut seen = 0;
        for path in jpegs() {
            let bytes = read(&path);
            let headers = Headers::read(&bytes);
            let Ok(frame) = headers.frame() else { continue };
            let colors = headers.colors(frame);
            let found =
                reads(&headers, colors).then(|| decode(&bytes, frame, colors, Wanted::WHOLE)).flatten();
            let Some((found, _)) = found else { continue };
            let limits = crate::images::Limits::default();
            let (plain, _) =
                super::super::general::decode(&bytes, &headers, frame, &limits, Damage::Refuse).unwrap();
            assert!(found == super::super::colors::convert(plain, colors), "{}", path.display());
            seen += 1;
        }
        assert!(seen > 25, "{seen}");
    }
}
