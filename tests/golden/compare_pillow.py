"""Compares what the library makes of a folder of pictures with what Pillow makes of it.

    python tests/golden/compare_pillow.py FOLDER [FOLDER ...]

needs Pillow and NumPy. Each file of an image format that the library knows goes through Pillow's
`ImageOps.exif_transpose` and `convert("RGB")`; the pixels become golden cases in a temporary folder, which the test
`golden_wild` reads. Printed are the counts of files that agree, that differ, that only one of both reads and that
both refuse, and a line for each file that does not agree.

Where Pillow keeps deep samples and cuts them off at 255 (modes I;16, I and F), the expected pixels follow the
library's rule: round(v / 257), round(255 v / 32767) for signed samples, round(255 v) for floats in 0..=1.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from PIL import Image, ImageOps

SUFFIXES = {"jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "bmp", "dib", "gif", "tif", "tiff", "mpo"}
LOSSY = {"JPEG", "JPEG in TIFF", "MPO", "WEBP"}
ROOT = pathlib.Path(__file__).resolve().parents[2]


def is_wanted(path):
    """Files whose name or content is of a format that the library reads."""
    if path.suffix.lower().lstrip(".") in SUFFIXES:
        return True
    head = path.open("rb").read(12)
    return head[:3] == b"\xff\xd8\xff" or head[:8] == b"\x89PNG\r\n\x1a\n" or head[:4] in (b"GIF8", b"II*\0", b"MM\0*")


def to_rgb(image):
    """Pillow's pixels; deep samples by the library's rule."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        bits = image.tag_v2.get(258, (16,))[0] if hasattr(image, "tag_v2") else 16
        signed = hasattr(image, "tag_v2") and image.tag_v2.get(339, (1,))[0] == 2
        values = np.asarray(ImageOps.exif_transpose(image)).astype(np.float64)
        most = 1.0 if image.mode == "F" else 2.0 ** (bits - signed) - 1
        gray = np.floor(np.clip(255 * values / most, 0, 255) + 0.5).astype(np.uint8)
        return np.repeat(gray[:, :, None], 3, axis=2)
    return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def by_pillow(path):
    """The pixels, the format and the mode, or the words of the error."""
    try:
        with Image.open(path) as image:
            is_jpeg = image.format == "TIFF" and image.tag_v2.get(259) in (6, 7)
            mode, kind = image.mode, "JPEG in TIFF" if is_jpeg else image.format
            return to_rgb(image), kind, mode
    except Exception as error:  # whatever a reader makes of a broken file
        return None, type(error).__name__, str(error).splitlines()[0] if str(error) else ""


def main():
    warnings.simplefilter("ignore")
    paths = [p for folder in sys.argv[1:] for p in sorted(pathlib.Path(folder).resolve().rglob("*")) if p.is_file()]
    paths = [path for path in paths if is_wanted(path)]
    with tempfile.TemporaryDirectory() as temporary:
        wild = pathlib.Path(temporary) / "wild"
        wild.mkdir()
        cases, pillow = [], {}
        for index, path in enumerate(paths):
            pixels, kind, detail = by_pillow(path)
            pillow[str(path)] = (pixels is not None, kind, detail)
            if pixels is None:
                expect = {"refused": "by Pillow"}
            else:
                np.save(wild / f"{index}.npy", np.ascontiguousarray(pixels))
                lossy = kind in LOSSY
                expect = {"pixels": f"{index}.npy", "max_abs": 40 if lossy else 1, "mean_abs": 1.5 if lossy else 1}
            cases.append({"id": str(path), "file": str(path), "expect": expect})
        (wild / "index.json").write_text(json.dumps({"form": 1, "cases": cases}))
        outcomes = pathlib.Path(temporary) / "outcomes.jsonl"
        environment = dict(os.environ, BURN_PREP_GOLDEN=temporary, BURN_PREP_WILD_OUTCOMES=str(outcomes))
        subprocess.run(["cargo", "test", "--locked", "--test", "it", "golden_wild"], cwd=ROOT, env=environment,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        rows = [json.loads(line) for line in outcomes.read_text().splitlines()]

    counts, lines = collections.Counter(), []
    for row in rows:
        read, kind, detail = pillow[row["id"]]
        word = {
            (True, "agrees"): "agree",
            (True, "differs"): "differ",
            (False, "differs"): "only ours",
        }.get((read, row["outcome"]), "only Pillow" if read else "both refuse")
        if row["outcome"] == "panicked" or "panicked" in row["detail"]:
            word = "panic"
        counts[word] += 1
        if word in ("differ", "only Pillow", "only ours", "panic"):
            lines.append(f"{word}: {row['id']} [{kind} {detail}] {row['detail']}")
    for line in sorted(lines):
        print(line)
    for word in ("agree", "differ", "only Pillow", "only ours", "both refuse", "panic"):
        print(f"{word}: {counts[word]}")


if __name__ == "__main__":
    main()
