"""Prints the measures of the images in src/measure/test_images.rs, computed in NumPy from their definitions.

The numbers are in the tests of src/measure/measures.rs. NumPy 2 and Pillow 13.
"""

import numpy as np
from PIL import Image


def rgb(width, height, sample):
    state = 1
    pixels = np.zeros((height, width, 3), np.uint8)
    for y in range(height):
        for x in range(width):
            for c in range(3):
                state = (state * 1664525 + 1013904223) % 2**32
                pixels[y, x, c] = sample(x, y, c, state >> 24) & 255
    return pixels


def framed(x, y, c, random):
    return random if 5 <= y < 47 and 17 <= x < 53 else 10 + 10 * c + (random & 1)


IMAGES = {
    "noise": rgb(40, 30, lambda x, y, c, random: random),
    "ramps": rgb(150, 97, lambda x, y, c, random: 2 * x + 3 * y + 40 * c + (random & 7)),
    "large": rgb(777, 523, lambda x, y, c, random: 128 + (x * x // 64 + y * y // 97) % 64 + 10 * c + (random & 15)),
    "tall": rgb(37, 1300, lambda x, y, c, random: (y * y // 50 + x * y) % 200),
    "framed": rgb(60, 50, framed),
}
IMAGES["first channel of ramps"] = IMAGES["ramps"][:, :, :1]


def brightness(pixels):
    if pixels.shape[2] == 1:
        values = pixels / 255
    else:
        values = np.sqrt((pixels.astype(float) ** 2) @ [0.241, 0.691, 0.068]) / 255
    return np.percentile(values, [1, 5, 10, 15, 50, 90, 95, 99])


def reduced(axis, limit, longest):
    """The matrix that averages an axis by area."""
    to = axis if longest <= limit else max(1, int(axis * limit / longest + 0.5))
    edges = np.linspace(0, axis, to + 1)
    left, right = edges[:-1, None], edges[1:, None]
    at = np.arange(axis)[None]
    overlap = np.clip(np.minimum(right, at + 1) - np.maximum(left, at), 0, None)
    return overlap / overlap.sum(1, keepdims=True)


def sharpness(luma):
    longest = max(luma.shape)
    if longest < 64:
        return None
    height, width = luma.shape
    small = reduced(height, 512, longest) @ luma @ reduced(width, 512, longest).T
    g = (small[1:, 1:] + small[:-1, 1:] + small[1:, :-1] + small[:-1, :-1]) / 4
    x = np.var(g[:, :-2] - 2 * g[:, 1:-1] + g[:, 2:])
    y = np.var(g[:-2] - 2 * g[1:-1] + g[2:])
    return score(g), x, y, g.var()


def parts(places, count):
    return [slice(places * at // count, places * (at + 1) // count) for at in range(count)]


def score(g):
    """Of the sharpest of the tiles of about 64 pixels, less what is taken for noise."""
    rows, columns = max((g.shape[0] + 1) // 64, 1), max((g.shape[1] + 1) // 64, 1)
    along_rows = g[:, :-2] - 2 * g[:, 1:-1] + g[:, 2:]
    along_columns = g[:-2] - 2 * g[1:-1] + g[2:]
    row_of = np.arange(g.shape[0]) * rows // g.shape[0]
    tiles = []
    for row in range(rows):
        of_row = row_of == row
        for places, differences in zip(parts(g.shape[1], columns), parts(g.shape[1] - 2, columns)):
            x = np.var(along_rows[of_row][:, differences])
            y = np.var(along_columns[of_row[2:]][:, places])
            tiles.append((min(x, y), np.var(g[of_row][:, places])))
    least = min(20, min(tile[0] for tile in tiles)) if len(tiles) > 1 else 0
    return max(0, max((m - least) / (variance + 25) for m, variance in tiles))


def noise(luma):
    down = luma[:-2] - 2 * luma[1:-1] + luma[2:]
    both = down[:, :-2] - 2 * down[:, 1:-1] + down[:, 2:]
    return np.sqrt(np.pi / 2) / (6 * both.size) * np.abs(both).sum()


def blockiness(luma):
    across, down = np.abs(np.diff(luma, axis=1)), np.abs(np.diff(luma, axis=0))
    edges = np.concatenate([across[:, 7::8].ravel(), down[7::8].ravel()])
    total, count = across.sum() + down.sum(), across.size + down.size
    return edges.mean() / ((total - edges.sum()) / (count - edges.size))


def show(name, pixels):
    picture = Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0])
    bands, luma = picture.split(), np.asarray(picture.convert("L"), float)
    low, high = pixels.min(2), pixels.max(2)
    wide = pixels.astype(int)
    apart = np.abs(np.diff(wide, axis=2)).max(2) if pixels.shape[2] == 3 else np.zeros(1, int)
    print(f"{name}: {pixels.shape}")
    print("  brightness", [float(f"{value:.10g}") for value in brightness(pixels)])
    print("  entropy", max(band.entropy() for band in bands), "noise", float(noise(luma)), "blockiness", float(blockiness(luma)))
    print("  clipped", int((low >= 253).sum()), int((high <= 2).sum()), "of", low.size)
    print("  difference", int(np.percentile(apart, 99, method="inverted_cdf")))
    for c in range(pixels.shape[2]):
        channel = wide[:, :, c]
        print("  channel", channel.min(), channel.max(), channel.sum(), (channel**2).sum())
    found = sharpness(luma)
    print("  sharpness", found and [float(value) for value in found])


if __name__ == "__main__":
    for name, pixels in IMAGES.items():
        show(name, pixels)
