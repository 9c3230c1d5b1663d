//! JPEG files whose entropy-coded data ends before their pixels do, with an end-of-image marker behind it all the same.
//!
//! libjpeg warns of "premature end of data segment", and draws the rest grey. Files: `tests/golden/make_jpeg_ends.py`.

use std::ops::Range;
use std::path::PathBuf;

use burn_prep::error::ErrorKind;
use burn_prep::images::{Damage, Decoder};

use crate::support::{asset, files_below, root};

fn own(name: &str) -> PathBuf {
    root().join("tests/golden/jpeg_ends").join(name)
}

/// Where the entropy-coded data of each scan stands.
fn scans(bytes: &[u8]) -> Vec<Range<usize>> {
    let (mut at, mut scans) = (2, Vec::new());
    while bytes[at + 1] != 0xD9 {
        let end = at + 2 + usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
        let is_scan = bytes[at + 1] == 0xDA;
        at = end;
        if is_scan {
            while bytes[at] != 0xFF || matches!(bytes[at + 1], 0 | 0xD0..=0xD7) {
                at += 1;
            }
            scans.push(end..at);
        }
    }
    scans
}

/// The first `kept` bytes, and an end-of-image marker.
fn ended(bytes: &[u8], kept: usize) -> Vec<u8> {
    [&bytes[..kept], &[0xFF, 0xD9]].concat()
}

#[test]
fn sound_files_are_read_without_a_warning() {
    let mut files = files_below(&asset("photos"));
    files.extend(files_below(&own("")));
    let small = ["turned", "trailing", "cmyk", "progressive"];
    files.extend(small.map(|name| asset(&format!("hostile/{name}.jpg"))));
    for path in files {
        let decoded = Decoder::rgb8().decode_file(&path).unwrap();
        assert_eq!(decoded.source.warning, None, "{}", path.display());
    }
}

/// The last byte has one code at most, which the picture may do without: not its loss, but that of two bytes is seen.
#[test]
fn a_scan_that_was_cut_is_truncated_wherever_it_was_cut() {
    let files = [
        asset("photos/animals/cat.jpg"),
        asset("photos/objects/clock.jpg"),
        own("full_chroma.jpg"),
        own("restarts.jpg"),
        own("every_unit.jpg"),
        own("black_corner.jpg"),
        own("gray_corner.jpg"),
        own("white_corner.jpg"),
    ];
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let data = scans(&bytes).remove(0);
        let last = data.end - 2;
        for kept in (data.start..last).step_by(data.len() / 60).chain(last - 30..=last) {
            let what = format!("{}, {} bytes of {}", path.display(), kept - data.start, data.len());
            let Err(error) = Decoder::rgb8().decode(&ended(&bytes, kept)) else { panic!("{what}") };
            assert!(matches!(error.kind(), ErrorKind::Truncated { .. }), "{what}: {error}");
        }
    }
}

/// Bits near the end, of which each makes codes longer, so that the last ones are not there. `djpeg` warns of each.
#[test]
fn a_changed_bit_that_makes_codes_longer_is_seen() {
    let bytes = std::fs::read(asset("photos/animals/cat.jpg")).unwrap();
    let data = scans(&bytes).remove(0);
    for (offset, bit) in [(7021, 0), (7044, 3), (7046, 4)] {
        let mut changed = bytes.clone();
        changed[data.start + offset] ^= 1 << bit;
        let Err(error) = Decoder::rgb8().decode(&changed) else { panic!("byte {offset}, bit {bit}") };
        assert!(matches!(error.kind(), ErrorKind::Truncated { .. }), "{error}");
    }
}

#[test]
fn data_that_ends_early_is_used_where_damage_is_accepted() {
    let bytes = std::fs::read(asset("photos/animals/cat.jpg")).unwrap();
    let data = scans(&bytes).remove(0);
    let cut = ended(&bytes, data.start + data.len() / 2);
    let [whole, part] = [&bytes, &cut].map(|bytes| {
        let image = Decoder::rgb8().damage(Damage::Accept).decode(bytes).unwrap().image;
        image.pixels().to_vec()
    });
    assert_eq!(part.len(), whole.len());
    // With `turbojpeg` another decoder reads the whole file.
    let mut quarter = whole.iter().zip(&part).take(whole.len() / 4);
    assert!(quarter.all(|(whole, part)| whole.abs_diff(*part) <= 16));
}

/// A cut between two scans leaves a sound file of less detail. At the end of a scan of further bits, up to 64 bits
/// are not missed.
#[test]
fn a_cut_within_any_scan_of_a_progressive_file_is_an_error() {
    for name in ["progressive.jpg", "progressive_restarts.jpg", "gray_progressive.jpg"] {
        let bytes = std::fs::read(own(name)).unwrap();
        let scans = scans(&bytes);
        assert!(scans.len() > 5, "{name}: {scans:?}");
        for data in scans {
            for kept in (data.start..data.end.saturating_sub(16)).step_by(5) {
                let result = Decoder::rgb8().decode(&ended(&bytes, kept));
                assert!(result.is_err(), "{name}, {} bytes of {data:?}", kept - data.start);
            }
        }
    }
}

#[test]
fn a_stretch_between_restart_markers_is_as_long_as_its_codes() {
    let bytes = std::fs::read(own("restarts.jpg")).unwrap();
    let marker = bytes.windows(2).position(|pair| pair == [0xFF, 0xD1]).unwrap();

    let mut shorter = bytes.clone();
    shorter.drain(marker - 10..marker);
    let error = Decoder::rgb8().decode(&shorter).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Truncated { .. }), "{error}");

    let mut longer = bytes.clone();
    longer.splice(marker..marker, [0x55; 40]);
    let decoded = Decoder::rgb8().decode(&longer).unwrap();
    // With `turbojpeg` another decoder reads the sound file, which rounds otherwise.
    let sound = Decoder::rgb8().decode(&bytes).unwrap().image;
    let mut pairs = decoded.image.pixels().iter().zip(sound.pixels());
    assert!(decoded.image.size() == sound.size() && pairs.all(|(found, sound)| found.abs_diff(*sound) <= 16));
    assert!(decoded.source.warning.unwrap().contains("bytes left over"));

    let mut without = bytes.clone();
    without.drain(marker..marker + 2);
    assert!(Decoder::rgb8().decode(&without).is_err());

    // One more behind the last stretch does no harm.
    let mut closed = bytes.clone();
    let restarts = bytes.windows(2).filter(|pair| pair[0] == 0xFF && matches!(pair[1], 0xD0..=0xD7)).count();
    closed.splice(bytes.len() - 2..bytes.len() - 2, [0xFF, 0xD0 + (restarts % 8) as u8]);
    assert!(Decoder::rgb8().decode(&closed).is_ok());
}

/// Where bytes stand between headers, the decoder is not in its strict mode, in which it would tell of damage.
#[test]
fn stray_bytes_between_headers_do_not_hide_data_that_ends_early() {
    let mut bytes = std::fs::read(asset("photos/objects/clock.jpg")).unwrap();
    let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    bytes.splice(scan..scan, [0; 6]);
    assert_eq!(Decoder::rgb8().decode(&bytes).unwrap().source.warning, None);
    let error = Decoder::rgb8().decode(&ended(&bytes, bytes.len() - 200)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Truncated { .. }), "{error}");
}
