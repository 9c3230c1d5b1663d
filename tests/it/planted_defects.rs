//! A small corpus with planted defects: each is found, and what is sound is not accused.

use std::collections::BTreeMap;
use std::path::Path;

use burn_prep::images::{ColorMode, Decoder, Image, ImageSize};
use burn_prep::report::{Check, Report, Severity};
use burn_prep::source::ImageFolder;
use burn_prep::transform::{Filter, Recipe, Resize, Transform};
use burn_prep::validate::Validator;

use crate::support::asset;

/// Pictures that do not resemble one another, of 192x128 pixels or brought to them.
const BASES: [&str; 14] = [
    "animals/cat.jpg",
    "objects/coffee_saucer.jpg",
    "objects/coffee.jpg",
    "people/astronaut.jpg",
    "people/cameraman.jpg",
    "people/hopper.jpg",
    "science/cell.jpg",
    "science/retina.jpg",
    "space/hubble.jpg",
    "space/rocket.jpg",
    "textures/brick.jpg",
    "textures/grass.jpg",
    "textures/gravel.jpg",
    "people/hopper_uniform.jpg",
];

fn base(name: &str) -> Image {
    let image = Decoder::rgb8().decode_file(&asset("photos").join(name)).unwrap().image;
    resized(image, 192, 128)
}

fn resized(image: Image, width: u32, height: u32) -> Image {
    let step = Resize::exact(ImageSize::new(width, height)).filter(Filter::Bicubic);
    Recipe::new().then(step).apply(image).unwrap()
}

/// The picture with each sample changed.
fn mapped(image: &Image, change: impl Fn(f64) -> f64) -> Image {
    let pixels =
        image.pixels().iter().map(|&sample| change(f64::from(sample)).round().clamp(0.0, 255.0) as u8);
    Image::new(image.size(), image.mode(), pixels.collect()).unwrap()
}

/// A picture whose pixel at (x, y) is that of `image` at the place given.
fn moved(image: &Image, size: ImageSize, from: impl Fn(usize, usize) -> (usize, usize)) -> Image {
    let (view, mut pixels) = (image.view(), Vec::new());
    for y in 0..size.height as usize {
        for x in 0..size.width as usize {
            let (x, y) = from(x, y);
            pixels.extend((0..3).map(|channel| view[[y, x, channel]]));
        }
    }
    Image::new(size, ColorMode::Rgb, pixels).unwrap()
}

/// Made very small, and large again.
fn blurred(image: &Image) -> Image {
    let small = resized(image.clone(), 12, 8);
    resized(small, 192, 128)
}

/// Writes the corpus and gives each planted defect with its file.
fn plant(root: &Path) -> Vec<(Check, Vec<String>)> {
    let mut planted = Vec::new();
    for place in ["train/even", "train/odd", "val/even", "val/odd"] {
        std::fs::create_dir_all(root.join(place)).unwrap();
    }
    let write = |name: &str, image: &Image| image.write_png(root.join(name)).unwrap();
    let place = |index: usize| {
        let split = if index % 4 == 3 { "val" } else { "train" };
        let class = if index.is_multiple_of(2) { "even" } else { "odd" };
        format!("{split}/{class}")
    };
    let bases: Vec<Image> = BASES.iter().map(|name| base(name)).collect();
    for (index, image) in bases.iter().enumerate() {
        write(&format!("{}/base_{index:02}.png", place(index)), image);
    }
    let mut add = |check: Check, files: &[String]| planted.push((check, files.to_vec()));
    let name = |index: usize, what: &str| format!("{}/{what}_{index:02}.png", place(index));
    let base_name = |index: usize| name(index, "base");

    write(&name(0, "dark"), &mapped(&bases[0], |v| v * 0.12));
    add(Check::Dark, &[name(0, "dark")]);
    write(&name(1, "light"), &mapped(&bases[1], |v| 255.0 - (255.0 - v) * 0.06));
    add(Check::Light, &[name(1, "light")]);
    write(&name(3, "blurry"), &blurred(&bases[3]));
    add(Check::Blurry, &[name(3, "blurry")]);
    let gray = Image::new(
        bases[5].size(),
        ColorMode::Rgb,
        bases[5].pixels().chunks_exact(3).flat_map(|pixel| [pixel[1]; 3]).collect(),
    );
    write(&name(5, "gray"), &gray.unwrap());
    add(Check::Grayscale, &[name(5, "gray")]);
    let two: Vec<u8> =
        (0..128 * 192).flat_map(|at| if at % 192 < 96 { [230; 3] } else { [40, 80, 200] }).collect();
    write("train/even/two.png", &Image::new(ImageSize::new(192, 128), ColorMode::Rgb, two).unwrap());
    add(Check::LowInformation, &["train/even/two.png".to_owned()]);
    write(
        "train/even/white.png",
        &Image::new(ImageSize::new(192, 128), ColorMode::Rgb, vec![255; 73_728]).unwrap(),
    );
    add(Check::Constant, &["train/even/white.png".to_owned()]);
    write(&name(7, "strip"), &moved(&bases[7], ImageSize::new(192, 20), |x, y| (x, y + 60)));
    add(Check::OddAspectRatio, &[name(7, "strip")]);
    write(&name(9, "large"), &resized(bases[9].clone(), 960, 640));
    add(Check::OddSize, &[name(9, "large")]);
    write(&name(10, "small"), &resized(bases[10].clone(), 30, 20));
    add(Check::Tiny, &[name(10, "small")]);
    write(
        &name(12, "framed"),
        &moved(&bases[12], bases[12].size(), |x, y| if y < 32 { (0, 0) } else { (x, y) }),
    );
    add(Check::Border, &[name(12, "framed")]);

    // The same file in another split, and in another class.
    let copy = |from: String, to: String| {
        std::fs::copy(root.join(&from), root.join(&to)).unwrap();
        vec![from, to]
    };
    let leak = copy(base_name(0), "val/even/leak.png".to_owned());
    add(Check::ExactDuplicate, &leak);
    add(Check::SplitLeak, &leak);
    let conflict = copy(base_name(2), "train/odd/conflict.png".to_owned());
    add(Check::ExactDuplicate, &conflict);
    add(Check::LabelConflict, &conflict);
    let near = |what: &str, index: usize, image: &Image| {
        image.write_png(root.join(name(index, what))).unwrap();
        [base_name(index), name(index, what)]
    };
    add(Check::NearDuplicate, &near("resized", 1, &resized(bases[1].clone(), 135, 90)));
    add(Check::NearDuplicate, &near("bright", 3, &mapped(&bases[3], |v| v * 1.2)));
    let mirrored = moved(&bases[4], bases[4].size(), |x, y| (191 - x, y));
    add(Check::NearDuplicate, &near("mirrored", 4, &mirrored));
    let turned = moved(&bases[8], ImageSize::new(128, 192), |x, y| (y, 127 - x));
    add(Check::NearDuplicate, &near("turned", 8, &turned));

    // Files that break.
    let bytes = std::fs::read(root.join(base_name(6))).unwrap();
    let mut file = |name: &str, bytes: &[u8], check: Check| {
        std::fs::write(root.join("train/odd").join(name), bytes).unwrap();
        add(check, &[format!("train/odd/{name}")]);
    };
    file("cut.png", &bytes[..bytes.len() / 2], Check::Truncated);
    file("nothing.png", b"", Check::Empty);
    file("text.jpg", b"no picture, just words\n", Check::Undecodable);
    file("named.jpg", &bytes, Check::ExtensionMismatch);
    file("trailing.png", &[&bytes[..], &[0; 100]].concat(), Check::TrailingData);
    planted
}

