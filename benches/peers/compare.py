#!/usr/bin/env python3
"""burn-prep's benches beside NumPy, torch and TensorFlow, in one run, as ratios.

    pip install numpy torch tensorflow-cpu
    python3 benches/peers/compare.py stats      # or bridge, ragged
    THREADS=1 ROUNDS=7 python3 benches/peers/compare.py stats --write docs/BENCHMARKS.md

A round runs every peer and then burn-prep once, so that all of them see the machine in the same seconds.
A ratio is the time of the fastest peer over ours, within a round; the table has the median round, and the
lowest and highest; of `ragged` each peer has a row of its own, and the lower bounds in Rust count as peers.
With --write the table takes the place of the one between `<!-- BENCH THREADS -->` and `<!-- end -->` in the file.
What is not installed drops out with its reason; awkward, a hundred times slower, takes part with AWKWARD=1.
BENCH_ROWS is the number of ragged rows, 100,000 unless told. Build first: `cargo bench --no-run`.

NumPy and burn-prep ask the kernel for large pages from 4 MB on, torch and TensorFlow allocate as malloc does,
and fresh memory of small pages is three to four times slower to write: that is how they come. With
GLIBC_TUNABLES=glibc.malloc.hugetlb=1 malloc asks too, and all have the same memory.
"""
import datetime, itertools, json, os, platform, statistics, subprocess, sys, time

THREADS = int(os.environ.get("THREADS", "1"))
ROUNDS = int(os.environ.get("ROUNDS", "7"))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ[name] = str(THREADS)
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", RAYON_NUM_THREADS=str(THREADS))
import numpy as np

MISSING, VERSIONS = [], {"numpy": np.__version__}
# What the Rust bench counts, and has to be the same here.
COUNTS = {}
# Cases of which each peer has a row, not the fastest alone.
EVERY = set()
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
ak = None
if os.environ.get("AWKWARD") == "1":
    try:
        import awkward as ak
        VERSIONS["awkward"] = ak.__version__
    except Exception as error:
        MISSING.append(f"awkward: {error}")


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
    cases.update(peers_of_permuting())
    for names, kind in ((copied, "copy"), (permuted, "permute"), (moved, "move")):
        for name in names:
            cases[name] = dict(rows[kind])
    for name in copied:
        # What Rust and Burn have themselves, which the Rust bench times.
        backend = name.split(":")[0]
        cases[name]["Vec::clone in Rust"] = "a copy into fresh memory (Vec::clone)"
        cases[name]["Burn's to_data"] = f"{backend}: Burn's own to_data of a shared tensor"
    EVERY.update(copied)
    return cases, a.nbytes


