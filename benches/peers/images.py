#!/usr/bin/env python3
"""Files to normalised batches, beside the peers: decode, shorter side 256, centre crop 224, ImageNet's constants, f32 [64, 3, 224, 224].

    cargo build --release --example bench_worker                       # copied away: the next build takes its place
    cargo build --release --example bench_worker --features turbojpeg
    python benches/peers/images.py CORPUS --default PATH --turbo PATH [--n 320] [--rounds 7] [--kind plain] [--only a,b]

CORPUS has <split>/<class>/*.JPEG. Each configuration is a process of its own, warmed up once; a round asks each of them once, so
that what else the machine does hits all of them. Printed are images per second and per CPU second, as ratios to the best peer and to
torchvision's u8 path of the same round (median, lowest, highest), and the mean difference of the first 128 images from
torchvision's PIL path, in steps of 255. Kinds: plain; large (pictures of 12 megapixels); augment (RandomResizedCrop, flip and
ColorJitter); threads (two threads over one).
"""
import argparse
import glob
import json
import os
import statistics
import subprocess
import sys
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("corpus")
parser.add_argument("--default", help="bench_worker of the default build")
parser.add_argument("--turbo", help="bench_worker with the feature turbojpeg")
parser.add_argument("--n", type=int, default=320)
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--kind", choices=["plain", "large", "augment", "threads"], default="plain")
parser.add_argument("--only", help="parts of the names of configurations, with commas")
parser.add_argument("--worker", help=argparse.SUPPRESS)
args = parser.parse_args()

BATCH, SIDE = 64, 224
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
FILES = sorted(glob.glob(args.corpus + "/*/*/*.JPEG"))[: args.n]


def batches(files):
    for start in range(0, len(files), BATCH):
        yield files[start : start + BATCH]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def geometry(width, height):
    """torchvision's: the size with a shorter side of 256, and the corner of the centre crop."""
    width, height = (256, int(256 * height / width)) if width <= height else (int(256 * width / height), 256)
    return width, height, round((width - SIDE) / 2), round((height - SIDE) / 2)


def torchvision(kind, augment=False):
    import torch
    from PIL import Image
    from torchvision.io import ImageReadMode, decode_jpeg, read_file
    from torchvision.transforms import v2

    torch.set_num_threads(1)
    torch.manual_seed(0)
    if augment:
        steps = [v2.RandomResizedCrop(SIDE, antialias=True), v2.RandomHorizontalFlip(), v2.ColorJitter(0.4, 0.4, 0.4, 0.1)]
    else:
        steps = [v2.Resize(256, antialias=True), v2.CenterCrop(SIDE)]
    tail = [v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]
    pil, u8 = v2.Compose(steps + [v2.ToImage()] + tail), v2.Compose(steps)
    tensor, normalize = v2.Compose(steps + tail), v2.Compose(tail)

    def one(path):
        if kind == "pil":
            return pil(Image.open(path).convert("RGB"))
        pixels = decode_jpeg(read_file(path), mode=ImageReadMode.RGB)
        return u8(pixels) if kind == "u8" else tensor(pixels)

    def run(files):
        for part in batches(files):
            batch = torch.stack([one(path) for path in part])
            yield (normalize(batch) if kind == "u8" else batch).numpy()

    return run


