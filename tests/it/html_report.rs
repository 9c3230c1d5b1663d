//! The page of a report.

use std::ops::ControlFlow;

use burn_prep::report::HtmlReport;
use burn_prep::source::ImageFolder;
use burn_prep::validate::{MeanImages, Validator};
use sha2::{Digest, Sha256};

use crate::support::root;

/// A style or script whose hash the policy does not name is refused by browsers: the page would be bare.
#[test]
fn the_policy_of_a_page_names_its_style_and_script() {
    let report = Validator::new(ImageFolder::open(root().join("assets/hostile")).unwrap()).run().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    HtmlReport::new(&report).write(&path).unwrap();
    let html = std::fs::read_to_string(path).unwrap();
    for element in ["style", "script"] {
        let (_, rest) = html.split_once(&format!("<{element}>")).unwrap();
        let (text, _) = rest.split_once(&format!("</{element}>")).unwrap();
        let source = format!("{element}-src 'sha256-{}'", base64(&Sha256::digest(text)));
        assert!(html.contains(&source), "src/report/html/page.rs: expected {source}");
    }
}

/// The page has the average and the deviation of all images, and of each class, and says what they are.
#[test]
fn a_page_has_average_images_of_the_classes() {
    let validator = Validator::new(ImageFolder::open(root().join("assets/photos")).unwrap());
    let validation = validator.run_observed(|_, _| ControlFlow::Continue(())).unwrap();
    let images = MeanImages::of(&validation.records);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    let page = HtmlReport::new(&validation.report).mean_images(&images.means);
    page.deviation_images(&images.deviations).write(&path).unwrap();
    let html = std::fs::read_to_string(path).unwrap();
    for kind in ["Average", "Deviation"] {
        assert_eq!(html.matches(&format!("alt=\"{kind} of ")).count(), 7);
        assert!(html.contains(&format!("alt=\"{kind} of all images\"")));
    }
    assert!(html.contains("Averages of the pictures in gray, at 32x32 pixels."));
    assert!(!html.contains("which the page does not show"));
}

/// The 32 bytes of a hash: ten groups of three bytes, and two bytes at the end.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    assert_eq!(bytes.len(), 32);
    let digits = bytes.chunks(3).flat_map(|group| {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        let digit = move |shift: u32| char::from(DIGITS[((bits >> shift) & 63) as usize]);
        [digit(18), digit(12), digit(6), digit(0)].into_iter().take(group.len() + 1)
    });
    digits.chain(['=']).collect()
}
