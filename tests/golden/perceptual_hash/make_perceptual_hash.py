"""Makes the pictures of this folder and `hashes.json`: their perceptual hashes by imagehash, and 32x32 copies by Pillow.

    python make_perceptual_hash.py

Needs Pillow, imagehash and scikit-image, whose photographs it cuts (assets/PROVENANCE.md has the licences of all that are
used here). The versions are in `hashes.json`.
"""

import importlib.metadata
import json
import pathlib

import imagehash
import numpy as np
import skimage
from PIL import Image, ImageDraw

HERE = pathlib.Path(__file__).parent
PHOTOS = pathlib.Path(skimage.__file__).parent / "data"
# In the order of `Dihedral`; Pillow turns counterclockwise, `Dihedral` clockwise.
FORMS = [
    None,
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.ROTATE_270,
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_90,
    Image.Transpose.TRANSPOSE,
    Image.Transpose.TRANSVERSE,
]


def photos(numbers):
    """Cuts of photographs: as they are, made smaller, in many proportions."""
    names = ["astronaut.png", "camera.png", "chelsea.png", "coffee.png", "clock_motion.png", "hubble_deep_field.jpg", "retina.jpg"]
    for name in names:
        photo = Image.open(PHOTOS / name)
        photo.load()
        for cut in range(4):
            width, height = (int(numbers.integers(48, 110)) for _ in range(2))
            if cut == 3:
                # So high that Pillow weighs columns first.
                width, height = int(numbers.integers(20, 40)), int(numbers.integers(90, 150))
            scale = [1, 2, 3, 1][cut]
            left = int(numbers.integers(0, photo.width - width * scale))
            top = int(numbers.integers(0, photo.height - height * scale))
            part = photo.crop((left, top, left + width * scale, top + height * scale))
            yield f"{pathlib.Path(name).stem}_{cut}", part.resize((width, height), Image.Resampling.BICUBIC)


def shapes(numbers):
    """Ellipses, rectangles and lines."""
    for number in range(14):
        size = tuple(int(side) for side in numbers.integers(20, 160, 2))
        mode = ["RGB", "L", "RGBA", "LA"][number % 4]
        picture = Image.new("RGBA", size, (*(int(c) for c in numbers.integers(0, 256, 3)), 255))
        draw = ImageDraw.Draw(picture)
        for _ in range(6):
            color = tuple(int(c) for c in numbers.integers(0, 256, 4))
            (x0, x1), (y0, y1) = (sorted(int(v) for v in numbers.integers(0, side, 2)) for side in size)
            [draw.ellipse, draw.rectangle, draw.line][int(numbers.integers(0, 3))]((x0, y0, x1, y1), fill=color)
        yield f"shapes_{number:02}", picture.convert(mode)


def gradients(numbers):
    """Slopes with waves on them."""
    for number in range(10):
        width, height = (int(side) for side in numbers.integers(8, 130, 2))
        x, y = np.meshgrid(np.arange(width) / width, np.arange(height) / height)
        a, b, c, d = numbers.normal(size=4)
        values = 128 + 60 * (a * x + b * y) + 40 * np.sin(9 * c * x + 7 * d * y + a)
        yield f"gradient_{number:02}", Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def noise(numbers):
    """Random pixels; some are smaller than the 32 pixels that they are brought to, or just as large."""
    for number, (width, height) in enumerate([(5, 7), (32, 32), (32, 57), (61, 32), (31, 33), (40, 48), (40, 49), (90, 20)]):
        yield f"noise_{number:02}", Image.fromarray(numbers.integers(0, 256, (height, width, 3), dtype=np.uint8))


def thumbnail(picture):
    return picture.convert("L").resize((32, 32), Image.Resampling.LANCZOS)


def main():
    numbers = np.random.default_rng(2026)
    pictures = []
    for name, picture in [*photos(numbers), *shapes(numbers), *gradients(numbers), *noise(numbers)]:
        picture.save(HERE / f"{name}.png", optimize=True)
        forms = [picture if form is None else picture.transpose(form) for form in FORMS]
        pictures.append(
            {
                "file": f"{name}.png",
                "mode": picture.mode,
                "hashes": [str(imagehash.phash(form)) for form in forms],
                "thumbnail": thumbnail(picture).tobytes().hex(),
            }
        )
    packages = ["imagehash", "numpy", "pillow", "scikit-image", "scipy"]
    versions = {package: importlib.metadata.version(package) for package in packages}
    text = json.dumps({"versions": versions, "pictures": pictures}, indent=1)
    (HERE / "hashes.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