def kornia(decoder, fused):
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    import kornia_rs
    import numpy as np

    mean, std = np.array(MEAN, np.float32), np.array(STD, np.float32)

    def decode(path):
        data = read(path)
        io = kornia_rs.io
        return io.decode_image_jpegturbo(data, "rgb") if decoder == "turbo" else io.decode_image_jpeg(data)

    def run(files):
        for part in batches(files):
            if fused:
                crops = []
                for path in part:
                    image = np.asarray(decode(path))
                    height, width = image.shape[:2]
                    _, _, x, y = geometry(width, height)
                    scale = min(width, height) / 256
                    x, y, side = round(x * scale), round(y * scale), round(SIDE * scale)
                    crops.append(np.ascontiguousarray(image[y : y + side, x : x + side]))
                resize = kornia_rs.pipeline.resize_normalize_to_tensor_batch
                yield np.stack(resize(crops, (SIDE, SIDE), MEAN, STD))
                continue
            pixels = np.empty((len(part), SIDE, SIDE, 3), np.uint8)
            for at, path in enumerate(part):
                image = np.asarray(decode(path))
                width, height, x, y = geometry(image.shape[1], image.shape[0])
                resized = kornia_rs.imgproc.resize(image, (height, width), "bilinear", antialias=True)
                pixels[at] = np.asarray(resized)[y : y + SIDE, x : x + SIDE]
            batch = pixels.transpose(0, 3, 1, 2).astype(np.float32, order="C")
            batch -= (mean * 255).reshape(1, 3, 1, 1)
            batch *= (1 / (std * 255)).reshape(1, 3, 1, 1)
            yield batch

    return run


def opencv(interpolation, decoder):
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    flag = {"linear": cv2.INTER_LINEAR, "area": cv2.INTER_AREA}[interpolation]
    per_std = (1 / np.array(STD, np.float32)).reshape(1, 3, 1, 1)
    if decoder == "simplejpeg":
        import simplejpeg

    def one(path):
        data = read(path)
        if decoder == "simplejpeg":
            image = simplejpeg.decode_jpeg(data, "BGR")
        else:
            image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        width, height, x, y = geometry(image.shape[1], image.shape[0])
        return cv2.resize(image, (width, height), interpolation=flag)[y : y + SIDE, x : x + SIDE]

    def run(files):
        for part in batches(files):
            means = tuple(255 * value for value in MEAN)
            images = [one(path) for path in part]
            batch = cv2.dnn.blobFromImages(images, 1 / 255, (SIDE, SIDE), means, swapRB=True, crop=False)
            batch *= per_std
            yield batch

    return run


def tf_data():
    os.environ["TF_CPP_MIN_LOG_LEVEL"], os.environ["CUDA_VISIBLE_DEVICES"] = "3", ""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    mean, per_std = tf.constant(MEAN) * 255.0, 1.0 / (tf.constant(STD) * 255.0)

    def one(path):
        image = tf.image.decode_jpeg(tf.io.read_file(path), channels=3)
        size = tf.cast(tf.shape(image)[:2], tf.float32)
        size = tf.cast(tf.floor(size * (256.0 / tf.reduce_min(size)) + 1e-3), tf.int32)
        image = tf.image.resize(image, size, method="bilinear", antialias=True)
        corner = (size - SIDE) // 2
        image = tf.slice(image, [corner[0], corner[1], 0], [SIDE, SIDE, 3])
        return tf.transpose((tf.ensure_shape(image, (SIDE, SIDE, 3)) - mean) * per_std, [2, 0, 1])

    def run(files):
        options = tf.data.Options()
        options.threading.private_threadpool_size = 1
        for batch in tf.data.Dataset.from_tensor_slices(files).map(one).batch(BATCH).with_options(options):
            yield batch.numpy()

    return run


