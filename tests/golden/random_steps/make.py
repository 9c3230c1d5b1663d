"""What torchvision's random steps make of small images, given what they drew.

python make.py    writes cases.json and pixels.npy beside this file

Images are uint8 tensors. An image is [start, width, height, channels]: where its samples begin in pixels.npy, rows from
top to bottom, channels interleaved. A region is [left, top, width, height].
"""

import itertools
import json
import pathlib

import numpy as np
import torch
import torchvision
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F

HERE = pathlib.Path(__file__).parent
RGB = [(1, 1), (1, 2), (2, 1), (3, 3), (5, 4), (7, 1), (1, 9), (8, 8), (13, 11), (16, 5), (17, 17), (31, 2), (23, 19), (33, 47)]
GRAY = [(1, 1), (5, 3), (2, 31), (9, 14), (20, 20), (33, 47)]

torch.manual_seed(20)
rng = np.random.default_rng(20)
pixels = []
end = 0


def keep(image):
    """Appends an image [C, H, W] and says where it is."""
    global end
    channels, height, width = image.shape
    samples = image.permute(1, 2, 0).contiguous().numpy().ravel()
    place = [end, width, height, channels]
    pixels.append(samples)
    end += samples.size
    return place


def picture(width, height, channels, noisy):
    """Slopes of colour with edges, and noise over them or not: blacks, whites and greys occur."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    planes = [255 * (0.5 + 0.7 * np.sin(7 * (x * a + y * b) + c)) for a, b, c in rng.uniform(-1.5, 1.5, (channels, 3))]
    image = np.stack(planes)
    if noisy:
        image += rng.normal(0, 40, image.shape)
    grays = rng.random((height, width)) < 0.1
    image[:, grays] = image[0, grays]
    return torch.from_numpy(image.clip(0, 255).astype(np.uint8))


FUNCTIONS = {
    "brightness": F.adjust_brightness,
    "contrast": F.adjust_contrast,
    "saturation": F.adjust_saturation,
    "hue": F.adjust_hue,
}


def adjusted(image, adjustments):
    for name, factor in adjustments:
        image = FUNCTIONS[name](image, factor)
    return image


def drawn(jitter, image):
    """The adjustments that a ColorJitter draws, in its order."""
    params = jitter.make_params([image])
    names = list(FUNCTIONS)
    return [[names[i], params[f"{names[i]}_factor"]] for i in params["fn_idx"].tolist()]


sources = [picture(w, h, 3, n % 2 == 1) for n, (w, h) in enumerate(RGB)]
sources += [picture(w, h, 1, n % 2 == 1) for n, (w, h) in enumerate(GRAY)]
places = [keep(image) for image in sources]
strong = v2.ColorJitter(brightness=0.8, contrast=0.8, saturation=0.9, hue=0.5)
usual = v2.ColorJitter(brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1)

cases = {
    "versions": {"torch": torch.__version__, "torchvision": torchvision.__version__, "cpu": torch.backends.cpu.get_cpu_capability()},
    "jitter": [], "colors": [], "resized_crop": [], "central_crop": [], "crop": [], "flip": [], "erase": [], "rectangles": [],
}

# Each adjustment alone, at the ends of its range and inside; then in orders that were drawn.
singles = [[["brightness", f]] for f in (0.0, 0.613, 1.75)] + [[["contrast", f]] for f in (0.0, 0.71, 1.9)]
singles += [[["saturation", f]] for f in (0.0, 0.37, 2.5)] + [[["hue", f]] for f in (-0.5, -0.083, 0.0, 0.271)]
for image, place in zip(sources, places):
    small = image[0].numel() < 1000
    chosen = singles if small else singles[1::3]
    chosen = chosen + [drawn(strong, image) for _ in range(4 if small else 2)] + [drawn(usual, image) for _ in range(3 if small else 1)]
    for adjustments in chosen:
        result = adjusted(image, adjustments)
        cases["jitter"].append({"image": place, "adjustments": adjustments, "result": keep(result)})
    if small:
        # All 24 orders of two sizes.
        if tuple(image.shape) in ((3, 11, 13), (3, 4, 5)):
            for order in itertools.permutations([["brightness", 1.2], ["contrast", 0.8], ["saturation", 1.4], ["hue", 0.06]]):
                cases["jitter"].append({"image": place, "adjustments": list(order), "result": keep(adjusted(image, order))})

# 32 levels of each channel; only a hash of what becomes of them.
levels = torch.arange(32) * 255 // 31
colors = torch.stack(torch.meshgrid(levels, levels, levels, indexing="ij")).reshape(3, 1, -1).to(torch.uint8)
for adjustments in singles + [drawn(jitter, colors) for jitter in (strong, usual) for _ in range(8)]:
    value = 0xCBF29CE484222325
    for byte in adjusted(colors, adjustments)[:, 0].T.contiguous().numpy().tobytes():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    cases["colors"].append({"adjustments": adjustments, "fnv1a": f"{value:016x}"})

for at, (image, place) in enumerate(zip(sources, places)):
    channels, height, width = image.shape
    cases["flip"].append({"image": place, "result": keep(F.horizontal_flip(image))})

    for n, filter in enumerate(("bilinear", "bicubic", "bilinear")):
        to = [(7, 5), (6, 6), (14, 9)][(at + n) % 3]
        crop = v2.RandomResizedCrop((to[1], to[0]), interpolation=filter, antialias=True)
        params = crop.make_params([image])
        region = [params["left"], params["top"], params["width"], params["height"]]
        result = crop.transform(image, params)
        cases["resized_crop"].append({"image": place, "region": region, "to": to, "filter": filter, "result": keep(result)})

    fill = [10, 200, 77] if channels == 3 else [77]
    for padding, to in (([3, 1, 2, 4], (4, 5)), (None, (12, 10)), (None, (max(width - 1, 1), height))):
        crop = v2.RandomCrop((to[1], to[0]), padding=padding, pad_if_needed=True, fill=fill)
        params = crop.make_params([image])
        corner = [params["left"], params["top"], params["padding"][0], params["padding"][1]]
        result = crop.transform(image, params)
        cases["crop"].append({"image": place, "at": corner, "to": to, "result": keep(result)})

    for value in ([200], [1, 2, 250])[: channels // 2 + 1]:
        erasing = v2.RandomErasing(p=1.0, scale=(0.05, 0.6), value=value if len(value) > 1 else value[0])
        params = erasing.make_params([image])
        if params["v"] is not None:
            region = [params["j"], params["i"], params["w"], params["h"]]
            cases["erase"].append({"image": place, "region": region, "value": value, "result": keep(erasing.transform(image, params))})

# Images of which no rectangle that is drawn fits, so that the central one is taken.
for (low, high), (width, height) in itertools.product(
    [(0.75, 4 / 3), (0.2, 0.3), (1.9, 5.3), (1.0, 1.0)],
    [(1, 9), (9, 1), (2, 7), (7, 2), (3, 10), (100, 33), (33, 100), (5, 200), (201, 6), (40, 40), (37, 29)],
):
    crop = v2.RandomResizedCrop((1, 1), scale=(9.0, 10.0), ratio=(low, high))
    params = crop.make_params([torch.zeros(1, height, width, dtype=torch.uint8)])
    region = [params["left"], params["top"], params["width"], params["height"]]
    # Rectangles without pixels, which torchvision cannot resize, are left out.
    if 0 not in region[2:]:
        cases["central_crop"].append({"size": [width, height], "ratio": [low, high], "region": region})

# How often rectangles of each size come up in images that are small, so that many are rounded and many do not fit.
torch.manual_seed(21)
for name, step, (width, height) in [
    ("random_resized_crop", v2.RandomResizedCrop((1, 1)), (9, 5)),
    ("random_resized_crop", v2.RandomResizedCrop((1, 1), scale=(0.4, 1.0), ratio=(0.5, 3.0)), (6, 13)),
    ("random_erasing", v2.RandomErasing(), (9, 5)),
    ("random_erasing", v2.RandomErasing(scale=(0.1, 0.9), ratio=(0.2, 1.0)), (6, 13)),
]:
    image = torch.zeros(1, height, width, dtype=torch.uint8)
    counts = {}
    for _ in range(400_000):
        params = step.make_params([image])
        # What erases nothing counts as 0x0, as do rectangles with a side of 0.
        size = params.get("width", params.get("w")), params.get("height", params.get("h"))
        if 0 in size or params.get("v", 0) is None:
            size = 0, 0
        counts[size] = counts.get(size, 0) + 1
    bounds = {"scale": list(step.scale), "ratio": list(step.ratio)}
    counts = [[*size, count] for size, count in sorted(counts.items())]
    cases["rectangles"].append({"step": name, "size": [width, height], **bounds, "counts": counts})

np.save(HERE / "pixels.npy", np.concatenate(pixels))
lines = [f'"{name}": ' + (json.dumps(of) if isinstance(of, dict) else "[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in of) + "\n]") for name, of in cases.items()]
(HERE / "cases.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
print({name: len(of) for name, of in cases.items()}, end, "samples")
