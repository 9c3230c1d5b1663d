#!/usr/bin/env python3
"""burn-prep's benches beside NumPy, torch and TensorFlow, in one run, as ratios.

    pip install numpy torch tensorflow-cpu
    python3 benches/peers/compare.py stats      # or bridge
    THREADS=1 ROUNDS=7 python3 benches/peers/compare.py stats

A round runs every peer and then burn-prep once, so that all of them see the machine in the same seconds.
A ratio is the time of the fastest peer over ours, within a round; the table has the median round, and the
lowest and highest. What is not installed drops out with its reason. Build first: `cargo bench --no-run`.

NumPy asks the kernel for huge pages for its own arrays, malloc does not unless it is told to; fresh memory
of small pages is four times slower to write. Here it is told to (GLIBC_TUNABLES), for memory of the same
kind; PAGES=small leaves it as it is.
"""
import datetime, json, os, platform, statistics, subprocess, sys, time

THREADS = int(os.environ.get("THREADS", "1"))
ROUNDS = int(os.environ.get("ROUNDS", "7"))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ[name] = str(THREADS)
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", RAYON_NUM_THREADS=str(THREADS))
import numpy as np

MISSING, VERSIONS = [], {"numpy": np.__version__}
try:
    import torch
    torch.set_num_threads(THREADS)
    VERSIONS["torch"] = torch.__version__
except Exception as error:
    torch = None
    MISSING.append(f"torch: {error}")
try:
    import tensorflow as tf
    VERSIONS["tensorflow"] = tf.__version__
except Exception as error:
    tf = None
    MISSING.append(f"tensorflow: {error}")


def seconds(work):
    """The median of runs that take a tenth of a second together, as the Rust benches do."""
    times, start = [], time.perf_counter()
    while len(times) < 3 or (time.perf_counter() - start < 0.1 and len(times) < 1000):
        before = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - before)
        del result
    return statistics.median(times)


def peers_of_stats():
    a = np.random.default_rng(0).random((64, 3, 224, 224), dtype=np.float32)
    last = np.ascontiguousarray(a.transpose(0, 2, 3, 1))
    cases = {}

    def add(name, array, axes, mean_only=False):
        rows = cases.setdefault(name, {})
        if mean_only:
            rows["numpy"] = lambda: array.mean(axis=axes)
        else:
            rows["numpy"] = lambda: (array.mean(axis=axes), array.std(axis=axes))
        if torch is not None:
            t = torch.from_numpy(array)
            rows["torch"] = (lambda: t.mean(dim=axes)) if mean_only else (
                lambda: torch.std_mean(t, dim=axes, correction=0))
        if tf is not None:
            f = tf.constant(array)
            rows["tensorflow"] = (lambda: tf.reduce_mean(f, axes)) if mean_only else (
                lambda: tf.nn.moments(f, list(axes)))

    add("per-image mean+std, NCHW", a, (1, 2, 3))
    add("channel mean+std, NCHW", a, (0, 2, 3))
    add("channel mean+std, NHWC", last, (0, 1, 2))
    add("per-image mean", a, (1, 2, 3), mean_only=True)
    add("across-batch mean", a, (0,), mean_only=True)
    add("across-batch mean+std", a, (0,))
    return cases, a.nbytes


def peers_of_bridge():
    cases, size = {}, 0
    a = np.random.default_rng(0).random((64, 224, 224, 3), dtype=np.float32)
    copied = ["flex: to_ndarray of a shared tensor", "ndarray: to_ndarray of a shared tensor"]
    permuted = [name.replace("to_ndarray of a shared tensor", "permuted NHWC to NCHW, to_ndarray") for name in copied]
    moved = ["flex: to a tensor and back, moved", "ndarray: to a tensor and back, moved"]
    rows = {"copy": {"numpy a.copy()": a.copy}, "permute": {"numpy": lambda: np.ascontiguousarray(a.transpose(0, 3, 1, 2))},
            "move": {}}
    if torch is not None:
        t = torch.from_numpy(a)
        rows["copy"]["torch .numpy().copy()"] = lambda: t.numpy().copy()
        rows["permute"]["torch"] = lambda: t.permute(0, 3, 1, 2).contiguous().numpy()
        rows["move"]["torch from_numpy + numpy"] = lambda: torch.from_numpy(a).numpy()
    if tf is not None:
        f = tf.constant(a)
        rows["copy"]["tensorflow .numpy()"] = lambda: f.numpy()
        rows["permute"]["tensorflow"] = lambda: tf.transpose(f, (0, 3, 1, 2)).numpy()
        rows["move"]["tensorflow np.asarray (one way)"] = lambda: np.asarray(f)
    for names, kind in ((copied, "copy"), (permuted, "permute"), (moved, "move")):
        for name in names:
            cases[name] = rows[kind]
    return cases, a.nbytes


def ours(bench):
    """One round of the Rust bench: seconds by case; of several tables the last has the largest arrays."""
    command = ["cargo", "bench", "--quiet", "--bench", bench]
    environment = dict(os.environ, BENCH_JSON="1", BENCH_ROUNDS="1")
    if os.environ.get("PAGES") != "small":
        environment["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
    text = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return json.loads([line for line in text.splitlines() if line.startswith("{")][-1])


def main():
    bench = sys.argv[1] if len(sys.argv) > 1 else "stats"
    cases, size = {"stats": peers_of_stats, "bridge": peers_of_bridge}[bench]()
    source, target = np.ones(size // 4, np.float32), np.ones(size // 4, np.float32)
    times = {name: {peer: [] for peer in rows} for name, rows in cases.items()}
    own, copies = {name: [] for name in cases}, []
    for _ in range(ROUNDS):
        measured = ours(bench)
        copies.append(seconds(lambda: np.copyto(target, source)))
        for name, rows in cases.items():
            own[name].append(measured[name])
            for peer, work in rows.items():
                times[name][peer].append(seconds(work))
    print(f"{datetime.date.today()}, {platform.machine()} with {os.cpu_count()} cores, {THREADS} thread(s), {ROUNDS} rounds, "
          + ", ".join(f"{name} {version}" for name, version in VERSIONS.items()))
    print(f"a warm memcpy of {size / 1e6:.1f} MB: {statistics.median(copies) * 1e3:.2f} ms\n")
    print("| case | burn-prep, ms | " + "fastest peer, ms | which | peer / burn-prep, median (lowest to highest) |")
    print("|---|---|---|---|---|")
    for name, rows in times.items():
        best = min(rows, key=lambda peer: statistics.median(rows[peer]))
        ratios = sorted(min(rows[peer][i] for peer in rows) / own[name][i] for i in range(ROUNDS))
        print(f"| {name} | {statistics.median(own[name]) * 1e3:.4f} | {statistics.median(rows[best]) * 1e3:.4f} | {best} "
              f"| {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) |")
    for reason in MISSING:
        print(f"\nleft out: {reason}")


main()
