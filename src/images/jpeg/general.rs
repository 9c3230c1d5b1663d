//! JPEG files of any layout: sequential and progressive, any sampling in whole ratios, any order of scans.
//!
//! None of the decoders on crates.io reads all of these layouts rightly (docs/UPSTREAM.md). This one is plain and slow;
//! its pixels are those of libjpeg-turbo, bit for bit, on every layout of `tests/golden/jpeg_layouts`.

use crate::error::{Error, Result};
use crate::images::decode::Damage;
use crate::images::jpeg::coefficients::Coefficients;
use crate::images::jpeg::frame::Frame;
use crate::images::jpeg::headers::{Headers, NAME};
use crate::images::jpeg::segments::segments;
use crate::images::jpeg::{inverse, upsample};
use crate::images::limits::Limits;

/// The samples of all components of each pixel, not converted, and the bytes of pixel data that were not needed.
pub(super) fn decode(
    bytes: &[u8],
    headers: &Headers<'_>,
    frame: &Frame,
    limits: &Limits,
    damage: Damage,
) -> Result<(Vec<u8>, usize)> {
    limits.check_decoder_bytes(frame.coefficient_bytes())?;
    let mut coefficients = Coefficients::new(frame, damage);
    // Webcams leave the tables of their sequential frames out; progressive ones always have their own.
    if headers.lacks_tables && !frame.is_progressive() {
        coefficients.define_standard_tables()?;
    }
    for segment in segments(bytes) {
        coefficients.add(&segment)?;
    }
    let channels = coefficients.planes.len();
    let (width, height) = (usize::from(frame.width), usize::from(frame.height));
    let mut pixels = vec![0; width * height * channels];
    for (channel, plane) in coefficients.planes.iter().enumerate() {
        let quantization = match (plane.quantization, damage) {
            (Some(table), _) => table,
            // A component whose scan is cut off stays grey.
            (None, Damage::Accept) => [1; 64],
            (None, Damage::Refuse) => {
                let reason = format!("component {channel} has no scan or no quantisation table");
                return Err(Error::decode(NAME, reason));
            }
        };
        let samples = inverse::samples(plane, &quantization);
        upsample::rows(plane, &samples, frame.largest_factors(), (width, height), |y, row| {
            let pixels = &mut pixels[y * width * channels..(y + 1) * width * channels];
            for (pixel, &sample) in pixels.chunks_exact_mut(channels).zip(row) {
                pixel[channel] = sample;
            }
        });
    }
    Ok((pixels, coefficients.left_over))
}
