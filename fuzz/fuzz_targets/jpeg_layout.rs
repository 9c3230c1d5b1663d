//! JPEG files of drawn layouts, and damaged ones, decoded as libjpeg-turbo decodes them.
#![no_main]

use std::ffi::{c_int, c_ulong};

use burn_prep::images::{Damage, Decoder};

/// `struct layout` of `tests/golden/jpeg_layouts/layout.h`.
#[repr(C)]
#[derive(Default)]
struct Layout {
    width: c_int,
    height: c_int,
    quality: c_int,
    seed: u32,
    kinds: [c_int; 5],
    across: [u8; 4],
    down: [u8; 4],
}

unsafe extern "C" {
    fn layout_from_bytes(data: *const u8, length: usize, out: *mut Layout) -> c_int;
    fn layout_encode(layout: *const Layout, jpeg: *mut *mut u8, size: *mut c_ulong) -> c_int;
    fn layout_reference(jpeg: *const u8, size: c_ulong, rgb: *mut *mut u8, w: *mut c_int, h: *mut c_int) -> c_int;
    fn free(memory: *mut u8);
}

/// Bytes that the C library has allocated.
fn owned(memory: *mut u8, length: usize) -> Vec<u8> {
    // SAFETY: the library gives `length` bytes of `malloc` on success, and nobody else holds them.
    unsafe {
        let bytes = std::slice::from_raw_parts(memory, length).to_vec();
        free(memory);
        bytes
    }
}

/// A file of the layout that the bytes draw.
fn file(data: &[u8]) -> Option<Vec<u8>> {
    let mut layout = Layout::default();
    let (mut jpeg, mut size) = (std::ptr::null_mut(), 0);
    // SAFETY: the pointers are valid for the calls, and the structure has the library's fields.
    let drawn = unsafe { layout_from_bytes(data.as_ptr(), data.len(), &mut layout) } == 0
        && unsafe { layout_encode(&layout, &mut jpeg, &mut size) } == 0;
    drawn.then(|| owned(jpeg, size as usize))
}

/// The pixels of libjpeg-turbo, where it has no doubts about the file.
fn reference(jpeg: &[u8]) -> Option<(usize, usize, Vec<u8>)> {
    let (mut rgb, mut width, mut height) = (std::ptr::null_mut(), 0, 0);
    // SAFETY: as above.
    let result = unsafe { layout_reference(jpeg.as_ptr(), jpeg.len() as c_ulong, &mut rgb, &mut width, &mut height) };
    let (width, height) = (width as usize, height as usize);
    match result {
        0 => Some((width, height, owned(rgb, width * height * 3))),
        // SAFETY: with warnings there are pixels too.
        1 => {
            unsafe { free(rgb) };
            None
        }
        _ => None,
    }
}

/// Both decoders round otherwise, and one mixes the last column with samples beyond the edge (docs/UPSTREAM.md).
fn agree(jpeg: &[u8], must_be_read: bool) {
    let Some((width, height, right)) = reference(jpeg) else { return };
    let found = match Decoder::rgb8().decode(jpeg) {
        Ok(decoded) => decoded.image,
        Err(error) if must_be_read => panic!("{error}"),
        Err(_) => return,
    };
    // A damaged EXIF block may turn the picture: there is none in these files.
    assert_eq!(found.shape(), [height, width, 3]);
    let steps = || found.pixels().iter().zip(&right).map(|(a, b)| a.abs_diff(*b));
    let (most, mean) = (steps().max().unwrap_or(0), steps().map(f64::from).sum::<f64>() / right.len() as f64);
    assert!(most <= 64 && mean <= 1.0, "{most} steps at most, {mean} on average");
}

/// The offsets of the contents of frame headers, restart intervals and segments of applications: the
/// parts whose change leaves coefficients within their range, beyond which decoders overflow in ways of their own.
fn headers(jpeg: &[u8]) -> Vec<usize> {
    let (mut at, mut offsets) = (2, Vec::new());
    while let Some(&[0xFF, marker, high, low]) = jpeg.get(at..at + 4) {
        let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
        if !matches!(marker, 0xC4 | 0xDA | 0xDB) {
            offsets.extend(at + 4..end.min(jpeg.len()));
        }
        at = end;
    }
    offsets
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (drawn, changes) = data.split_at(data.len().min(24));
    let Some(sound) = file(drawn) else { return };
    agree(&sound, true);
    let headers = headers(&sound);
    let (mut renamed, mut damaged) = (sound.clone(), sound);
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]]));
        if let Some(&at) = headers.get(at % headers.len().max(1)) {
            renamed[at] = change[2];
        }
        let length = damaged.len();
        damaged[at % length] = change[2];
    }
    if changes.len() >= 3 {
        agree(&renamed, false);
        for damage in [Damage::Refuse, Damage::Accept] {
            let _ = Decoder::rgb8().damage(damage).decode(&damaged);
        }
    }
});
