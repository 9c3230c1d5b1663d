//! TIFF: the first page, its tags read here, its data unpacked by the `tiff` crate.

mod chunks;
mod colors;
mod jpeg_parts;
mod levels;
mod overlay;
mod page;
mod planes;
mod tag;

use crate::error::{Error, Result};
use crate::images::ifd::Ifd;
use crate::images::limits::Limits;
use crate::images::opened::{Header, Opened, Pixels};
use crate::images::orientation;

use page::Page;

/// The name of the format in errors.
const NAME: &str = "TIFF";

/// The tag "XMP" of Adobe.
const XMP: u16 = 700;

fn unsupported(property: impl Into<String>) -> Error {
    Error::unsupported(NAME, property)
}

pub(crate) fn open<'a>(bytes: &'a [u8], limits: &'a Limits) -> Result<Opened<'a>> {
    let ifd = Ifd::first(bytes)
        .ok_or_else(|| Error::truncated(NAME, format!("no directory in {} bytes", bytes.len())))?;
    let page = Page::read(&ifd, bytes.len() as u64)?;
    limits.check_image(page.width.into(), page.height.into(), page.decoded_bytes())?;
    let orientation = orientation::of_ifd(Some(&ifd), ifd.bytes(XMP));
    let header = Header { width: page.width, height: page.height, color: page.color_name(), orientation };
    Ok(Opened::new(header, move || {
        let levels = planes::read(bytes, ifd.endian, &page, limits)?;
        Ok(Pixels::whole(colors::to_image(&page, levels)?))
    }))
}
