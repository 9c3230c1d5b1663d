"""Makes the folder `images` and `issues.json`: the tables and the sets of duplicates that cleanvision has for it.

    python make_cleanvision_folder.py

Needs cleanvision, and scikit-image for its photographs (assets/PROVENANCE.md has their licences). The versions are in
`issues.json`. The pictures have the modes L, RGB and RGBA, and two of them palettes, of which the scores are not compared.
"""

import importlib.metadata
import json
import pathlib
import shutil
import struct
import zlib

import numpy as np
import skimage
from cleanvision import Imagelab
from PIL import Image, ImageEnhance, ImageFilter

HERE = pathlib.Path(__file__).parent
IMAGES = HERE / "images"
PHOTOS = pathlib.Path(skimage.__file__).parent / "data"


def cut(name, left, top, width=96, height=72, scale=3):
    """A part of a photograph, made smaller."""
    photo = Image.open(PHOTOS / name)
    photo.load()
    part = photo.crop((left, top, left + width * scale, top + height * scale))
    return part.resize((width, height), Image.Resampling.BICUBIC)


def save(picture, name, **options):
    path = IMAGES / name
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, **options)


def save_words(picture, name):
    """A PNG file of 16 bits a sample, of which Pillow reads the upper 8; the lower ones are made up."""
    upper = np.asarray(picture).astype(np.uint16)
    words = (upper << 8 | (upper * 7 + 131) % 256).astype(">u2")
    height, width, _ = words.shape
    lines = b"".join(b"\0" + line.tobytes() for line in words)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n"
    for kind, contents in chunks:
        data += struct.pack(">I", len(contents)) + kind + contents + struct.pack(">I", zlib.crc32(kind + contents))
    (IMAGES / name).write_bytes(data)


def make():
    cat = cut("chelsea.png", 60, 20)
    cup = cut("coffee.png", 60, 20)
    astronaut = cut("astronaut.png", 60, 0)
    save(cat, "animals/cat.png")
    save(cat, "animals/cat_copy.png", compress_level=1)
    save(cat, "animals/cat.jpg", quality=85)
    decoded = Image.open(IMAGES / "animals/cat.jpg")
    save(decoded, "animals/cat_of_jpeg.png")
    shutil.copy(IMAGES / "animals/cat.jpg", IMAGES / "animals/cat_again.jpeg")
    save(cat.resize((80, 60)), "animals/cat_small.png")
    save(ImageEnhance.Brightness(cat).enhance(0.8), "animals/cat_dim.jpg", quality=90)
    save(cat.convert("L"), "animals/cat_gray.png")
    save(cat.convert("L").convert("RGB"), "animals/cat_gray_in_rgb.webp", lossless=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    save(cut("chelsea.png", 0, 0), "animals/turned.jpg", quality=90, exif=exif)
    save(cup, "things/cup.jpg", quality=80, subsampling=0)
    save(ImageEnhance.Brightness(cup).enhance(0.12), "things/cup_dark.png")
    save(cup.point(lambda value: 250 + value // 60), "things/cup_white.png")
    save(cup.filter(ImageFilter.GaussianBlur(12)), "things/cup_blurred.png")
    save(cup.crop((0, 0, 96, 24)), "things/cup_wide.png")
    save(cup.crop((30, 0, 50, 72)), "things/cup_high.jpg", quality=90)
    alpha = cup.copy()
    alpha.putalpha(Image.linear_gradient("L").resize(cup.size))
    save(alpha, "things/cup_transparent.png")
    save(cup.quantize(16), "things/cup_palette.png")
    save(cup.quantize(64), "things/cup.gif")
    save_words(cup, "things/cup_words.png")
    save(astronaut, "people/astronaut.tiff", compression="tiff_lzw")
    save(astronaut, "people/astronaut.webp", lossless=True)
    save(cut("astronaut.png", 0, 0, 200, 150, 2), "people/large.jpg", quality=60)
    save(cut("camera.png", 60, 40), "people/camera.jpg", quality=85)
    save(cut("camera.png", 60, 40), "people/camera.png")
    save(cut("rocket.jpg", 0, 0), "people/rocket.jpg", quality=85, progressive=True)
    save(cut("retina.jpg", 0, 0, 96, 72, 12), "people/retina.jpg", quality=75)
    save(Image.new("RGB", (96, 72), (90, 20, 200)), "plain/plain.png")
    save(Image.new("RGB", (72, 96), (90, 20, 200)), "plain/plain_turned.png")
    save(Image.new("L", (96, 216), 9), "plain/gray.png")
    save(Image.new("RGB", (96, 72), (9, 9, 9)), "plain/gray_in_rgb.png")


def main():
    shutil.rmtree(IMAGES, ignore_errors=True)
    make()
    lab = Imagelab(data_path=str(IMAGES), verbose=False)
    lab.find_issues(n_jobs=1, verbose=False)
    name = lambda path: str(pathlib.Path(path).relative_to(IMAGES))
    rows = {}
    for path, row in lab.issues.iterrows():
        rows[name(path)] = {"mode": Image.open(path).mode} | {
            column: bool(value) if column.startswith("is_") else float(value) for column, value in row.items()
        }
    golden = {
        "versions": {package: importlib.metadata.version(package) for package in ["cleanvision", "imagehash", "pillow"]},
        "columns": lab.issues.columns.tolist(),
        "issues": rows,
        "issue_summary": {row.issue_type: int(row.num_images) for row in lab.issue_summary.itertuples()},
        "exact_duplicates": [[name(path) for path in group] for group in lab.info["exact_duplicates"]["sets"]],
        "near_duplicates": [[name(path) for path in group] for group in lab.info["near_duplicates"]["sets"]],
    }
    (HERE / "issues.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
