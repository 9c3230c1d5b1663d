#!/usr/bin/env python3
"""Makes test vectors of label errors: cleanlab's scores, joints and flags, in the form of label_errors/cases.json.

    pip install cleanlab==2.9.0 numpy==2.4.6
    python tests/golden/make_label_errors.py FOLDER --seed 1
    BURN_PREP_GOLDEN=FOLDER cargo test -p burn-prep-tests label_errors

Probabilities are those of a made-up model that knows the true labels up to a noise, rounded, so that what cleanlab
sees is what the file has. cleanlab sorts by `np.argsort` as it is, which gives equal scores, and equal fractions that
are rounded, in an order that depends on the machine's vector units; here the sort is stable. How many flags that
changes is printed.
"""
import argparse
import json
import warnings
from pathlib import Path

import cleanlab
import numpy as np
from cleanlab.count import compute_confident_joint, get_confident_thresholds, num_label_issues
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

FILTERS = ["prune_by_noise_rate", "prune_by_class", "both", "confident_learning", "predicted_neq_given"]
SCORES = ["self_confidence", "normalized_margin", "confidence_weighted_entropy"]
UNSTABLE = np.argsort


def stable(*args, **kwargs):
    return UNSTABLE(*args, **{"kind": "stable", **kwargs})


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def model(rng, truth, classes, skill=2.0):
    """What a model says of samples of which the truth is known: of a higher skill it is surer, and more often right."""
    logits = rng.normal(size=(len(truth), classes))
    logits[np.arange(len(truth)), truth] += skill
    return softmax(logits)


def noisy(rng, truth, classes, share):
    """Labels of which a share is replaced by other classes."""
    labels = truth.copy()
    wrong = rng.random(len(truth)) < share
    labels[wrong] = (truth[wrong] + rng.integers(1, classes, wrong.sum())) % classes
    return labels


def plain_case(rng, classes, rows, share, skill=2.0, prior=None):
    truth = rng.choice(classes, rows, p=prior)
    return noisy(rng, truth, classes, share), model(rng, truth, classes, skill)


def in_tenths(probabilities):
    """Rows of tenths whose sum is 1: the largest takes the rest."""
    tenths = np.round(probabilities, 1)
    largest = np.arange(len(tenths)), tenths.argmax(axis=1)
    tenths[largest] += 1 - tenths.sum(axis=1)
    return tenths


