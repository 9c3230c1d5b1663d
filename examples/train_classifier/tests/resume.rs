//! The example `resume`, killed at random places and continued.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PHOTOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/photos");

/// The example with its states in `out`.
fn resume(photos: &Path, out: &Path, workers: usize, pause: u64) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_resume"));
    command.arg(photos).arg("--out").arg(out).arg("--epochs=16");
    command.arg(format!("--workers={workers}")).arg(format!("--pause={pause}")).stdout(Stdio::piped());
    command
}

/// The names of the states, which say how far a run came.
fn states(out: &Path) -> Vec<String> {
    let names = std::fs::read_dir(out).into_iter().flatten().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.starts_with("epoch-"));
    names.sort();
    names
}

/// What a run printed that went to its end.
fn finish(out: &Path, workers: usize) -> String {
    let run = resume(Path::new(PHOTOS), out, workers, 0).output().unwrap();
    assert!(run.status.success(), "{run:?}");
    String::from_utf8(run.stdout).unwrap()
}

fn weights(printed: &str) -> &str {
    printed.trim().rsplit_once("weights ").expect(printed).1
}

#[test]
fn a_run_that_is_killed_again_and_again_comes_to_the_same_weights() {
    let folder = tempfile::tempdir().unwrap();
    let whole = finish(&folder.path().join("whole"), 2);
    assert!(whole.starts_with("160 steps"), "{whole}");

    let out = folder.path().join("killed");
    for (workers, batches) in [(2, 7), (0, 3), (8, 11)] {
        let before = states(&out).pop();
        let mut run = resume(Path::new(PHOTOS), &out, workers, 20).spawn().unwrap();
        let began = Instant::now();
        while states(&out).pop() == before {
            assert!(began.elapsed() < Duration::from_secs(60), "no state is saved");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(20 * batches));
        run.kill().unwrap();
        assert!(!run.wait().unwrap().success(), "it ended before it was killed");
    }
    let rest = finish(&out, 1);
    assert!(rest.starts_with("goes on in epoch "), "{rest}");
    assert_eq!(weights(&rest), weights(&whole));
}

#[test]
fn a_state_of_other_images_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let (photos, out) = (folder.path().join("photos"), folder.path().join("out"));
    for (class, name) in [("animals", "cat.jpg"), ("objects", "clock.jpg")] {
        std::fs::create_dir_all(photos.join(class)).unwrap();
        std::fs::copy(Path::new(PHOTOS).join(class).join(name), photos.join(class).join(name)).unwrap();
    }
    finish(&out, 1);
    let run = resume(&photos, &out, 1, 0).output().unwrap();
    assert!(!run.status.success());
    let error = String::from_utf8(run.stderr).unwrap();
    assert!(error.contains("state.source is 40 samples") && error.contains("2 samples"), "{error}");
}
