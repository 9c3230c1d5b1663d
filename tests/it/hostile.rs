//! Files that break or mislead tools: each is used correctly, or refused with its cause.

use std::collections::BTreeMap;

use burn_prep::error::ErrorKind;
use burn_prep::images::{ColorMode, Damage, Decoder};
use burn_prep::report::{Check, Report, write_json};
use burn_prep::source::ImageFolder;
use burn_prep::validate::Validator;

use crate::support::{asset, root};

/// What each file of `assets/hostile` is: `None` is used, else the finding that refuses it.
const EXPECTED: [(&str, Option<Check>); 32] = [
    ("animated.gif", None),
    ("animated.webp", None),
    ("bilevel.png", None),
    ("bitflips.jpg", None), // decoded, and reported as corrupt
    ("bitmap.bmp", None),
    ("bomb.png", Some(Check::DecompressionBomb)),
    ("cmyk.jpg", None),
    ("crc_error.png", Some(Check::Undecodable)),
    ("empty.jpg", Some(Check::Empty)),
    ("float_gray.tiff", None),
    ("gray16.png", None),
    ("gray_alpha.png", None),
    ("jpeg_without_extension", None),
    ("one_pixel.png", None),
    ("pages.tiff", None),
    ("palette.png", None),
    ("picture.heic", Some(Check::Unsupported)),
    ("png_named.jpg", None),
    ("progressive.jpg", None),
    ("signature_only.png", Some(Check::Truncated)),
    ("text.jpg", Some(Check::Undecodable)),
    ("trailing.jpg", None),
    ("transparent.png", None),
    ("truncated.bmp", Some(Check::Truncated)),
    ("truncated.gif", Some(Check::Truncated)),
    ("truncated.jpg", Some(Check::Truncated)),
    ("truncated.png", Some(Check::Truncated)),
    ("truncated.tiff", Some(Check::Truncated)),
    ("truncated.webp", Some(Check::Truncated)),
    ("turned.jpg", None),
    ("without_end.jpg", Some(Check::Truncated)),
    ("zeros.png", Some(Check::Undecodable)),
];

#[test]
fn every_hostile_file_is_used_or_named_with_its_cause() {
    let folder = ImageFolder::open(asset("hostile")).unwrap();
    let report = Validator::new(folder.clone()).run().unwrap();
    let found: BTreeMap<&str, Check> =
        report.unusable().map(|finding| (finding.subject(), finding.check)).collect();
    assert_eq!(folder.len(), EXPECTED.len());
    for (file, expected) in EXPECTED {
        assert_eq!(found.get(file).copied(), expected, "{file}");
    }
    let with = |kind| -> Vec<&str> {
        report
            .findings
            .iter()
            .filter(|finding| finding.check == kind)
            .map(|finding| finding.subject())
            .collect()
    };
    assert_eq!(with(Check::ExtensionMismatch), ["jpeg_without_extension", "png_named.jpg"]);
    assert_eq!(with(Check::Corrupt), ["bitflips.jpg"]);
    // Files that are cut short, and how much of them Pillow 13 decodes with LOAD_TRUNCATED_IMAGES: none of three rows of units, 15 of
    // 40 rows, and all but the end marker. Other formats do not tell.
    let rows = |name: &str| {
        let finding = report.unusable().find(|finding| finding.subject() == name).unwrap();
        finding.message.split_once("; ").map(|(_, rows)| rows.to_owned())
    };
    let told = ["truncated.jpg", "truncated.png", "without_end.jpg"].map(|name| rows(name).unwrap());
    assert_eq!(told, ["0", "37", "100"].map(|share| format!("{share} % of the rows could be decoded")));
    let silent = ["truncated.bmp", "truncated.gif", "truncated.tiff", "truncated.webp"];
    assert!(silent.into_iter().all(|name| rows(name).is_none()));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    write_json(&path, &report).unwrap();
    assert_eq!(Report::read_json(&path).unwrap().to_string(), report.to_string());
}

#[test]
fn a_turned_photo_stands_upright() {
    let decoded = Decoder::rgb8().decode_file(&asset("hostile/turned.jpg")).unwrap();
    assert_eq!(decoded.source.exif_orientation, 6);
    assert_eq!(decoded.image.shape(), [60, 40, 3]);
    // Orientation 6: the stored picture's left column is the upright one's top row.
    let plain = Decoder::rgb8().decode_file(&asset("hostile/trailing.jpg")).unwrap().image;
    let (turned, plain) = (decoded.image.view(), plain.view());
    for (y, x) in [(0, 0), (10, 5), (59, 39)] {
        assert_eq!(turned[[y, x, 0]], plain[[39 - x, y, 0]]);
    }
}

