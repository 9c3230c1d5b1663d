//! TIFF: the first page, its tags read here, its data unpacked by the `tiff` crate.

mod colors;
mod jpeg_parts;
mod levels;
mod overlay;
mod page;
mod planes;

use crate::error::{Error, Result};
use crate::images::decode::Raw;
use crate::images::ifd::Ifd;
use crate::images::limits::Limits;
use crate::images::orientation;
use crate::images::probe::Header;

use page::Page;

/// The name of the format in errors.
const NAME: &str = "TIFF";

/// The tag "XMP" of Adobe.
const XMP: u16 = 700;

fn unsupported(property: impl Into<String>) -> Error {
    Error::unsupported(NAME, property)
}

pub(crate) fn probe(bytes: &[u8], limits: &Limits) -> Result<Header> {
    let (ifd, page) = first_page(bytes, limits)?;
    let orientation = orientation::of_ifd(Some(&ifd), ifd.bytes(XMP));
    Ok(Header { width: page.width, height: page.height, color: page.color_name(), orientation })
}

/// The first directory, whose page is within the limits.
fn first_page<'a>(bytes: &'a [u8], limits: &Limits) -> Result<(Ifd<'a>, Page<'a>)> {
    let ifd = Ifd::first(bytes)
        .ok_or_else(|| Error::truncated(NAME, format!("no directory in {} bytes", bytes.len())))?;
    let page = Page::read(&ifd, bytes.len() as u64)?;
    limits.check_image(page.width.into(), page.height.into(), page.decoded_bytes())?;
    Ok((ifd, page))
}

pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Raw> {
    let (ifd, page) = first_page(bytes, limits)?;
    let levels = planes::read(bytes, ifd.endian, &page, limits)?;
    Ok(Raw {
        image: colors::to_image(&page, levels)?,
        orientation: orientation::of_ifd(Some(&ifd), ifd.bytes(XMP)),
        color: page.color_name(),
        warning: None,
    })
}
