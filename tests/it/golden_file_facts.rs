//! Facts of files that Pillow wrote, against what Pillow reads of them. `make_file_facts.py` in their folder
//! makes both; `facts.json` has the versions.

use burn_prep::images::FileFacts;
use burn_prep::source::ImageFormat;
use serde_json::Value;

use crate::support::root;

#[test]
fn facts_are_those_that_pillow_reads() {
    let folder = root().join("tests/golden/file_facts");
    let text = std::fs::read_to_string(folder.join("facts.json")).unwrap();
    let golden: Value = serde_json::from_str(&text).unwrap();
    let mut seen = 0;
    for entry in golden["files"].as_array().unwrap() {
        let file = entry["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let format = ImageFormat::sniff(&bytes).unwrap();
        let facts = FileFacts::of(&bytes, format);
        assert_eq!(serde_json::to_value(&facts).unwrap(), entry["facts"], "{file}");
        assert_eq!(serde_json::from_value::<FileFacts>(entry["facts"].clone()).unwrap(), facts);

        let longer = FileFacts::of(&[&bytes[..], b"7 bytes"].concat(), format);
        let behind = if matches!(format, ImageFormat::Bmp | ImageFormat::Tiff) { 0 } else { 7 };
        assert_eq!(longer.trailing_bytes, behind, "{file}");

        // Damage anywhere leaves facts that a file of this length can have.
        for at in (0..bytes.len()).step_by(7) {
            let cut = FileFacts::of(&bytes[..at], format);
            let mut changed = bytes.clone();
            changed[at] ^= 0xFF;
            let changed = FileFacts::of(&changed, format);
            for facts in [cut, changed] {
                assert!(facts.trailing_bytes <= bytes.len() as u64, "{file}, byte {at}");
                assert!((1..=bytes.len()).contains(&(facts.frames as usize)), "{file}, byte {at}");
            }
        }
        seen += 1;
    }
    assert_eq!(seen, 21);
}
