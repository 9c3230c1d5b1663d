#!/usr/bin/env python3
"""Makes tests/golden/pillow.json and tests/golden/resize: what Pillow and NumPy say of the assets.

    pip install pillow==13.0.0 numpy==2.4.6
    python tests/golden/make_pillow.py
"""
import json
import zlib
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

HERE = Path(__file__).parent
ASSETS = HERE.parent.parent / "assets"

# Lossless files, whose pixels every decoder gives alike.
EXACT = [
    "hostile/png_named.jpg", "hostile/palette.png", "hostile/bilevel.png", "hostile/gray_alpha.png",
    "hostile/transparent.png", "hostile/one_pixel.png", "hostile/animated.gif", "hostile/animated.webp",
    "hostile/pages.tiff", "hostile/bitmap.bmp", "hostile/gray16.png",
]
FILTERS = {"box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos3": Image.LANCZOS}
RESIZED = [("animals/cat_face.png", (33, 47)), ("objects/coffee_cup.png", (200, 61)), ("space/hubble_right.png", (224, 224))]


def rgb(path):
    picture = Image.open(path)
    if picture.mode.startswith("I"):
        # Pillow cuts 16-bit samples off at 255; the reference is a division by 257.
        gray = (np.asarray(picture).astype(np.uint32) + 128) // 257
        return np.repeat(gray[..., None], 3, axis=2).astype(np.uint8)
    return np.asarray(picture.convert("RGB"))


def main():
    out = {"versions": {"pillow": PIL.__version__, "numpy": np.__version__}, "moments": {}, "crc32": {}}
    photos = sorted((ASSETS / "photos").rglob("*.png"))
    every = []
    for path in photos:
        pixels = rgb(path)
        every.append(pixels.reshape(-1, 3))
        flat = pixels.reshape(-1, 3).astype(np.float64)
        out["moments"][str(path.relative_to(ASSETS / "photos"))] = {
            "shape": list(pixels.shape),
            "mean": flat.mean(axis=0).tolist(),
            "std": flat.std(axis=0).tolist(),
            "min": pixels.reshape(-1, 3).min(axis=0).tolist(),
            "max": pixels.reshape(-1, 3).max(axis=0).tolist(),
            "mean_of_all": flat.mean(),
            "std_of_all": flat.std(),
        }
    together = np.concatenate(every).astype(np.float64)
    out["together"] = {"mean": together.mean(axis=0).tolist(), "std": together.std(axis=0).tolist()}
    for name in EXACT:
        pixels = rgb(ASSETS / name)
        out["crc32"][name] = {"shape": list(pixels.shape), "crc32": zlib.crc32(pixels.tobytes())}
    (HERE / "pillow.json").write_text(json.dumps(out, indent=1) + "\n")

    for name, size in RESIZED:
        picture = Image.open(ASSETS / "photos" / name).convert("RGB")
        for label, kernel in FILTERS.items():
            # Rows first, as torchvision and Pillow before 13, which begins with the columns where that costs less.
            narrow = picture.resize((size[0], picture.height), kernel)
            narrow.resize(size, kernel).save(HERE / "resize" / f"{Path(name).stem}__{label}_{size[0]}x{size[1]}.png")


if __name__ == "__main__":
    main()