#[test]
fn cmyk_and_progressive_files_look_like_the_plain_one() {
    let decode = |name| Decoder::rgb8().decode_file(&asset(name)).unwrap().image;
    let plain = decode("hostile/bitmap.bmp");
    for (name, most) in
        [("hostile/cmyk.jpg", 12.0), ("hostile/progressive.jpg", 12.0), ("hostile/trailing.jpg", 12.0)]
    {
        let image = decode(name);
        let differences = image.pixels().iter().zip(plain.pixels()).map(|(a, b)| f64::from(a.abs_diff(*b)));
        let mean = differences.sum::<f64>() / image.pixels().len() as f64;
        assert!(mean < most, "{name}: {mean} steps off on average");
    }
}

/// Bytes between two headers are passed over, as libjpeg does; a cut behind them is still seen.
#[test]
fn stray_bytes_between_headers_do_not_hide_a_cut() {
    let mut bytes = std::fs::read(asset("photos/objects/clock.jpg")).unwrap();
    let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    bytes.splice(scan..scan, [0; 6]);
    let image = Decoder::rgb8().decode(&bytes).unwrap().image;
    assert_eq!(image.shape(), [150, 200, 3]);
    bytes.truncate(bytes.len() - 200);
    let error = Decoder::rgb8().decode(&bytes).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Truncated { .. }), "{error}");
}

#[test]
fn a_camera_raw_is_not_its_thumbnail() {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join("photo.NEF");
    std::fs::copy(asset("hostile/pages.tiff"), &raw).unwrap();
    let error = Decoder::rgb8().decode_file(&raw).unwrap_err();
    assert!(error.to_string().contains("unsupported camera raw image"), "{error}");
}

/// Every prefix of a sound file is an error, never a panic and never a picture.
#[test]
fn no_prefix_of_a_file_passes_for_the_whole() {
    let files = [
        "hostile/trailing.jpg",
        "hostile/progressive.jpg",
        "hostile/png_named.jpg",
        "hostile/animated.webp",
        "hostile/bitmap.bmp",
        "hostile/palette.png",
        "photos/objects/clock.jpg",
    ];
    let mut seen = 0;
    for name in files {
        let mut whole = std::fs::read(asset(name)).unwrap();
        if name == "hostile/trailing.jpg" {
            whole.truncate(whole.len() - 300);
        }
        assert!(Decoder::rgb8().decode(&whole).is_ok(), "{name}");
        for length in (1..whole.len()).step_by(37).chain([whole.len() - 1]) {
            let error = Decoder::rgb8().decode(&whole[..length]).expect_err(name);
            assert!(error.is_data(), "{name}, {length} bytes: {error}");
            seen += 1;
        }
    }
    assert!(seen > 600, "only {seen} prefixes");
}

/// The decoder of uncommon JPEG layouts: what is cut off is an error, or grey where damage is accepted.
#[test]
fn a_cut_jpeg_of_an_uncommon_layout_is_refused_or_used_in_part() {
    let file = root().join("tests/golden/wild/files/01-jpeg-noninterleaved__c__s420_96x80.jpg");
    let whole = std::fs::read(file).unwrap();
    let right = Decoder::rgb8().decode(&whole).unwrap().image;
    let mut seen = 0;
    for length in (whole.len() / 4..whole.len()).step_by(29) {
        // Without the end marker, and with one that hides the cut.
        for cut in [whole[..length].to_vec(), [&whole[..length], &[0xFF, 0xD9]].concat()] {
            let error = Decoder::rgb8().decode(&cut).expect_err("cut");
            assert!(error.is_data(), "{error}");
        }
        seen += 1;
        if let Ok(decoded) = Decoder::rgb8().damage(Damage::Accept).decode(&whole[..length]) {
            assert_eq!(decoded.image.shape(), right.shape());
        }
    }
    assert!(seen > 20, "only {seen} lengths");
    let most = whole.len() * 9 / 10;
    let part = Decoder::rgb8().damage(Damage::Accept).decode(&whole[..most]).unwrap().image;
    // Luma comes first in this file: it is all there.
    let gray =
        |image: &burn_prep::images::Image| -> f64 { image.pixels().iter().map(|&v| f64::from(v)).sum() };
    assert!((gray(&part) / gray(&right) - 1.0).abs() < 0.2);
}

/// GIF and TIFF keep no length of their own: a prefix that holds the first frame or page is whole.
#[test]
fn prefixes_of_files_with_several_frames_do_not_panic() {
    let mut refused = 0;
    for name in ["hostile/animated.gif", "hostile/pages.tiff", "hostile/float_gray.tiff"] {
        let whole = std::fs::read(asset(name)).unwrap();
        for length in (1..whole.len()).step_by(37) {
            let Err(error) = Decoder::rgb8().decode(&whole[..length]) else { continue };
            assert!(!error.to_string().contains("panicked"), "{name}, {length} bytes: {error}");
            refused += 1;
        }
    }
    assert!(refused > 100, "only {refused} prefixes were refused");
}

