//! Numbers and pixels against Pillow and NumPy (`tests/golden/make_pillow.py`, versions in the file).

use burn_prep::images::{ColorMode, Decoder, ImageSize};
use burn_prep::stats::{ImageStats, PixelHistogram};
use burn_prep::transform::{Filter, Resize, Transform};
use serde_json::Value;

use crate::support::{asset, root};

fn golden() -> Value {
    let text = std::fs::read_to_string(root().join("tests/golden/pillow.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Both sides are f64 sums of at most 10^5 bytes: NumPy's pairwise sums err below 20 * 2^-53.
const RELATIVE: f64 = 1e-12;

fn assert_close(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap();
    assert!((found - expected).abs() <= RELATIVE * expected.abs(), "{what}: {found} is not {expected}");
}

#[test]
fn means_and_deviations_of_the_png_photos_agree_with_numpy() {
    let golden = golden();
    let mut together = PixelHistogram::new();
    let mut seen = 0;
    for (name, expected) in golden["moments"].as_object().unwrap() {
        let image = Decoder::rgb8().decode_file(&asset("photos").join(name)).unwrap().image;
        let shape: Vec<u64> = image.shape().iter().map(|&side| side as u64).collect();
        assert_eq!(serde_json::json!(shape), expected["shape"], "{name}");
        let stats = ImageStats::of(&image).unwrap();
        assert_close(stats.all.mean, &expected["mean_of_all"], name);
        assert_close(stats.all.std, &expected["std_of_all"], name);
        for (c, channel) in stats.channels.iter().enumerate() {
            assert_close(channel.mean, &expected["mean"][c], name);
            assert_close(channel.std, &expected["std"][c], name);
            assert_close(channel.min, &expected["min"][c], name);
            assert_close(channel.max, &expected["max"][c], name);
        }
        together.merge(&PixelHistogram::of(&image)).unwrap();
        seen += 1;
    }
    assert_eq!(seen, 7, "PNG photos");
    for (c, channel) in together.channels().iter().enumerate() {
        let summary = channel.summary().unwrap();
        assert_close(summary.mean, &golden["together"]["mean"][c], "together");
        assert_close(summary.std, &golden["together"]["std"][c], "together");
    }
}

#[test]
fn lossless_files_of_every_mode_decode_to_pillows_pixels() {
    let golden = golden();
    let mut seen = 0;
    for (name, expected) in golden["crc32"].as_object().unwrap() {
        let image = Decoder::new(ColorMode::Rgb).decode_file(&asset(name)).unwrap().image;
        let shape: Vec<u64> = image.shape().iter().map(|&side| side as u64).collect();
        assert_eq!(serde_json::json!(shape), expected["shape"], "{name}");
        assert_eq!(u64::from(crc32fast::hash(image.pixels())), expected["crc32"].as_u64().unwrap(), "{name}");
        seen += 1;
    }
    assert!(seen >= 11, "only {seen} files");
}

/// Both round 8-bit intermediates once per pass; a tie may fall either way.
const MAX_STEPS: u8 = 1;

#[test]
fn resizing_agrees_with_pillow() {
    let mut seen = 0;
    let sources = [("cat_face", "animals"), ("coffee_cup", "objects"), ("hubble_right", "space")];
    for entry in std::fs::read_dir(root().join("tests/golden/resize")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (source, rest) = name.split_once("__").unwrap();
        let (filter, size) = rest.split_once('_').unwrap();
        let (width, height) = size.split_once('x').unwrap();
        let filter = match filter {
            "box" => Filter::Box,
            "bilinear" => Filter::Bilinear,
            "bicubic" => Filter::Bicubic,
            "lanczos3" => Filter::Lanczos3,
            other => panic!("{other}"),
        };
        let size = ImageSize::new(width.parse().unwrap(), height.parse().unwrap());
        let class = sources.iter().find(|(name, _)| *name == source).unwrap().1;
        let image =
            Decoder::rgb8().decode_file(&asset(&format!("photos/{class}/{source}.png"))).unwrap().image;
        let ours = Resize::exact(size).filter(filter).apply(image).unwrap();
        let pillows = Decoder::rgb8().decode_file(&path).unwrap().image;
        let steps: Vec<u8> =
            ours.pixels().iter().zip(pillows.pixels()).map(|(a, b)| a.abs_diff(*b)).collect();
        let most = steps.iter().copied().max().unwrap();
        assert!(most <= MAX_STEPS, "{name}: {most} steps");
        seen += 1;
    }
    assert_eq!(seen, 12);
}
