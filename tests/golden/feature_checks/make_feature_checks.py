#!/usr/bin/env python3
"""Makes feature_checks/cases.json: what cleanlab's Datalab says of features, with and without a model's probabilities.

    pip install cleanlab[datalab]==2.9.0 numpy==2.4.6
    python tests/golden/feature_checks/make_feature_checks.py FOLDER --seed 1
    BURN_PREP_GOLDEN=FOLDER cargo test -p burn-prep-tests feature_checks

Features are rounded to f32, and have a length of 1: Datalab looks for the neighbours of a label by the Euclidean
distance, for the others by the cosine, which then give the same neighbours. That is checked, and that no flag hangs on
the order of labels of equal margins, which NumPy's sort leaves open.
"""
import argparse
import contextlib
import io
import json
from pathlib import Path

import cleanlab
import numpy as np
from cleanlab import Datalab
from cleanlab.filter import find_label_issues
from sklearn.neighbors import NearestNeighbors

COLUMNS = 8
K = 10


def made(rng, rows, classes, spread):
    """Points around a centre for each class, with noisy labels, some far points, and some that are there twice."""
    truth = rng.integers(0, classes, rows)
    centres = rng.normal(size=(classes, COLUMNS)) * 2
    features = centres[truth] + rng.normal(size=(rows, COLUMNS)) * spread
    far = rng.choice(rows, rows // 40, replace=False)
    features[far] = rng.normal(size=(len(far), COLUMNS)) * 3
    near = rng.choice(rows, rows // 10, replace=False)
    half = len(near) // 2
    features[near[:half]] = features[near[half : 2 * half]] + rng.normal(size=(half, COLUMNS)) * 0.003 * spread
    exact = rng.choice(rows, 12, replace=False)
    features[exact[:4]] = features[exact[4:8]]
    features[exact[8:]] = features[exact[8]]
    labels = truth.copy()
    wrong = rng.random(rows) < 0.08
    labels[wrong] = (truth[wrong] + rng.integers(1, classes, wrong.sum())) % classes
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    return features.astype(np.float32), labels


def neighbour_sets(features, metric):
    found = NearestNeighbors(n_neighbors=K, metric=metric).fit(features).kneighbors()[1]
    return [set(row) for row in found]


def shares(features, labels, classes):
    """The shares of the classes among the neighbours of each row."""
    found = NearestNeighbors(n_neighbors=K, metric="cosine").fit(features).kneighbors()[1]
    return np.stack([(labels[found] == label).sum(axis=1) for label in range(classes)], axis=1) / K


def is_decided(features, labels, classes, flags):
    """Whether the flags are the same however the last digits of the shares are rounded, and in whatever order rows come."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        order = rng.permutation(len(labels))
        noise = rng.normal(size=(len(labels), classes)) * 1e-9
        probabilities = shares(features, labels, classes) + noise
        probabilities = np.clip(probabilities, 0, 1)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        if not (find_label_issues(labels[order], probabilities[order]) == flags[order]).all():
            return False
    return True


def case(name, rng, rows, classes, spread):
    """A case in which no flag is a matter of chance."""
    while True:
        features, labels = made(rng, rows, classes, spread)
        wide = features.astype(np.float64)
        with contextlib.redirect_stdout(io.StringIO()):
            lab = Datalab({"label": labels}, label_name="label")
            lab.find_issues(features=wide, issue_types={"label": {}, "outlier": {}, "near_duplicate": {}})
        issues = lab.get_issues()
        flags = issues["is_label_issue"].to_numpy()
        means = NearestNeighbors(n_neighbors=K, metric="cosine").fit(wide).kneighbors()[0].mean(axis=1)
        fence = lab.get_info("outlier")["issue_threshold"]
        # 1 / 0.37037 - 1 is 1.7 but for the sixth digit.
        if (
            neighbour_sets(wide, "cosine") == neighbour_sets(wide, "euclidean")
            and is_decided(wide, labels, classes, flags)
            and (abs(means / fence - 1) > 1e-4).all()
        ):
            break
    numbers = lambda column: [round(float(value), 12) for value in issues[column]]
    flagged = lambda column: [int(row) for row in np.flatnonzero(issues[column])]
    print(name, {column: int(issues[column].sum()) for column in issues if column.startswith("is_")})
    return {
        "id": name,
        "columns": COLUMNS,
        "classes": classes,
        "features": [float(str(value)) for value in features.ravel()],
        "labels": labels.tolist(),
        "outlier_scores": numbers("outlier_score"),
        "outliers": flagged("is_outlier_issue"),
        "duplicate_scores": numbers("near_duplicate_score"),
        "duplicates": flagged("is_near_duplicate_issue"),
        "label_scores": numbers("label_score"),
        "label_errors": flagged("is_label_issue"),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    cases = [case("three_classes", rng, 300, 3, 0.7), case("six_classes", rng, 500, 6, 0.5)]
    versions = {"cleanlab": cleanlab.__version__, "numpy": np.__version__}
    path = args.folder / "feature_checks" / "cases.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"versions": versions, "seed": args.seed, "cases": cases}) + "\n")
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