fn found(report: &Report, check: Check, files: &[String]) -> bool {
    let has = |subjects: &[String]| files.iter().all(|file| subjects.contains(file));
    report.findings.iter().any(|finding| finding.check == check && has(&finding.subjects))
}

#[test]
fn every_planted_defect_is_found_and_sound_pictures_are_not_accused() {
    let folder = tempfile::tempdir().unwrap();
    let planted = plant(folder.path());
    assert_eq!(planted.len(), 23);
    let report = Validator::new(ImageFolder::open(folder.path()).unwrap()).run().unwrap();
    let missed: Vec<_> = planted.iter().filter(|(check, files)| !found(&report, *check, files)).collect();
    assert!(missed.is_empty(), "missed {missed:?}\n{report}");

    let message = |file: &str| {
        let of = |finding: &&burn_prep::report::Finding| {
            finding.check == Check::NearDuplicate
                && finding.subjects.iter().any(|subject| subject.contains(file))
        };
        report.findings.iter().find(of).unwrap().message.clone()
    };
    assert!(message("mirrored_04").contains("flipped from left to right"), "{}", message("mirrored_04"));
    assert!(message("turned_08").contains("rotated by 90 degrees clockwise"), "{}", message("turned_08"));

    // Of the pictures in which nothing was planted, the gray cameraman and the textures have no colours.
    let mut accused: BTreeMap<&str, Vec<Check>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.subjects.len() == 1) {
        if finding.severity < Severity::Info && finding.check != Check::Grayscale {
            accused.entry(finding.subject()).or_default().push(finding.check);
        }
    }
    let accused: Vec<_> = accused.iter().filter(|(file, _)| file.contains("base_")).collect();
    assert!(accused.is_empty(), "{accused:?}");
    // Groups are of one picture each.
    for finding in report.findings.iter().filter(|finding| finding.check == Check::NearDuplicate) {
        let of = |file: &String| {
            planted.iter().find(|(_, files)| files.contains(file)).map(|(_, files)| files[0].clone())
        };
        let number = |file: &String| file.rsplit('_').next().map(str::to_owned);
        let pictures: std::collections::BTreeSet<_> = finding
            .subjects
            .iter()
            .map(|file| of(file).map_or(number(file), |first| number(&first)))
            .collect();
        assert_eq!(pictures.len(), 1, "{finding}");
    }
}

/// The report does not depend on the threads.
#[test]
fn threads_do_not_change_the_report() {
    let folder = tempfile::tempdir().unwrap();
    plant(folder.path());
    let validator = Validator::new(ImageFolder::open(folder.path()).unwrap());
    let of = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        serde_json::to_string(&pool.install(|| validator.run()).unwrap()).unwrap()
    };
    let one = of(1);
    assert!(one.len() > 5000 && one == of(2) && one == of(8));
}