/// A TIFF of 4 x 4 RGB pixels in two strips: header, pixels, directory, and last the values that the tags point to,
/// in which order `last` says.
fn tiff_with_its_directory_last(last: [u16; 3]) -> Vec<u8> {
    const VALUES_AT: u32 = 8 + 48 + 2 + 8 * 12 + 4;
    let (mut places, mut values) = (BTreeMap::new(), Vec::new());
    for tag in last {
        places.insert(tag, VALUES_AT + values.len() as u32);
        match tag {
            258 => values.extend([8_u16; 3].into_iter().flat_map(u16::to_le_bytes)),
            273 => values.extend([8_u32, 32].into_iter().flat_map(u32::to_le_bytes)),
            _ => values.extend([24_u32; 2].into_iter().flat_map(u32::to_le_bytes)),
        }
    }
    let mut file = b"II*\0".to_vec();
    file.extend(56_u32.to_le_bytes());
    file.extend((0..48).map(|value| value * 5));
    file.extend(8_u16.to_le_bytes());
    let tags = [
        (256_u16, 3_u16, 1_u32, 4),
        (257, 3, 1, 4),
        (258, 3, 3, places[&258]),
        (262, 3, 1, 2),
        (273, 4, 2, places[&273]),
        (277, 3, 1, 3),
        (278, 3, 1, 2),
        (279, 4, 2, places[&279]),
    ];
    for (tag, kind, count, value) in tags {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    file.extend(values);
    file
}

/// A directory that is cut is no directory of defaults: without its last tags, or the values behind it, an RGB
/// picture is not decoded as a bilevel one, nor in one strip.
#[test]
fn no_prefix_of_a_tiff_with_its_directory_last_passes_for_the_whole() {
    let mut seen = 0;
    for last in [[258, 273, 279], [273, 279, 258], [279, 258, 273]] {
        let whole = tiff_with_its_directory_last(last);
        let image = Decoder::rgb8().decode(&whole).unwrap().image;
        let expected: Vec<u8> = (0..48).map(|value| value * 5).collect();
        assert_eq!((image.shape(), image.pixels()), ([4, 4, 3], &expected[..]));
        for length in 1..whole.len() {
            let error = Decoder::rgb8().decode(&whole[..length]).expect_err("cut");
            assert!(error.is_data(), "{length} bytes: {error}");
            if length >= 8 {
                assert!(matches!(error.kind(), ErrorKind::Truncated { .. }), "{length} bytes: {error}");
            }
            seen += 1;
        }
    }
    assert!(seen > 500, "only {seen} prefixes");
}

/// A tag of a type that cannot be read is an error that names it.
#[test]
fn a_tag_without_numbers_is_an_error() {
    let mut file = tiff_with_its_directory_last([258, 273, 279]);
    // BitsPerSample, the third tag, as floats.
    file[56 + 2 + 2 * 12 + 2] = 11;
    let error = Decoder::rgb8().decode(&file).unwrap_err().to_string();
    assert!(error.contains("BitsPerSample holds no counts (type 11)"), "{error}");
}

#[test]
fn flipped_bits_anywhere_do_not_panic() {
    let mut seen = 0;
    let wild = root().join("tests/golden/wild/files");
    let files = |folder: &std::path::Path| {
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    // Of the JPEG layouts that are generated, one in twenty.
    let wild = files(&wild).into_iter().enumerate();
    let wild = wild.filter(|(index, path)| !path.to_string_lossy().contains("layout__") || index % 20 == 0);
    let changes = files(&asset("hostile")).into_iter().map(|path| (path, 60));
    for (path, count) in changes.chain(wild.map(|(_, path)| (path, 12))) {
        let whole = std::fs::read(path).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / count + 1) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xA5;
            for mode in [ColorMode::L, ColorMode::Rgba] {
                for decoder in [Decoder::new(mode), Decoder::new(mode).damage(Damage::Accept)] {
                    if let Err(error) = decoder.decode(&bytes) {
                        assert!(error.is_data() && !error.to_string().contains("panicked"), "{error}");
                    }
                }
            }
            seen += 1;
        }
    }
    assert!(seen > 3_000, "only {seen} files");
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    let error = Decoder::rgb8().decode_file(&asset("hostile/bomb.png")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Limit { what: "max_side", found: 60_000, allowed: 50_000 }));
    assert!(error.to_string().contains("bomb.png: max_side is 60000, limit is 50000"), "{error}");
}
