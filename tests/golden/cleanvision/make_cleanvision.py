"""Makes the pictures of this folder and `scores.json`: what cleanvision measures of them, its scores and its flags.

    python make_cleanvision.py

Needs cleanvision, Pillow and scikit-image, whose photographs it cuts (assets/PROVENANCE.md has their licences). The versions
are in `scores.json`. Pictures with gray and alpha are missing, because cleanvision ends with an IndexError at the first of them.
"""

import importlib.metadata
import json
import pathlib

import numpy as np
import pandas
import skimage
from cleanvision import Imagelab
from cleanvision.issue_managers.image_property import SizeProperty
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

HERE = pathlib.Path(__file__).parent
PHOTOS = pathlib.Path(skimage.__file__).parent / "data"
ISSUES = ["dark", "light", "odd_aspect_ratio", "low_information", "blurry", "grayscale", "odd_size"]
MEASURES = {
    "brightness": "dark",
    "brightness_perc_5": "dark",
    "brightness_perc_99": "dark",
    "aspect_ratio": "odd_aspect_ratio",
    "entropy": "low_information",
    "blurriness": "blurry",
    "blurriness_grayscale_std": "blurry",
    "size": "odd_size",
}


def cut(name, left, top, width, height, scale=1):
    """A part of a photograph, made smaller."""
    photo = Image.open(PHOTOS / name)
    photo.load()
    part = photo.crop((left, top, left + width * scale, top + height * scale))
    return part.resize((width, height), Image.Resampling.BICUBIC)


def photos():
    """Photographs as they are and in higher and wider formats, where Pillow weighs rows and columns in another order."""
    yield "astronaut.png", cut("astronaut.png", 60, 0, 128, 96, 3)
    yield "astronaut_high.png", cut("astronaut.png", 150, 10, 60, 150, 2)
    yield "camera.png", cut("camera.png", 100, 40, 120, 120, 2)
    yield "camera_wide.png", cut("camera.png", 10, 120, 150, 50, 3)
    yield "chelsea.png", cut("chelsea.png", 90, 40, 125, 93, 2)
    yield "chelsea.jpg", cut("chelsea.png", 40, 0, 200, 150, 2)
    yield "chelsea_high.jpg", cut("chelsea.png", 120, 0, 70, 280)
    yield "coffee.jpg", cut("coffee.png", 20, 0, 240, 160, 2)
    yield "coffee_square.png", cut("coffee.png", 150, 60, 64, 64, 4)
    yield "clock.jpg", cut("clock_motion.png", 0, 0, 180, 120, 2)
    yield "hubble.jpg", cut("hubble_deep_field.jpg", 100, 100, 200, 160, 3)
    yield "hubble_small.png", cut("hubble_deep_field.jpg", 300, 300, 50, 40, 4)
    yield "retina.jpg", cut("retina.jpg", 0, 0, 176, 176, 8)
    yield "rocket.jpg", cut("rocket.jpg", 0, 0, 210, 140, 3)
    yield "brick.png", cut("brick.png", 0, 0, 100, 80, 3)
    yield "grass.png", cut("grass.png", 0, 0, 90, 120, 2)
    yield "gravel.png", cut("gravel.png", 10, 10, 110, 70, 2)