def dali():
    from nvidia.dali import fn, pipeline_def, types

    built = {}

    def build(files):
        @pipeline_def(batch_size=BATCH, num_threads=1, device_id=None, prefetch_queue_depth=2)
        def pipeline():
            data, _ = fn.readers.file(files=files, random_shuffle=False, name="r", prefetch_queue_depth=1)
            image = fn.decoders.image(data, device="cpu", output_type=types.RGB, jpeg_fancy_upsampling=True)
            image = fn.resize(image, resize_shorter=256, interp_type=types.INTERP_LINEAR, antialias=True)
            constants = {"mean": [255 * value for value in MEAN], "std": [255 * value for value in STD]}
            crop = fn.crop_mirror_normalize(image, crop=(SIDE, SIDE), dtype=types.FLOAT, output_layout="CHW", **constants)
            return crop

        pipeline = pipeline()
        pipeline.build()
        return pipeline

    def run(files):
        if len(files) not in built:
            built.clear()
            built[len(files)] = build(files)
        for _ in range(-(-len(files) // BATCH)):
            yield built[len(files)].run()[0].as_array()

    return run


def spdl():
    import numpy as np
    import spdl.io

    mean = (np.array(MEAN, np.float32) * 255).reshape(1, 3, 1, 1)
    per_std = 1 / (np.array(STD, np.float32) * 255).reshape(1, 3, 1, 1)
    steps = "scale=256:256:force_original_aspect_ratio=increase:flags=bilinear,crop=224:224"

    def run(files):
        for part in batches(files):
            frames = []
            for path in part:
                packets = spdl.io.demux_image(path)
                description = spdl.io.get_filter_desc(packets, filter_desc=steps, pix_fmt="rgb24")
                frames.append(spdl.io.decode_packets(packets, filter_desc=description))
            pixels = spdl.io.to_numpy(spdl.io.convert_frames(frames))
            batch = pixels.transpose(0, 3, 1, 2).astype(np.float32, order="C")
            batch -= mean
            batch *= per_std
            yield batch

    return run


def not_measured(reason):
    raise RuntimeError(reason)


U8 = "torchvision v2, u8 stack, normalised as a batch"
PIL = "torchvision v2, PIL"
PEERS = {
    "plain": {
        U8: lambda: torchvision("u8"),
        "torchvision v2, u8 tensors": lambda: torchvision("tensor"),
        PIL: lambda: torchvision("pil"),
        "kornia-rs, libjpeg-turbo, antialiased": lambda: kornia("turbo", False),
        "kornia-rs, zune-jpeg, antialiased": lambda: kornia("zune", False),
        "kornia-rs, libjpeg-turbo, fused (no antialiasing)": lambda: kornia("turbo", True),
        "OpenCV, linear (no antialiasing)": lambda: opencv("linear", "opencv"),
        "OpenCV, area": lambda: opencv("area", "opencv"),
        "simplejpeg and OpenCV, area": lambda: opencv("area", "simplejpeg"),
        "tf.data, 1 thread": tf_data,
        "DALI on a CPU, 1 thread": dali,
        "SPDL, 1 thread": spdl,
        "datago": lambda: not_measured("it resizes to buckets of its own and gives no normalised batch"),
        "dataloader-rs": lambda: not_measured("a crate without a decoder: the program brings its own"),
    },
    "large": {U8: lambda: torchvision("u8"), PIL: lambda: torchvision("pil")},
    "augment": {
        U8: lambda: torchvision("u8", True),
        "torchvision v2, u8 tensors": lambda: torchvision("tensor", True),
        PIL: lambda: torchvision("pil", True),
    },
    "threads": {},
}[args.kind]
OURS = {}
for build, path in (("default", args.default), ("turbojpeg", args.turbo)):
    if path is None:
        continue
    variants = {
        "plain": {
            "fresh batches": [],
            "buffers reused": ["--reuse"],
            "packed bytes": ["--reuse", "--output", "packed"],
            "f16": ["--reuse", "--output", "f16"],
            "decoding alone": ["--decode"],
        },
        "large": {"exact": ["--reuse"], "fast": ["--reuse", "--fidelity", "fast"]},
        "augment": {"fresh batches": ["--augment"], "buffers reused": ["--augment", "--reuse"]},
        "threads": {"1 thread": ["--reuse"], "2 threads": ["--reuse", "--threads", "2"]},
    }[args.kind]
    for name, flags in variants.items():
        OURS[f"burn-prep, {build}, {name}"] = [path, *flags, args.corpus, str(args.n)]


def cpu_seconds():
    """Of this process and its children, living or not."""
    ticks, me = os.sysconf("SC_CLK_TCK"), os.getpid()
    children, times = {}, {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = open(f"/proc/{entry}/stat").read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry))
        times[int(entry)] = sum(map(int, fields[11:15])) / ticks
    total, stack = 0.0, [me]
    while stack:
        process = stack.pop()
        total += times.get(process, 0.0)
        stack += children.get(process, [])
    return total


def worker(name):
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        import numpy as np

        run = PEERS[name]()
        first = np.concatenate(list(run(FILES[:128])))
        assert first.shape == (min(128, len(FILES)), 3, SIDE, SIDE) and first.dtype == np.float32, first.shape
        sum(1 for _ in run(FILES))
        print("ready", file=out, flush=True)
    except BaseException as error:
        print("fail", repr(error).replace("\n", " ")[:200], file=out, flush=True)
        os._exit(1)
    for line in sys.stdin:
        if line.startswith("save "):
            np.save(line[5:].strip(), first)
            print("saved", file=out, flush=True)
            continue
        cpu, began = cpu_seconds(), time.perf_counter()
        for _ in run(FILES):
            pass
        print(json.dumps((time.perf_counter() - began, cpu_seconds() - cpu)), file=out, flush=True)
    os._exit(0)


def main():
    import tempfile

    import numpy as np

    names = [*PEERS, *OURS]
    if args.only:
        names = [name for name in names if any(part in name for part in args.only.split(","))]
    processes, lost, seconds = {}, {}, {}
    for name in names:
        command = OURS.get(name) or [sys.executable, __file__, args.corpus, "--n", str(args.n), "--kind", args.kind, "--worker", name]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": open(os.environ.get("PEERS_LOG", os.devnull), "a"), "text": True}
        process = subprocess.Popen(command, **pipes)
        answer = process.stdout.readline().strip()
        if answer != "ready":
            lost[name] = answer
            process.kill()
            continue
        processes[name], seconds[name] = process, []
    images = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, process in processes.items():
            if args.kind in ("plain", "large") and not any(part in name for part in ("alone", "f16", "packed")):
                process.stdin.write(f"save {folder}/images.npy\n")
                process.stdin.flush()
                if process.stdout.readline().strip() == "saved":
                    images[name] = np.load(f"{folder}/images.npy")
    for _ in range(args.rounds):
        for name, process in processes.items():
            process.stdin.write("go\n")
            process.stdin.flush()
            seconds[name].append(json.loads(process.stdout.readline()))
    for process in processes.values():
        process.kill()
    peers = [name for name in processes if name in PEERS]
    print(f"{len(FILES)} files, {args.rounds} rounds, load {os.getloadavg()[0]:.1f}\n")
    print("| configuration | img/s | img/CPU-s | of the best peer | of torchvision u8 | difference |\n|---|---|---|---|---|---|")

    def ratios(name, others):
        if not others:
            return ""
        found = sorted(min(seconds[other][at][1] for other in others) / cpu for at, (_, cpu) in enumerate(seconds[name]))
        return f"**{statistics.median(found):.2f}** ({found[0]:.2f} to {found[-1]:.2f})"

    rows = []
    for name, times in seconds.items():
        wall, cpu = (statistics.median(len(FILES) / second[at] for second in times) for at in (0, 1))
        difference = ""
        if name in images and PIL in images:
            steps = np.abs(images[name] - images[PIL]) * np.array(STD, np.float32).reshape(1, 3, 1, 1) * 255
            difference = f"{steps.mean():.2f}"
        u8 = [U8] if U8 in processes else []
        rows.append((cpu, f"| {name} | {wall:.0f} | {cpu:.0f} | {ratios(name, peers)} | {ratios(name, u8)} | {difference} |"))
    for _, row in sorted(rows, reverse=True):
        print(row)
    for name, reason in lost.items():
        print(f"| {name} | not measured: {reason.removeprefix('fail ')} | | | | |")
    if args.kind == "threads":
        for build in {name.rsplit(", ", 1)[0] for name in seconds}:
            one, two = seconds[f"{build}, 1 thread"], seconds[f"{build}, 2 threads"]
            found = sorted(a[0] / b[0] for a, b in zip(one, two))
            print(f"\n{build}: two threads over one {statistics.median(found):.2f} ({found[0]:.2f} to {found[-1]:.2f})")


if args.worker:
    worker(args.worker)
else:
    main()
