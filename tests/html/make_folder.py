#!/usr/bin/env python3
"""Makes a small dataset with names that try to do harm in a page, and findings of many kinds.

    python3 tests/html/make_folder.py FOLDER

FOLDER must not exist. FOLDER.toml, written beside it, is a configuration with a waiver. The pictures are copies of
`assets/photos` and `assets/hostile`, and plain PNG files that are written here. A name that tries to run a script sets
`window.harmed`, for which check.mjs looks.
"""
import itertools
import os
import shutil
import struct
import sys
import zlib
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[2] / "assets"

# No name has a slash; the first gets its end tag from the folder: `<script>…<` + `/` + `script>.png`.
SCRIPT_FOLDER = "<script>window.harmed=1<"
HOSTILE = [
    "<img src=x onerror=window.harmed=2>.jpg",
    "\" onload=\"window.harmed=3\" x=\".jpg",
    "'><svg onload='window.harmed=4'>.jpg",
    "--><b>bold.jpg",
    "javascript:window.harmed=5.jpg",
    "&lt;b&gt; &amp; &quot;.jpg",
    "line\nbreak.jpg",
    "tab\tand\rreturn.jpg",
    "\x1b[31mred\x1b[0m\x07.jpg",
    "\u202egpj.exe.jpg",
    "=cmd('calc')!A1.jpg",
    "${window.harmed=6}{{7*7}}.jpg",
    "x" * 240 + ".jpg",
    "写真の猫 صورة 👨\u200d👩.jpg",
]


def png(width, height, gray):
    """A PNG file of 8-bit gray samples, gray(x, y)."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(gray(x, y) for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def main():
    folder = Path(sys.argv[1])
    train, val = folder / "train", folder / "val"
    photos = sorted(path for path in ASSETS.glob("photos/*/*"))
    for photo in photos:
        target = train / photo.parent.name / photo.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(photo, target)

    # Copies with names that try to do harm: duplicates, leaks between splits, one picture in several classes.
    jpegs = itertools.cycle(photo for photo in photos if photo.suffix == ".jpg")
    harm = train / "<b class='x'>&\"harm\""
    harm.mkdir()
    for name in HOSTILE:
        shutil.copy(next(jpegs), harm / name)
    (train / SCRIPT_FOLDER).mkdir()
    shutil.copy(photos[2], train / SCRIPT_FOLDER / "script>.png")
    with open(os.path.join(os.fsencode(harm), b"not \xff utf-8.jpg"), "wb") as file:
        file.write(next(jpegs).read_bytes())
    for photo in photos[::4]:
        target = val / photo.parent.name / f"copy of {photo.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(photo, target)

    # More pictures and more findings than a gallery or an open list shows.
    night = train / "night"
    night.mkdir()
    for index in range(30):
        dark = png(64, 64, lambda x, y: (x * (index + 3) // 7 + y * y // (index + 5)) % (20 + index % 9))
        (night / f"{index:03}.png").write_bytes(dark)
        (folder / f"notes {index:02} <i>.txt").write_text("no picture")

    # Damaged files, and files that differ from the others.
    odd = train / "odd"
    odd.mkdir()
    cat = (ASSETS / "photos/animals/cat.jpg").read_bytes()
    (odd / "<u>cut.jpg").write_bytes(cat[: len(cat) // 2])
    (odd / "empty.jpg").write_bytes(b"")
    (odd / "text \"x\".jpg").write_text("<script>window.harmed=8</script>")
    (odd / "named.png").write_bytes(cat)
    (odd / "long tail.jpg").write_bytes(cat + b"tail" * 100)
    (odd / "one gray.png").write_bytes(png(64, 64, lambda x, y: 128))
    (odd / "tiny.png").write_bytes(png(16, 16, lambda x, y: (37 * x + 91 * y) % 256))
    (odd / "wide.png").write_bytes(png(640, 48, lambda x, y: (x // 5 + (37 * x + 91 * y) % 60) % 256))
    for name in ["bomb.png", "crc_error.png", "turned.jpg", "animated.gif", "cmyk.jpg"]:
        shutil.copy(ASSETS / "hostile" / name, odd / name)
    for name in ["empty class", "Animals"]:
        (train / name).mkdir()
    shutil.copy(photos[0], train / "Animals" / "again.jpg")

    waiver = '[[waiver]]\ncheck = "dark"\nsubject = "train/night/00*"\nreason = "<script>window.harmed=9</script> \\u001b[31m"\n'
    Path(f"{folder}.toml").write_text(waiver)
    print(f"{sum(path.is_file() for path in folder.rglob('*'))} files, {len(HOSTILE) + 2} with hostile names")


if __name__ == "__main__":
    main()
