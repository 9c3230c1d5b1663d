//! Perceptual hashes against imagehash, thumbnails against Pillow (`tests/golden/perceptual_hash/make_perceptual_hash.py`, versions
//! in `hashes.json`).

use burn_prep::fingerprint::{Dihedral, Fingerprint, PerceptualHashes};
use burn_prep::images::{ColorMode, Decoder};
use serde_json::Value;

use crate::support::root;

#[test]
fn hashes_are_those_of_imagehash_and_thumbnails_those_of_pillow() {
    let folder = root().join("tests/golden/perceptual_hash");
    let text = std::fs::read_to_string(folder.join("hashes.json")).unwrap();
    let golden: Value = serde_json::from_str(&text).unwrap();
    let (mut seen, mut other_forms, mut equal) = (0, 0, 0);
    for picture in golden["pictures"].as_array().unwrap() {
        let file = picture["file"].as_str().unwrap();
        let mode = match picture["mode"].as_str().unwrap() {
            "L" => ColorMode::L,
            "LA" => ColorMode::La,
            "RGB" => ColorMode::Rgb,
            "RGBA" => ColorMode::Rgba,
            mode => panic!("{file}: {mode}"),
        };
        let image = Decoder::new(mode).decode_file(&folder.join(file)).unwrap().image;
        let fingerprint = Fingerprint::of(&image);
        let expected: PerceptualHashes = serde_json::from_value(picture["hashes"].clone()).unwrap();
        assert_eq!(fingerprint.perceptual.distance(&expected, Dihedral::Identity), 0, "{file}");
        // imagehash resizes the turned picture anew, which changes some of its pixels by a step.
        for form in Dihedral::ALL.into_iter().skip(1) {
            let bits = (fingerprint.perceptual.get(form) ^ expected.get(form)).count_ones();
            assert!(bits <= 2, "{file}, {form}: {bits} bits");
            equal += u32::from(bits == 0);
            other_forms += 1;
        }
        assert_eq!(serde_json::to_value(&fingerprint.thumbnail).unwrap(), picture["thumbnail"], "{file}");
        seen += 1;
    }
    assert_eq!((seen, other_forms), (60, 420));
    assert!(equal >= 399, "{equal} of 420 hashes of other forms");
}