def peers_of_permuting():
    """16 MB of each type in every order of axes that people permute, as in `bridge.rs`."""
    cases = {}

    def add(name, array, order):
        # Always a copy, as `to_ndarray` promises; with one channel the axes alone would be renamed.
        rows = {"numpy": lambda: np.array(array.transpose(order), order="C")}
        if torch is not None:
            t = torch.from_numpy(array).permute(order)
            rows["torch"] = lambda: t.clone(memory_format=torch.contiguous_format).numpy()
        cases[name] = rows

    for dtype, name in ((np.uint8, "u8"), (np.int16, "i16"), (np.int32, "i32"), (np.int64, "i64")):
        count = (16 << 20) // np.dtype(dtype).itemsize
        for channels in (1, 3, 4, 16):
            height = count // (8 * 128 * channels)
            add(f"NHWC to NCHW, {channels} channels, {name}", np.ones((8, height, 128, channels), dtype), (0, 3, 1, 2))
            add(f"NCHW to NHWC, {channels} channels, {name}", np.ones((8, channels, height, 128), dtype), (0, 2, 3, 1))
        add(f"transposed matrix, {name}", np.ones((1, 1, 2000, count // 2000), dtype), (0, 1, 3, 2))
    return cases


def random_lengths():
    """Lengths uniform in 1..=512, the same ones as in `ragged.rs`."""
    state = 7
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield 1 + (state >> 33) % 512


def padded_by_numpy(rows, width, left=False):
    """A loop over the rows, as Hugging Face's collators and Keras have it."""
    out = np.zeros((len(rows), width), rows[0].dtype)
    for i, row in enumerate(rows):
        if left:
            out[i, width - len(row):] = row
        else:
            out[i, :len(row)] = row
    return out


def peers_of_ragged():
    count = int(os.environ.get("BENCH_ROWS", "100000"))
    lengths = np.fromiter(itertools.islice(random_lengths(), count), np.int64)
    COUNTS["values"] = int(lengths.sum())
    cases = {}
    for dtype in (np.int32, np.int64):
        size = peers_of_padding(cases, lengths, dtype)
    peers_of_building(cases)
    for count in (64, 1000):
        peers_of_collating(cases, count)
    return cases, size


def peers_of_padding(cases, lengths, dtype):
    kind, width, total = np.dtype(dtype).name, int(lengths.max()), int(lengths.sum())
    splits = np.concatenate([[0], np.cumsum(lengths)])
    flat = (np.arange(total) % 50_000).astype(dtype)
    rows = [flat[start:end] for start, end in itertools.pairwise(splits.tolist())]
    dense = padded_by_numpy(rows, width)
    right = {
        # Lower bounds, which the Rust bench times itself.
        "memset and copy, warm": f"{kind}: memset and copy, warm",
        "memset and copy, fresh memory": f"{kind}: memset and copy, fresh memory",
        "a loop in Rust into zeroed pages": f"{kind}: a loop over rows into zeroed pages",
        "numpy, loop over rows": lambda: padded_by_numpy(rows, width),
    }
    left = {"numpy, loop over rows": lambda: padded_by_numpy(rows, width, left=True)}
    back = {"numpy, boolean mask": lambda: dense[np.arange(width) < lengths[:, None]]}
    if torch is not None:
        pad_sequence = torch.nn.utils.rnn.pad_sequence
        tensors = [torch.from_numpy(row) for row in rows]
        square, counts = torch.from_numpy(dense), torch.from_numpy(lengths)
        right["torch pad_sequence"] = lambda: pad_sequence(tensors, batch_first=True)
        left["torch pad_sequence"] = lambda: pad_sequence(tensors, batch_first=True, padding_side="left")
        back["torch, boolean mask"] = lambda: square[torch.arange(width) < counts[:, None]]
    if tf is not None:
        ragged = tf.RaggedTensor.from_row_splits(tf.constant(flat), tf.constant(splits), validate=False)
        constant, numbers = tf.constant(dense), tf.constant(lengths)
        right["tensorflow RaggedTensor.to_tensor"] = lambda: ragged.to_tensor()
        back["tensorflow RaggedTensor.from_tensor"] = (
            lambda: tf.RaggedTensor.from_tensor(constant, lengths=numbers).flat_values)
    if ak is not None:
        array = ak.Array(ak.contents.ListOffsetArray(ak.index.Index64(splits), ak.contents.NumpyArray(flat)))
        right["awkward pad_none and fill_none"] = (
            lambda: ak.to_numpy(ak.fill_none(ak.pad_none(array, width, clip=True), 0)))
    agree(right, dense)
    agree(left, padded_by_numpy(rows, width, left=True))
    agree(back, flat)
    cases[f"{kind}: pad"], cases[f"{kind}: pad, left"], cases[f"{kind}: unpad"] = right, left, back
    return dense.nbytes


def peers_of_building(cases, count=10_000_000):
    lengths, rest = [], count
    for length in random_lengths():
        lengths.append(min(length, rest))
        rest -= lengths[-1]
        if rest == 0:
            break
    flat, lengths = np.arange(count), np.array(lengths)
    rows = {"numpy, cumsum and concatenate": lambda: (flat, np.concatenate([[0], np.cumsum(lengths)]))}
    if torch is not None:
        values, numbers = torch.from_numpy(flat), torch.from_numpy(lengths)
        rows["torch nested_tensor_from_jagged"] = (
            lambda: torch.nested.nested_tensor_from_jagged(values, lengths_to_offsets(numbers)))
    if tf is not None:
        constant, counts = tf.constant(flat), tf.constant(lengths)
        rows["tensorflow RaggedTensor.from_row_lengths"] = lambda: tf.RaggedTensor.from_row_lengths(constant, counts)
    if ak is not None:
        rows["awkward unflatten"] = lambda: ak.unflatten(flat, lengths)
    cases["int64: from_lengths of 10 million values"] = rows


def lengths_to_offsets(lengths):
    return torch.nn.functional.pad(torch.cumsum(lengths, 0), (1, 0))


def peers_of_collating(cases, count):
    rows = [np.arange(length) for length in itertools.islice(random_lengths(), count)]

    def padded():
        return padded_by_numpy(rows, max(map(len, rows)))

    def with_mask():
        lengths = np.fromiter(map(len, rows), np.int64)
        width = lengths.max()
        return padded_by_numpy(rows, width), np.arange(width) < lengths[:, None]

    plain, masked = {"numpy, loop over rows": padded}, {"numpy, loop over rows": with_mask}
    if torch is not None:
        tensors = [torch.from_numpy(row) for row in rows]

        def torch_with_mask():
            out = torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True)
            lengths = torch.tensor([len(tensor) for tensor in tensors])
            return out, torch.arange(out.shape[1]) < lengths[:, None]

        plain["torch pad_sequence"] = lambda: torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True)
        masked["torch pad_sequence"] = torch_with_mask
    if tf is not None:
        items = [tf.constant(row) for row in rows]
        plain["tensorflow ragged.stack and to_tensor"] = lambda: tf.ragged.stack(items).to_tensor()
    agree(plain, padded())
    cases[f"int64: pad_rows, {count} rows"], cases[f"int64: collate with a mask, {count} rows"] = plain, masked


def agree(rows, expected):
    """Leaves out a peer that fails; stops where one computes something else."""
    for peer, work in list(rows.items()):
        if isinstance(work, str):
            continue
        try:
            result = np.asarray(work())
        except Exception as error:
            del rows[peer]
            MISSING.append(f"{peer}: {error}")
            continue
        assert np.array_equal(result, expected), f"{peer} differs"


def ours(bench):
    """One round of the Rust bench: seconds by case; where tables share a case, the last has the largest arrays."""
    command = ["cargo", "bench", "--quiet", "--bench", bench]
    environment = dict(os.environ, BENCH_JSON="1", BENCH_ROUNDS="1")
    text = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    measured = {}
    for line in text.splitlines():
        if line.startswith("{"):
            measured.update(json.loads(line))
    return measured


def main():
    bench = sys.argv[1] if len(sys.argv) > 1 else "stats"
    cases, size = {"stats": peers_of_stats, "bridge": peers_of_bridge, "ragged": peers_of_ragged}[bench]()
    source, target = np.ones(size // 4, np.float32), np.ones(size // 4, np.float32)
    times = {name: {peer: [] for peer in rows} for name, rows in cases.items()}
    own, copies = {name: [] for name in cases}, []
    for _ in range(ROUNDS):
        measured = ours(bench)
        for name, count in COUNTS.items():
            assert measured[name] == count, f"{name}: {measured[name]} in Rust, {count} here"
        copies.append(seconds(lambda: np.copyto(target, source)))
        for name, rows in cases.items():
            own[name].append(measured[name])
            for peer, work in rows.items():
                times[name][peer].append(measured[work] if isinstance(work, str) else seconds(work))
    text = table(times, own, copies, size, bench == "ragged")
    print(text)
    if "--write" in sys.argv:
        write(sys.argv[sys.argv.index("--write") + 1], bench, text)


def table(times, own, copies, size, every):
    tunables = os.environ.get("GLIBC_TUNABLES")
    lines = [
        f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, {THREADS} thread(s), {ROUNDS} rounds, "
        + ", ".join(f"{name} {version}" for name, version in VERSIONS.items()) + f"{', ' + tunables if tunables else ''}; "
        + f"a warm memcpy of {size / 1e6:.1f} MB takes {statistics.median(copies) * 1e3:.2f} ms"
        + "".join(f"; {count} {name}" for name, count in COUNTS.items()),
        "",
        f"| case | burn-prep, ms | {'peer' if every else 'fastest peer'}, ms | which | peer / burn-prep, median (lowest to highest) |",
        "|---|---|---|---|---|",
    ]
    for name, rows in times.items():
        best = min(rows, key=lambda peer: statistics.median(rows[peer]))
        alone = every or name in EVERY
        for which, peers in [(peer, [peer]) for peer in rows] if alone else [(best, list(rows))]:
            ratios = sorted(min(rows[peer][i] for peer in peers) / own[name][i] for i in range(ROUNDS))
            lines.append(f"| {name} | {statistics.median(own[name]) * 1e3:.4g} | {statistics.median(rows[which]) * 1e3:.4g} "
                         f"| {which} | {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) |")
    return "\n".join(lines + [f"\nleft out: {reason}" for reason in MISSING])


def processor():
    try:
        names = [line for line in open("/proc/cpuinfo") if line.startswith("model name")]
        return names[0].split(":")[1].strip()
    except (OSError, IndexError):
        return platform.machine()


def write(path, bench, text):
    """Puts the table between its marks, or stops where the file has none."""
    mark = f"<!-- {bench} {THREADS}{' large pages' if os.environ.get('GLIBC_TUNABLES') else ''} -->\n"
    document = open(path).read()
    assert document.count(mark) == 1, f"{path} has no mark {mark!r}"
    before, rest = document.split(mark)
    _, after = rest.split("<!-- end -->", 1)
    with open(path + ".new", "w") as file:
        file.write(before + mark + text + "\n<!-- end -->" + after)
    os.replace(path + ".new", path)


main()
