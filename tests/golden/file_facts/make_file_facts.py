"""Writes the files of this folder and facts.json, what Pillow says of them. Run: python make_file_facts.py"""

import io
import json
import pathlib
import struct

import PIL
from PIL import Image, ImageCms, features

HERE = pathlib.Path(__file__).parent
GPS, EXIF = 0x8825, 0x8769


def picture(mode="RGB", seed=0):
    """16x12 pixels, others for each seed."""
    bands = Image.new("RGB", (16, 12))
    for y in range(12):
        for x in range(16):
            bands.putpixel((x, y), ((x * 16 + seed * 40) % 256, (y * 20) % 256, (x * y + seed) % 256))
    return bands.convert(mode)


def exif(*, position):
    block = Image.Exif()
    block[0x010F] = "Maker"
    block.get_ifd(EXIF)[0x9003] = "2026:01:02 03:04:05"
    gps = block.get_ifd(GPS)
    gps[0] = b"\2\3\0\0"
    if position:
        gps.update({1: "N", 2: (52.0, 30.0, 6.5), 3: "E", 4: (13.0, 22.0, 0.0)})
    return block.tobytes()


def profile(name, red):
    """Pillow's sRGB with another name of four letters and another red."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data = data.replace("sRGB".encode("utf-16-be"), name.encode("utf-16-be"))
    if red:
        entry = data.index(b"rXYZ")
        start = struct.unpack(">I", data[entry + 4 : entry + 8])[0] + 8
        data[start : start + 12] = struct.pack(">3i", *(round(value * 65536) for value in red))
    return bytes(data)


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
# The red of Display P3. Under any name, the colours of the second are those of sRGB.
WIDE = profile("Wide", (0.51512, 0.24120, -0.00105))
RENAMED = profile("Some", None)



def frames():
    """Two more pictures; an encoder leaves its settings in those that it was given."""
    return {"save_all": True, "append_images": [picture(seed=1), picture(seed=2)]}


FILES = {
    **{f"quality_{q}.jpg": (picture(), {"quality": q}) for q in (1, 30, 75, 95, 100)},
    "gray.jpg": (picture("L"), {"quality": 85, "icc_profile": SRGB}),
    "cmyk.jpg": (picture("CMYK"), {"quality": 60, "progressive": True}),
    "position.jpg": (picture(), {"quality": 90, "exif": exif(position=True), "icc_profile": WIDE}),
    "no_position.jpg": (picture(), {"quality": 50, "exif": exif(position=False), "icc_profile": RENAMED}),
    "pictures.mpo": (picture(), {"quality": 80, **frames()}),
    "position.png": (picture("RGBA"), {"exif": exif(position=True), "icc_profile": WIDE}),
    "renamed.png": (picture(), {"icc_profile": RENAMED}),
    "animated.png": (picture(), frames()),
    "animated.gif": (picture(), frames()),
    "still.gif": (picture("P"), {}),
    "position.webp": (picture(), {"exif": exif(position=True), "icc_profile": WIDE}),
    "animated.webp": (picture(), {"exif": exif(position=False), "icc_profile": SRGB, **frames()}),
    "pages.tiff": (picture(), {"icc_profile": LAB, **frames()}),
    "position.tiff": (picture(), {"exif": exif(position=True), "icc_profile": WIDE}),
    "big.tiff": (picture(), {"big_tiff": True, "exif": exif(position=True), **frames()}),
    "bitmap.bmp": (picture(), {}),
}


def description(icc):
    """Of a profile that is not one of sRGB."""
    if icc in (None, SRGB, RENAMED):
        return None
    return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc))).strip()


def facts(data, options):
    image = Image.open(io.BytesIO(data))
    tags = image.getexif()
    is_tiff = image.format == "TIFF"
    return {
        "frames": 1 if image.format == "MPO" else getattr(image, "n_frames", 1),
        "trailing_bytes": 0,
        "jpeg_quality": options.get("quality"),
        "color_profile": description(image.info.get("icc_profile")),
        "has_exif": EXIF in tags if is_tiff else len(tags) > 0,
        "position": 2 in tags.get_ifd(GPS),
    }


def main():
    found = []
    for name, (image, options) in FILES.items():
        out = io.BytesIO()
        kind = {"jpg": "JPEG", "tiff": "TIFF"}.get(name.split(".")[1], name.split(".")[1].upper())
        image.save(out, kind, **options)
        (HERE / name).write_bytes(out.getvalue())
        found.append({"file": name, "facts": facts(out.getvalue(), options)})
    versions = {"Pillow": PIL.__version__, "libjpeg-turbo": features.version("libjpeg_turbo")}
    text = json.dumps({"versions": versions, "files": found}, indent=1)
    (HERE / "facts.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
