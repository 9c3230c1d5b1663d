#!/usr/bin/env python3
"""Makes assets/photos and assets/hostile from pictures inside of two Python packages.

    pip install pillow==13.0.0 numpy==2.4.6 scikit-image==0.26.0 matplotlib
    python assets/make_assets.py

The pictures are in the repository; this script says how they came about. PROVENANCE.md has their licences.
"""
import io
import struct
import zlib
from pathlib import Path

import matplotlib
import numpy as np
import skimage
from PIL import Image

HERE = Path(__file__).parent
SKIMAGE = Path(skimage.__file__).parent / "data"
MATPLOTLIB = Path(matplotlib.__file__).parent / "mpl-data" / "sample_data"

# class -> file name -> (original, box as shares of width and height, size, mode)
PHOTOS = {
    "animals": {
        "cat.jpg": ("chelsea.png", (0, 0, 1, 1), (192, 128), "RGB"),
        "cat_eyes.jpg": ("chelsea.png", (0.25, 0.15, 0.75, 0.65), (192, 128), "RGB"),
        "cat_face.png": ("chelsea.png", (0.2, 0.05, 0.7, 0.95), (128, 128), "RGB"),
        "cat_left.jpg": ("chelsea.png", (0, 0.1, 0.55, 0.9), (160, 160), "RGB"),
        "cat_nose.jpg": ("chelsea.png", (0.3, 0.4, 0.7, 0.8), (160, 120), "RGB"),
        "cat_right.webp": ("chelsea.png", (0.45, 0, 1, 0.8), (176, 160), "RGB"),
        "cat_small.jpg": ("chelsea.png", (0, 0, 1, 1), (144, 96), "RGB"),
    },
    "objects": {
        "clock.jpg": ("clock_motion.png", (0, 0, 1, 1), (200, 150), "L"),
        "clock_dial.png": ("clock_motion.png", (0.3, 0.1, 0.8, 0.8), (128, 128), "L"),
        "coffee.jpg": ("coffee.png", (0, 0, 1, 1), (210, 140), "RGB"),
        "coffee_cup.png": ("coffee.png", (0.25, 0.1, 0.75, 0.8), (150, 140), "RGB"),
        "coffee_saucer.jpg": ("coffee.png", (0.1, 0.4, 0.9, 1), (192, 96), "RGB"),
        "coffee_spoon.jpg": ("coffee.png", (0.55, 0.3, 1, 0.95), (150, 144), "RGB"),
        "coffee_table.jpg": ("coffee.png", (0, 0, 0.5, 0.7), (160, 140), "RGB"),
    },
    "people": {
        "astronaut.jpg": ("astronaut.png", (0, 0, 1, 1), (160, 160), "RGB"),
        "astronaut_face.png": ("astronaut.png", (0.28, 0, 0.6, 0.4), (120, 150), "RGB"),
        "astronaut_suit.jpg": ("astronaut.png", (0.1, 0.45, 0.9, 1), (192, 132), "RGB"),
        "cameraman.jpg": ("camera.png", (0, 0, 1, 1), (160, 160), "L"),
        "cameraman_head.jpg": ("camera.png", (0.3, 0.1, 0.65, 0.55), (124, 160), "L"),
        "hopper.jpg": ("grace_hopper.jpg", (0, 0, 1, 1), (136, 160), "RGB"),
        "hopper_face.jpg": ("grace_hopper.jpg", (0.25, 0.05, 0.75, 0.5), (140, 148), "RGB"),
        "hopper_uniform.jpg": ("grace_hopper.jpg", (0, 0.45, 1, 1), (176, 114), "RGB"),
    },
    "science": {
        "cell.jpg": ("cell.png", (0, 0, 1, 1), (130, 156), "L"),
        "cell_core.png": ("cell.png", (0.2, 0.25, 0.8, 0.75), (130, 130), "L"),
        "retina.jpg": ("retina.jpg", (0, 0, 1, 1), (160, 160), "RGB"),
        "retina_disc.jpg": ("retina.jpg", (0.05, 0.3, 0.45, 0.7), (160, 160), "RGB"),
        "retina_vessels.jpg": ("retina.jpg", (0.4, 0.15, 0.85, 0.6), (160, 160), "RGB"),
    },
    "space": {
        "hubble.jpg": ("hubble_deep_field.jpg", (0, 0, 1, 1), (180, 156), "RGB"),
        "hubble_left.jpg": ("hubble_deep_field.jpg", (0, 0.2, 0.4, 0.7), (150, 160), "RGB"),
        "hubble_right.png": ("hubble_deep_field.jpg", (0.55, 0.4, 0.9, 0.75), (140, 120), "RGB"),
        "hubble_top.jpg": ("hubble_deep_field.jpg", (0.2, 0, 0.8, 0.45), (192, 126), "RGB"),
        "rocket.jpg": ("rocket.jpg", (0, 0, 1, 1), (192, 128), "RGB"),
        "rocket_flame.jpg": ("rocket.jpg", (0.3, 0.4, 0.75, 1), (150, 134), "RGB"),
        "rocket_pad.jpg": ("rocket.jpg", (0, 0.35, 0.5, 1), (160, 138), "RGB"),
    },
    "textures": {
        "brick.jpg": ("brick.png", (0, 0, 1, 1), (160, 160), "L"),
        "brick_joint.jpg": ("brick.png", (0.1, 0.2, 0.5, 0.5), (160, 120), "L"),
        "grass.jpg": ("grass.png", (0, 0, 1, 1), (160, 160), "L"),
        "grass_blades.png": ("grass.png", (0.3, 0.3, 0.6, 0.6), (120, 120), "L"),
        "gravel.jpg": ("gravel.png", (0, 0, 1, 1), (160, 160), "L"),
        "gravel_stones.jpg": ("gravel.png", (0.5, 0.5, 1, 0.9), (160, 128), "L"),
    },
}


