//! Plans: made of a report, edited, and applied to a new folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use burn_prep::images::Decoder;
use burn_prep::report::{Check, Report};
use burn_prep::source::Exclusions;

/// The folder `assets` of the repository.
fn assets() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets"))
}

/// A dataset in a temporary folder, beside which plans and new folders are made.
struct Made {
    all: tempfile::TempDir,
}

impl Made {
    /// Of copies of assets, under other names.
    fn new(files: &[(&str, &str)]) -> Self {
        let all = tempfile::tempdir().unwrap();
        for (name, asset) in files {
            let path = all.path().join("data").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::copy(assets().join(asset), path).unwrap();
        }
        Self { all }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.all.path().join(name)
    }

    fn run(&self, line: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_burn-prep"));
        command.args(line.split_whitespace()).current_dir(self.all.path()).output().unwrap()
    }

    /// Runs a command that succeeds, and gives what it prints.
    fn print(&self, line: &str) -> String {
        let output = self.run(line);
        assert_eq!(output.status.code(), Some(0), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that is refused, and gives the error.
    fn refused(&self, line: &str) -> String {
        let output = self.run(line);
        assert_eq!(output.status.code(), Some(2), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stderr).unwrap()
    }

    fn report(&self, dir: &str) -> Report {
        self.run(&format!("validate {dir} -q --json report.json"));
        Report::read_json(self.path("report.json")).unwrap()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// All files below a folder, with their bytes.
    fn files(&self, dir: &str) -> BTreeMap<String, Vec<u8>> {
        let (root, mut files) = (self.path(dir), BTreeMap::new());
        let mut open = vec![root.clone()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                    files.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
        files
    }

    /// What lies beside the dataset.
    fn beside(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.all.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Copies within a split, across splits, across classes, and under a name that is a formula.
fn copies() -> Made {
    let files = [
        ("train/animals/cat.jpg", "photos/animals/cat.jpg"),
        ("train/animals/copy.jpg", "photos/animals/cat.jpg"),
        ("test/animals/cat.jpg", "photos/animals/cat.jpg"),
        ("train/space/rocket.jpg", "photos/space/rocket.jpg"),
        ("=1+1.jpg", "photos/space/rocket.jpg"),
        ("train/animals/hubble.jpg", "photos/space/hubble.jpg"),
        ("test/space/hubble.jpg", "photos/space/hubble.jpg"),
        ("train/space/coffee.jpg", "photos/objects/coffee.jpg"),
    ];
    let made = Made::new(&files);
    std::fs::write(made.path("data/labels.txt"), "what the classes mean").unwrap();
    made
}

#[test]
fn duplicates_are_planned_reviewed_and_left_out_of_a_new_folder() {
    let made = copies();
    let before = made.files("data");
    let report = made.report("data");
    assert!(report.count(Check::SplitLeak) == 2 && report.count(Check::LabelConflict) == 1);

    let printed = made.print("dedup report.json --plan plan.csv --exclude bad.txt");
    assert!(printed.starts_with("3 groups of copies: 2 files to keep, 3 to drop, 2 to review"), "{printed}");
    let plan = made.read("plan.csv");
    let lines: Vec<&str> = plan.lines().collect();
    assert_eq!(lines[0], "cluster,file,action,name,reason,check,size,bytes");
    assert_eq!(lines[1], "1,./=1+1.jpg,keep,,kept of 2 copies,exact_duplicate,192x128,5146");
    let dropped = "1,train/space/rocket.jpg,drop,,the same bytes as =1+1.jpg,exact_duplicate,192x128,5146";
    assert_eq!(lines[2], dropped);
    assert!(lines[3].starts_with("2,test/animals/cat.jpg,keep,"), "{plan}");
    let leak = "2,train/animals/cat.jpg,drop,,\"the same bytes as test/animals/cat.jpg, in the split test\",";
    assert!(lines[4].starts_with(leak) && lines[4].contains("exact_duplicate split_leak"), "{plan}");
    assert!(lines[6].starts_with("3,test/space/hubble.jpg,review,,\"copies in the classes animals, space"));
    assert_eq!(lines.len(), 8);
    let exclusions = Exclusions::read(made.path("bad.txt")).unwrap();
    let names = ["train/animals/cat.jpg", "train/animals/copy.jpg", "train/space/rocket.jpg"];
    assert_eq!(exclusions, Exclusions::new(names));

    let refused = made.refused("apply plan.csv --from data --to new");
    let expected = "plan.csv: not a valid plan: row 7 (\"test/space/hubble.jpg\"): 2 rows say review";
    assert!(refused.contains(expected), "{refused}");
    let reviewed = plan
        .replace("test/space/hubble.jpg,review", "test/space/hubble.jpg,keep")
        .replace("train/animals/hubble.jpg,review", "train/animals/hubble.jpg,drop");
    std::fs::write(made.path("plan.csv"), reviewed).unwrap();
    let printed = made.print("apply plan.csv --from data --to new -q");
    assert_eq!(printed, "5 files copied, 0 renamed, 0 converted to PNG, 4 dropped\n");

    assert_eq!(made.files("data"), before);
    let mut expected = before;
    for name in names.into_iter().chain(["train/animals/hubble.jpg"]) {
        expected.remove(name).unwrap();
    }
    assert_eq!(made.files("new"), expected);
    let report = made.report("new");
    let solved = [Check::ExactDuplicate, Check::NearDuplicate, Check::SplitLeak, Check::LabelConflict];
    assert_eq!(solved.map(|check| report.count(check)), [0; 4]);
    assert_eq!(made.beside(), ["bad.txt", "data", "new", "plan.csv", "report.json"]);

    made.print("apply plan.csv --from data --exclude reviewed.txt");
    assert!(made.read("reviewed.txt").contains("train/animals/hubble.jpg\n"));
}

#[test]
fn files_are_mended_in_a_new_folder() {
    let made = Made::new(&[
        ("a/png_named.jpg", "hostile/png_named.jpg"),
        ("a/png_named.png", "photos/animals/cat_face.png"),
        ("a/turned.jpg", "hostile/turned.jpg"),
        ("a/cmyk.jpg", "hostile/cmyk.jpg"),
        ("a/truncated.jpg", "hostile/truncated.jpg"),
        ("b/rocket.jpg", "photos/space/rocket.jpg"),
        ("b/rocket_again.jpg", "photos/space/rocket.jpg"),
        ("b/coffee.jpg", "photos/objects/coffee.jpg"),
    ]);
    let before = made.files("data");
    made.report("data");
    let printed = made.print("fix report.json --plan fixes.csv");
    assert!(printed.starts_with("3 files to change, 2 to drop, 0 to review\n"), "{printed}");
    let plan = made.read("fixes.csv");
    let rows = [
        ",a/cmyk.jpg,rgb,a/cmyk.png,\"colours, Cmyk8 in the file\",color_model,,3412\n",
        ",a/png_named.jpg,rename,a/png_named_2.png,the content is PNG,extension_mismatch,,8029\n",
        ",a/truncated.jpg,drop,,truncated JPEG image",
        ",a/turned.jpg,upright,a/turned.png,stored with orientation 6,orientation,,1798\n",
        ",b/rocket_again.jpg,drop,,the same bytes as b/rocket.jpg,exact_duplicate,,5146\n",
    ];
    assert!(rows.iter().all(|row| plan.contains(row)) && plan.lines().count() == 6, "{plan}");

    // A file that was fetched again is not dropped.
    let cut = std::fs::read(made.path("data/a/truncated.jpg")).unwrap();
    std::fs::copy(assets().join("photos/animals/cat.jpg"), made.path("data/a/truncated.jpg")).unwrap();
    let refused = made.refused("apply fixes.csv --from data --to new");
    assert!(refused.contains("(\"a/truncated.jpg\"): the file has 7673 bytes, expected 881"), "{refused}");
    std::fs::write(made.path("data/a/truncated.jpg"), cut).unwrap();

    let printed = made.print("apply fixes.csv --from data --to new");
    assert_eq!(printed, "3 files copied, 1 renamed, 2 converted to PNG, 2 dropped\n");
    assert_eq!(made.files("data"), before);
    let new = made.files("new");
    assert_eq!(new["a/png_named_2.png"], before["a/png_named.jpg"]);
    let decoded = |bytes: &[u8]| Decoder::rgb8().decode(bytes).unwrap();
    let upright = decoded(&new["a/turned.png"]);
    assert_eq!((upright.source.exif_orientation, upright.source.size.to_string().as_str()), (1, "40x60"));
    assert_eq!(upright.image, decoded(&before["a/turned.jpg"]).image);
    assert_eq!(decoded(&new["a/cmyk.png"]).source.color, "Rgb8");
    let report = made.report("new");
    let solved = [Check::Orientation, Check::ExtensionMismatch, Check::ColorModel, Check::ExactDuplicate];
    assert_eq!(solved.map(|check| report.count(check)), [0; 4]);
    assert_eq!(report.unusable().count(), 0);
}

#[test]
fn a_plan_that_does_not_fit_writes_nothing() {
    let made = copies();
    let before = made.files("data");
    let refused = |rows: &str| {
        std::fs::write(made.path("plan.csv"), format!("file,action,name\n{rows}\n")).unwrap();
        made.refused("apply plan.csv --from data --to new -q")
    };
    let cases = [
        ("=1+1.jpg,keep,\nno/such.jpg,drop,", "row 3 (\"no/such.jpg\"): there is no such file in \"data\""),
        ("../plan.csv,drop,", "row 2 (\"../plan.csv\"): the file is no name below the folder"),
        ("labels.txt,rename,../labels.txt", "the new name \"../labels.txt\" is no name below the folder"),
        (
            "labels.txt,rename,/elsewhere/labels.txt",
            "the new name \"/elsewhere/labels.txt\" is no name below the folder",
        ),
        ("labels.txt,rename,=1+1.jpg/labels.txt", "which is taken in the new folder"),
        ("labels.txt,rename,", "the action is rename, and the column name is empty"),
        ("train/animals/cat.jpg,rgb,", "the new name is \"train/animals/cat.jpg\", expected .png"),
        (
            "train/animals/cat.jpg,rename,train/animals/copy.jpg",
            "row 2 (\"train/animals/cat.jpg\"): two files",
        ),
        ("labels.txt,drop,\nlabels.txt,keep,", "row 3 (\"labels.txt\"): row 2 has the same file"),
        ("labels.txt,delete,", "row 2 (\"labels.txt\"): action is delete, expected keep, drop, review"),
    ];
    for (rows, expected) in cases {
        let found = refused(rows);
        assert!(found.contains(expected), "{rows}: {found}");
    }
    std::fs::write(made.path("plan.csv"), "file,action\n").unwrap();
    let inside = made.refused("apply plan.csv --from data --to data/new");
    assert!(inside.contains("data/new: the new folder is inside of it"), "{inside}");
    let full = made.refused("apply plan.csv --from data --to data/train");
    assert!(full.contains("data/train: the new folder is not empty"), "{full}");
    // What cannot be decoded is found while the folder is written.
    std::fs::write(made.path("plan.csv"), "file,action,name\nlabels.txt,rgb,labels.png\n").unwrap();
    let failed = made.run("apply plan.csv --from data --to new -q");
    assert_eq!(failed.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("data/labels.txt: not a readable image"));
    assert_eq!(made.beside(), ["data", "plan.csv"]);
    assert_eq!(made.files("data"), before);
    // An empty folder may be there.
    std::fs::write(made.path("plan.csv"), "file,action\n").unwrap();
    std::fs::create_dir(made.path("new")).unwrap();
    made.print("apply plan.csv --from data --to new --link -q");
    assert_eq!(made.files("new"), before);
}

/// Both plans drop all copies but one; after an edit these may be different ones.
#[test]
fn two_plans_do_not_drop_the_last_copy() {
    let cat = "photos/animals/cat.jpg";
    let made = Made::new(&[("a/1.jpg", cat), ("a/2.jpg", cat), ("b/3.jpg", "photos/objects/coffee.jpg")]);
    made.report("data");
    made.print("dedup report.json --plan plan.csv");
    made.print("fix report.json --plan fixes.csv");
    made.print("apply plan.csv fixes.csv --from data --to new -q");
    assert!(made.files("new").contains_key("a/1.jpg"));

    let plan = made.read("plan.csv");
    let edited = plan.replace("a/1.jpg,keep", "a/1.jpg,drop").replace("a/2.jpg,drop", "a/2.jpg,keep");
    assert_ne!(edited, plan);
    std::fs::write(made.path("plan.csv"), edited).unwrap();
    for plans in ["plan.csv fixes.csv", "fixes.csv plan.csv"] {
        let refused = made.refused(&format!("apply {plans} --from data --to other -q"));
        assert!(
            refused.contains("plan.csv: not a valid plan: row 3 (\"a/2.jpg\"): it is kept here, but row")
        );
        let why = "of \"fixes.csv\" drops it as a copy, so that no copy of it is left";
        assert!(refused.contains(why), "{refused}");
    }
    made.print("apply plan.csv --from data --to other -q");
    assert!(made.files("other").contains_key("a/2.jpg"));
}

#[test]
fn files_that_changed_since_are_refused() {
    let made = copies();
    let other = assets().join("photos/space/rocket_pad.jpg");
    let rocket = made.path("data/train/space/rocket.jpg");
    let whole = std::fs::read(&rocket).unwrap();
    made.report("data");
    made.print("dedup report.json --plan plan.csv");
    let plan = made.read("plan.csv").replace(",review,", ",keep,");
    std::fs::write(made.path("plan.csv"), plan).unwrap();
    std::fs::copy(other, &rocket).unwrap();
    let refused = made.refused("dedup report.json --plan new.csv");
    let expected =
        "it says that \"=1+1.jpg\" and \"train/space/rocket.jpg\" have the same bytes, which they have not";
    assert!(refused.contains(expected), "{refused}");
    made.refused("fix report.json --plan new.csv");
    let refused = made.refused("apply plan.csv --from data --to new");
    let length = std::fs::metadata(&rocket).unwrap().len();
    let expected =
        format!("(\"train/space/rocket.jpg\"): the file has {length} bytes, expected 5146: it has changed");
    assert!(refused.contains(&expected), "{refused}");
    assert_eq!(made.beside(), ["data", "plan.csv", "report.json"]);
    std::fs::write(&rocket, whole).unwrap();
    made.print("apply plan.csv --from data --to new");
}

#[test]
fn what_somebody_edited_is_not_written_over() {
    let cat = "photos/animals/cat.jpg";
    let made = Made::new(&[("a/1.jpg", cat), ("a/2.jpg", cat)]);
    made.report("data");
    let printed = made.print("dedup report.json --plan plan.csv");
    assert!(printed.starts_with("1 group of copies: 1 file to keep, 1 to drop, 0 to review\n"), "{printed}");
    // The same plan again changes nothing.
    made.print("dedup report.json --plan plan.csv");
    let edited = made.read("plan.csv").replace("a/2.jpg,drop", "a/2.jpg,keep");
    std::fs::write(made.path("plan.csv"), &edited).unwrap();
    let report = made.read("report.json");
    for line in [
        "dedup report.json --plan plan.csv",
        "fix report.json --plan plan.csv",
        "dedup report.json --plan report.json",
        "dedup report.json --plan new.csv --exclude ./new.csv",
        "dedup report.json --plan new.csv --exclude ./report.json",
        "apply plan.csv --from data --exclude ./plan.csv",
    ] {
        made.refused(line);
    }
    assert_eq!((made.read("plan.csv"), made.read("report.json")), (edited, report));
    assert_eq!(made.beside(), ["data", "plan.csv", "report.json"]);
}

#[cfg(unix)]
#[test]
fn links_share_the_file_and_ctrl_c_leaves_nothing() {
    use std::io::BufRead;
    use std::os::unix::fs::MetadataExt;

    let made = Made::new(&[("a/0.jpg", "photos/space/rocket.jpg")]);
    std::fs::write(made.path("plan.csv"), "file,action,name\na/0.jpg,rename,a/1.jpg\n").unwrap();
    made.print("apply plan.csv --from data --to linked --link -q");
    let inode = |name: &str| std::fs::metadata(made.path(name)).unwrap().ino();
    assert_eq!(inode("linked/a/1.jpg"), inode("data/a/0.jpg"));
    // A link is no new folder, whatever it leads to.
    std::fs::create_dir(made.path("empty")).unwrap();
    std::os::unix::fs::symlink(made.path("empty"), made.path("link")).unwrap();
    let refused = made.refused("apply plan.csv --from data --to link -q");
    assert!(refused.contains("link: the new folder is a link"), "{refused}");

    let mut plan = "file,action,name\n".to_owned();
    let image = burn_prep::images::Image::new(
        burn_prep::images::ImageSize::square(700),
        burn_prep::images::ColorMode::Rgb,
        (0..700 * 700 * 3_usize).map(|at| (at.wrapping_mul(31) ^ (at >> 3)) as u8).collect(),
    );
    image.unwrap().write_png(made.path("data/a/0.png")).unwrap();
    for index in 1..400 {
        let name = format!("a/{index:03}.png");
        std::fs::hard_link(made.path("data/a/0.png"), made.path("data").join(&name)).unwrap();
        plan += &format!("{name},rgb,\n");
    }
    std::fs::write(made.path("plan.csv"), plan).unwrap();
    let before = made.beside();
    let mut run = Command::new(env!("CARGO_BIN_EXE_burn-prep"))
        .args(["apply", "plan.csv", "--from", "data", "--to", "new"])
        .env("RAYON_NUM_THREADS", "1")
        .current_dir(made.all.path())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // The first line comes once Ctrl-C is caught.
    let mut line = String::new();
    std::io::BufReader::new(run.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "401 files to look at\n");
    assert!(Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    assert_eq!(made.beside(), before);
}