def changed():
    """Photographs that are dark, bright, pale, blurred, gray, or half transparent."""
    cat = cut("chelsea.png", 90, 40, 125, 93, 2)
    cup = cut("coffee.png", 100, 20, 96, 120, 3)
    for name, factor in [("dark", 0.15), ("dim", 0.45), ("bright", 2.5)]:
        yield f"cat_{name}.png", ImageEnhance.Brightness(cat).enhance(factor)
        yield f"cup_{name}.png", ImageEnhance.Brightness(cup).enhance(factor)
    yield "cat_pale.png", cat.point(lambda value: 240 + value // 16)
    yield "cat_white.png", cat.point(lambda value: 249 + value // 40)
    for radius in [1, 3, 9, 20]:
        yield f"cat_blurred_{radius}.png", cat.filter(ImageFilter.GaussianBlur(radius))
    yield "cat_gray.png", cat.convert("L")
    yield "cup_gray.png", cup.convert("L")
    yield "cat_gray_in_rgb.png", cat.convert("L").convert("RGB")
    slope = Image.linear_gradient("L")
    for name, picture in [("cat", cat), ("cup", cup), ("cup_high", cup.crop((20, 0, 58, 120)))]:
        picture = picture.copy()
        picture.putalpha(slope.resize(picture.size))
        yield f"{name}_transparent.png", picture
    holes = cat.copy()
    alpha = Image.new("L", cat.size, 255)
    ImageDraw.Draw(alpha).ellipse((20, 10, 90, 80), fill=0)
    holes.putalpha(alpha)
    yield "cat_with_hole.png", holes


def made(numbers):
    """Shapes, slopes, noise, plain colours, and sizes at the limits of what is made smaller."""
    for number, size in enumerate([(130, 90), (65, 64), (64, 65), (33, 100)]):
        picture = Image.new("RGB", size, tuple(int(c) for c in numbers.integers(0, 256, 3)))
        draw = ImageDraw.Draw(picture)
        for _ in range(5):
            color = tuple(int(c) for c in numbers.integers(0, 256, 3))
            (x0, x1), (y0, y1) = (sorted(int(v) for v in numbers.integers(0, side, 2)) for side in size)
            [draw.ellipse, draw.rectangle, draw.line][int(numbers.integers(0, 3))]((x0, y0, x1, y1), fill=color)
        yield f"shapes_{number}.png", picture
    for number, (width, height) in enumerate([(256, 40), (40, 300), (64, 64)]):
        x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
        yield f"slope_{number}.png", Image.fromarray((200 * x * y + 20 * y).astype(np.uint8))
    for number, (width, height) in enumerate([(90, 70), (20, 31), (30, 130)]):
        values = numbers.integers(0, 256, (height, width, 3), dtype=np.uint8)
        yield f"noise_{number}.png", Image.fromarray(values)
    bits = numbers.integers(0, 2, (150, 71), dtype=np.uint8) * 255
    yield "black_and_white.png", Image.fromarray(bits)
    yield "plain.png", Image.new("RGB", (100, 30), (40, 40, 40))
    yield "plain_gray.png", Image.new("L", (80, 90), 128)
    yield "white.png", Image.new("RGB", (70, 70), (255, 255, 255))
    yield "black_gray.png", Image.new("L", (10, 10), 0)
    yield "one_pixel.png", Image.new("RGB", (1, 1), (200, 90, 7))
    yield "two_rows.png", Image.fromarray(numbers.integers(0, 256, (2, 9, 3), dtype=np.uint8))
    yield "line.png", Image.fromarray(numbers.integers(0, 256, (1, 300), dtype=np.uint8))
    yield "column.png", Image.fromarray(numbers.integers(0, 256, (400, 2, 3), dtype=np.uint8))


def written(pictures):
    """Writes the pictures and gives what cleanvision finds in them."""
    names = []
    for name, picture in pictures:
        options = {"quality": 85} if name.endswith(".jpg") else {"optimize": True}
        picture.save(HERE / name, **options)
        names.append(name)
    lab = Imagelab(filepaths=[str(HERE / name) for name in names])
    lab.find_issues({issue: {} for issue in ISSUES}, n_jobs=1, verbose=False)
    found = []
    for name in names:
        path = str(HERE / name)
        mode = Image.open(path).mode
        assert mode in ["L", "RGB", "RGBA"], f"{name}: {mode}"
        row = lab.issues.loc[path]
        found.append(
            {
                "file": name,
                "mode": mode,
                "measures": {name: float(lab.info[issue][name][path]) for name, issue in MEASURES.items()},
                "scores": {issue: float(row[f"{issue}_score"]) for issue in ISSUES},
                "flags": [issue for issue in ISSUES if row[f"is_{issue}_issue"]],
            }
        )
    return found


def sizes(numbers):
    """Sizes of the pictures of data sets, their scores and flags; half of the data sets have one common size."""
    for case in range(8):
        count = [3, 4, 11, 50][case // 2]
        spread = [400, 3][case % 2]
        sides = [[500 + int(v) for v in pair] for pair in numbers.integers(0, spread, (count, 2))]
        if case % 2 == 1:
            sides[: count - count // 5] = [[500, 375]] * (count - count // 5)
        sides[0] = [64, 48] if case >= 4 else sides[0]
        sides[-1] = [4000, 3000] if case >= 6 else sides[-1]
        measure = SizeProperty()
        raw = pandas.DataFrame({"size": [measure.calculate(Image.new("1", tuple(side)))["size"] for side in sides]})
        scores = measure.get_scores(raw, "odd_size")
        flags = measure.mark_issue(scores, "odd_size")
        yield {
            "sides": sides,
            "scores": [float(score) for score in scores["odd_size_score"]],
            "flags": [bool(flag) for flag in flags["is_odd_size_issue"]],
        }


def main():
    numbers = np.random.default_rng(2026)
    pictures = written([*photos(), *changed(), *made(numbers)])
    packages = ["cleanvision", "numpy", "pillow", "scikit-image"]
    versions = {package: importlib.metadata.version(package) for package in packages}
    golden = {"versions": versions, "pictures": pictures, "sizes": list(sizes(numbers))}
    (HERE / "scores.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