def original(name):
    folder = MATPLOTLIB if name == "grace_hopper.jpg" else SKIMAGE
    return Image.open(folder / name)


def make_photos():
    for label, files in PHOTOS.items():
        folder = HERE / "photos" / label
        folder.mkdir(parents=True, exist_ok=True)
        for name, (source, box, size, mode) in files.items():
            picture = original(source).convert(mode)
            w, h = picture.size
            left, top, right, bottom = box
            picture = picture.crop((int(left * w), int(top * h), int(right * w), int(bottom * h)))
            picture = picture.resize(size, Image.LANCZOS)
            options = {} if name.endswith(".png") else {"quality": 88}
            picture.save(folder / name, **options)


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def encoded(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def make_hostile():
    folder = HERE / "hostile"
    folder.mkdir(exist_ok=True)
    cat = original("chelsea.png").convert("RGB").resize((60, 40), Image.LANCZOS)
    dog = cat.transpose(Image.FLIP_LEFT_RIGHT)
    gray = cat.convert("L")
    jpeg, png = encoded(cat, "JPEG", quality=90), encoded(cat, "PNG")
    webp, gif = encoded(cat, "WEBP", quality=80), encoded(cat, "GIF")
    bmp, tiff = encoded(cat, "BMP"), encoded(cat, "TIFF")

    def put(name, data):
        (folder / name).write_bytes(data)

    # no image at all
    put("empty.jpg", b"")
    put("text.jpg", b"this is not an image\n" * 20)
    put("zeros.png", bytes(600))
    put("picture.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40))
    # cut off
    put("truncated.jpg", jpeg[: len(jpeg) // 2])
    put("without_end.jpg", jpeg[:-2])
    put("truncated.png", png[: len(png) * 6 // 10])
    put("signature_only.png", png[:8])
    put("truncated.webp", webp[: len(webp) // 2])
    put("truncated.gif", gif[: len(gif) // 2])
    put("truncated.bmp", bmp[: len(bmp) // 2])
    put("truncated.tiff", tiff[: len(tiff) // 2])
    # damaged
    flipped = bytearray(jpeg)
    start = len(flipped) // 2
    for k in range(12):
        flipped[start + 31 * k] ^= 0x5A
    put("bitflips.jpg", bytes(flipped))
    damaged = bytearray(png)
    damaged[len(damaged) // 2] ^= 0xFF
    put("crc_error.png", bytes(damaged))
    values = np.asarray(gray).astype(np.float32) / 255
    Image.fromarray(values).save(folder / "float_gray.tiff")
    # a kilobyte that says it is 60,000 x 60,000
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(bytes(1000))) + png_chunk(b"IEND", b"")
    put("bomb.png", b"\x89PNG\r\n\x1a\n" + body)
    # good, but not what they seem
    put("png_named.jpg", png)
    put("jpeg_without_extension", jpeg)
    put("trailing.jpg", jpeg + bytes(300))
    exif = Image.Exif()
    exif[0x0112] = 6
    put("turned.jpg", encoded(cat, "JPEG", quality=90, exif=exif))
    put("cmyk.jpg", encoded(cat.convert("CMYK"), "JPEG", quality=90))
    put("progressive.jpg", encoded(cat, "JPEG", quality=90, progressive=True))
    put("palette.png", encoded(cat.quantize(32), "PNG"))
    put("bilevel.png", encoded(cat.convert("1"), "PNG"))
    put("gray_alpha.png", encoded(Image.merge("LA", (gray, Image.linear_gradient("L").resize(gray.size))), "PNG"))
    put("gray16.png", encoded(Image.fromarray(np.asarray(gray).astype(np.uint16) * 257), "PNG"))
    put("transparent.png", encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG"))
    put("one_pixel.png", encoded(Image.new("RGB", (1, 1), (1, 2, 3)), "PNG"))
    put("animated.gif", encoded(cat, "GIF", save_all=True, append_images=[dog]))
    put("animated.webp", encoded(cat, "WEBP", save_all=True, append_images=[dog], lossless=True))
    put("pages.tiff", encoded(cat, "TIFF", save_all=True, append_images=[dog]))
    put("bitmap.bmp", bmp)


if __name__ == "__main__":
    make_photos()
    make_hostile()