def made(rng):
    """Names, labels, probabilities and the decimals to which these are rounded (none: as they are)."""
    yield "two_classes_few_rows", *plain_case(rng, 2, 50, 0.1), 6
    yield "two_classes_many_rows", *plain_case(rng, 2, 2000, 0.2, 1.5), 6
    yield "three_classes_full_precision", *plain_case(rng, 3, 300, 0.15), None
    yield "imbalanced", *plain_case(rng, 5, 1000, 0.1, prior=[0.6, 0.25, 0.1, 0.04, 0.01]), 5
    yield "ten_classes", *plain_case(rng, 10, 800, 0.1, 3.0), 5
    yield "twenty_classes", *plain_case(rng, 20, 1200, 0.15, 3.5), 5
    yield "weak_model", *plain_case(rng, 6, 400, 0.1, 0.5), 5
    yield "labels_without_meaning", *plain_case(rng, 4, 300, 0.75), 5
    yield "no_errors", *plain_case(rng, 3, 200, 0.0, 8.0), 6
    labels, probabilities = plain_case(rng, 4, 400, 0.2)
    yield "equal_scores", labels, in_tenths(probabilities), 1
    labels, probabilities = plain_case(rng, 3, 60, 0.2)
    yield "all_rows_alike", labels, np.full_like(probabilities, 0.3333), 4
    labels, probabilities = plain_case(rng, 3, 100, 0.2)
    yield "certain_predictions", labels, np.eye(3)[probabilities.argmax(axis=1)], 1
    labels, probabilities = plain_case(rng, 6, 400, 0.15)
    yield "classes_without_labels", np.where(np.isin(labels, [1, 4]), 0, labels), probabilities, 5
    labels, probabilities = plain_case(rng, 4, 120, 0.1, prior=[0.5, 0.3, 0.2, 0.0])
    labels[labels == 3] = 2
    labels[7] = 3
    yield "class_of_one_sample", labels, probabilities, 5
    truth = rng.choice(3, 240)
    labels = np.where(rng.random(240) < 0.9, np.array([1, 0, 2])[truth], truth)
    yield "two_classes_swapped", labels, model(rng, truth, 3, 2.5), 5
    # A label whose samples are one of each other class: the rounded diagonal of its calibrated counts is 0.
    truth = np.concatenate([np.arange(1, 6), rng.permutation(np.repeat(np.arange(1, 6), 10))])
    labels = np.where(np.arange(len(truth)) < 5, 0, truth)
    yield "label_of_other_classes", labels, np.where(truth[:, None] == np.arange(6), 0.95, 0.01), 2
    # Another class is likelier by less than cleanlab's tolerance, or by more.
    labels = rng.integers(0, 2, 80)
    beyond = rng.choice([-4e-6, -1.2e-6, -0.8e-6, -1e-7, 1e-7, 3e-6], 80)
    own = 0.5 + beyond / 2
    yield "within_the_tolerance", labels, np.where(labels[:, None] == [0, 1], own[:, None], 1 - own[:, None]), 9
    yield "four_rows", np.array([0, 1, 1, 0]), np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]]), 1
    labels, probabilities = plain_case(rng, 8, 200, 0.15)
    yield "single_precision", labels, probabilities.astype(np.float32), None


def flags(labels, probabilities):
    masks = {by: find_label_issues(labels, probabilities, filter_by=by, n_jobs=1) for by in FILTERS}
    return {by: np.flatnonzero(mask).tolist() for by, mask in masks.items()}


def answers(labels, probabilities):
    thresholds = get_confident_thresholds(labels, probabilities)

    def joint(calibrate):
        return compute_confident_joint(labels, probabilities, calibrate=calibrate).tolist()

    def ranked(by):
        return find_label_issues(labels, probabilities, return_indices_ranked_by=by, n_jobs=1).tolist()

    scores = {by: get_label_quality_scores(labels, probabilities, method=by) for by in SCORES}
    return {
        # 2 stands for a class without labels.
        "thresholds": [None if threshold == 2 else round(float(threshold), 12) for threshold in thresholds],
        "confident_joint": joint(False),
        "calibrated_joint": joint(True),
        "errors": int(num_label_issues(labels, probabilities, estimation_method="off_diagonal_calibrated")),
        "scores": {by: [round(float(score), 9) for score in of_rows] for by, of_rows in scores.items()},
        "flags": flags(labels, probabilities),
        "ranked": {by: ranked(by) for by in SCORES},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(arguments.seed)
    cases = []
    for name, labels, probabilities, decimals in made(rng):
        if decimals is not None:
            probabilities = np.round(probabilities, decimals)
        stock = flags(labels, probabilities)
        np.argsort = stable
        case = answers(labels, probabilities)
        np.argsort = UNSTABLE
        changed = {by: len(set(stock[by]) ^ set(case["flags"][by])) for by in FILTERS}
        shape = "x".join(map(str, probabilities.shape))
        print(name, shape, {by: len(rows) for by, rows in case["flags"].items()}, "changed:", sum(changed.values()))
        # The shortest decimals that give the same number back.
        written = [[float(str(value)) for value in row] for row in probabilities]
        cases.append({"id": name, "dtype": probabilities.dtype.name, "labels": labels.tolist(),
                      "probabilities": written, "expect": case})
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    head = json.dumps({"format": 1, "cleanlab": cleanlab.__version__, "numpy": np.__version__,
                       "seed": arguments.seed})
    path = arguments.folder / "label_errors" / "cases.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{head[:-1]}, "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
