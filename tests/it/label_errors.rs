//! Label errors against cleanlab 2.9 (`tests/golden/make_label_errors.py`, versions in the file).

use std::collections::{BTreeMap, BTreeSet};

use burn_prep::arrays::ArrayElement;
use burn_prep::label_errors::{FilterBy, LabelErrors, LabelQuality};
use ndarray::{Array2, ArrayView2};
use serde_json::Value as Json;

use crate::golden::{folder, list_of};
use crate::support::say;

/// Scores are rounded to 9 decimals in the file, and some are computed from f32.
const TOLERANCE: f64 = 1e-6;

/// The share of labels that have to be flagged as by cleanlab; of the project's own cases all have to.
/// cleanlab calibrates the joint in floats, whose last digit decides between equal fractions.
const LEAST_AGREEMENT: f64 = 0.99;

#[test]
fn golden_label_errors() {
    let (folder, own) = folder();
    let path = folder.join("label_errors/cases.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let json: Json = serde_json::from_str(&text).unwrap();
    let (mut rows, mut differing) = (0, BTreeMap::<String, usize>::new());
    let cases = json["cases"].as_array().unwrap();
    for case in cases {
        let probabilities = probabilities_of(case);
        rows += probabilities.nrows();
        let other = match case["dtype"].as_str().unwrap() {
            "float64" => compare(case, probabilities.view(), own),
            "float32" => compare(case, probabilities.mapv(|probability| probability as f32).view(), own),
            other => panic!("{}: dtype {other}", case["id"]),
        };
        for (by, count) in other {
            *differing.entry(by).or_default() += count;
        }
    }
    for (by, count) in &differing {
        say(&format!("{by}: {} of {rows} labels as cleanlab has them", rows - count));
        let most = if own { 0.0 } else { (1.0 - LEAST_AGREEMENT) * rows as f64 };
        assert!(*count as f64 <= most, "{by}: {count} of {rows} labels differ");
    }
    assert_eq!(differing.len(), FilterBy::ALL.len());
    if own {
        assert_eq!((cases.len(), rows), (19, 7909));
    }
}

fn probabilities_of(case: &Json) -> Array2<f64> {
    let rows = case["probabilities"].as_array().unwrap();
    let values = rows.iter().flat_map(|row| list_of(row, |value| value.as_f64().unwrap()));
    let values: Vec<f64> = values.collect();
    Array2::from_shape_vec([rows.len(), values.len() / rows.len()], values).unwrap()
}

/// Compares all but the flags, and counts the labels that are flagged otherwise.
fn compare<E: ArrayElement>(
    case: &Json,
    probabilities: ArrayView2<'_, E>,
    own: bool,
) -> BTreeMap<String, usize> {
    let (id, expected) = (&case["id"], &case["expect"]);
    let index = |value: &Json| value.as_u64().unwrap() as usize;
    let labels = list_of(&case["labels"], index);
    let flagged = |by: FilterBy| {
        let errors = LabelErrors::find(&labels, probabilities, by).unwrap();
        let found: BTreeSet<usize> = errors.ranked_by(|scores| scores.self_confidence).into_iter().collect();
        assert_eq!((found.len(), errors.flags.len()), (errors.count(), labels.len()), "{id} {by}");
        let expected: BTreeSet<usize> =
            list_of(&expected["flags"][by.to_string()], index).into_iter().collect();
        (by.to_string(), found.symmetric_difference(&expected).count())
    };
    let flagged: BTreeMap<String, usize> = FilterBy::ALL.into_iter().map(flagged).collect();

    let errors = LabelErrors::find(&labels, probabilities, FilterBy::default()).unwrap();
    for (class, expected) in expected["thresholds"].as_array().unwrap().iter().enumerate() {
        match (errors.thresholds.values()[class], expected.as_f64()) {
            (None, None) => {}
            (Some(a), Some(b)) if (a - b).abs() <= TOLERANCE => {}
            (found, _) => panic!("{id}: threshold of class {class} is {found:?} instead of {expected}"),
        }
    }

    let classes = probabilities.ncols();
    assert_eq!(errors.thresholds.values().len(), classes, "{id}");
    for (given, class) in (0..classes).flat_map(|given| (0..classes).map(move |class| (given, class))) {
        let counted = index(&expected["confident_joint"][given][class]);
        assert_eq!(errors.joint.counted(given, class), counted, "{id}: label {given}, class {class}");
        let calibrated = index(&expected["calibrated_joint"][given][class]);
        let off = errors.joint.calibrated(given, class).abs_diff(calibrated);
        assert!(off <= usize::from(!own), "{id}: label {given}, class {class}: {off} from {calibrated}");
    }
    let off = errors.joint.errors().abs_diff(index(&expected["errors"]));
    assert!(!own || off == 0, "{id}: {off} from {} errors", expected["errors"]);

    for (name, score) in SCORES {
        let expected_scores = list_of(&expected["scores"][name], |value| value.as_f64().unwrap());
        assert_eq!(errors.scores.len(), expected_scores.len(), "{id}: {name}");
        for (row, (scores, expected)) in errors.scores.iter().zip(expected_scores).enumerate() {
            let found = score(scores);
            let is_close = (found - expected).abs() <= TOLERANCE;
            assert!(is_close, "{id}: {name} of {row} is {found} instead of {expected}");
        }
        // Scores that are equal but for their last digit are in any order.
        let ranked = errors.ranked_by(score);
        if own {
            let expected = list_of(&expected["ranked"][name], index);
            assert_eq!(ranked.len(), expected.len(), "{id}: ranked by {name}");
            for (found, expected) in ranked.iter().zip(expected) {
                let apart = score(&errors.scores[*found]) - score(&errors.scores[expected]);
                assert!(apart.abs() <= TOLERANCE, "{id}: ranked by {name}, {found} instead of {expected}");
            }
        }
        assert!(ranked.is_sorted_by_key(|row| score(&errors.scores[*row])), "{id}: ranked by {name}");
    }

    // One by one, from memory of its own, each row has the bits that it has among all.
    for (row, (label, quality)) in labels.iter().zip(&errors.scores).enumerate() {
        let alone = LabelQuality::of(*label, probabilities.row(row).to_owned().view()).unwrap();
        assert_eq!((alone.label, alone.predicted), (quality.label, quality.predicted), "{id}: {row}");
        for (name, score) in SCORES {
            assert_eq!(score(&alone).to_bits(), score(quality).to_bits(), "{id}: {name} of {row}");
        }
    }
    flagged
}

type Score = fn(&LabelQuality) -> f64;

const SCORES: [(&str, Score); 3] = [
    ("self_confidence", |scores| scores.self_confidence),
    ("normalized_margin", |scores| scores.normalized_margin),
    ("confidence_weighted_entropy", |scores| scores.confidence_weighted_entropy),
];

/// The same numbers in another order of memory, of rows that are not contiguous, or stored and read again.
#[test]
fn the_layout_of_probabilities_does_not_matter() {
    let state = |at: usize| (at * 2_654_435_761 % 1009 + 1) as f64;
    let mut probabilities = Array2::from_shape_fn([120, 5], |(row, class)| state(row * 5 + class));
    for mut row in probabilities.rows_mut() {
        let sum = row.sum();
        row /= sum;
    }
    let labels: Vec<usize> = (0..120).map(|row| row * 7 % 5).collect();
    let by_columns = Array2::from_shape_fn([5, 120], |(class, row)| probabilities[[row, class]]);
    for by in FilterBy::ALL {
        let errors = LabelErrors::find(&labels, probabilities.view(), by).unwrap();
        assert!(errors.count() > 0, "{by}");
        assert_eq!(LabelErrors::find(&labels, by_columns.t(), by).unwrap(), errors, "{by}");
        let stored = serde_json::to_string(&errors).unwrap();
        assert_eq!(serde_json::from_str::<LabelErrors>(&stored).unwrap(), errors, "{by}");
    }
}

/// "Both" chooses what two others do, and none flags a label that is predicted.
#[test]
fn filters_keep_their_relations() {
    let (labels, probabilities): (Vec<usize>, Vec<[f64; 3]>) = (0..300_usize)
        .map(|row| {
            let sure = 0.4 + 0.6 * ((row * 37 % 101) as f64 / 101.0);
            let rest = (1.0 - sure) / 2.0;
            let mut probabilities = [rest; 3];
            probabilities[row % 3] = sure;
            // A tenth of the labels is another class.
            ((row + usize::from(row % 10 == 3)) % 3, probabilities)
        })
        .unzip();
    let probabilities = Array2::from(probabilities);
    let flags = |by: FilterBy| LabelErrors::find(&labels, probabilities.view(), by).unwrap().flags;
    let by_noise_rate = flags(FilterBy::PruneByNoiseRate);
    let by_class = flags(FilterBy::PruneByClass);
    let both: Vec<bool> = by_noise_rate.iter().zip(&by_class).map(|(a, b)| *a && *b).collect();
    assert!(both.contains(&true));
    assert_eq!(flags(FilterBy::Both), both);
    let wrong: Vec<bool> = (0..300).map(|row| row % 10 == 3).collect();
    assert_eq!(flags(FilterBy::PredictedNeqGiven), wrong);
    for by in FilterBy::ALL {
        assert!(flags(by).iter().zip(&wrong).all(|(flag, wrong)| *wrong || !flag), "{by}");
    }
}
