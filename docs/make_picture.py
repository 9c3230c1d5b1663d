#!/usr/bin/env python3
"""Draws docs/example.png: the example's output as text, and the mean image it writes.

    pip install pillow
    python docs/make_picture.py
"""
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parent.parent
COMMAND = "cargo run --release --example image_validation"
HEAD, TAIL = 16, 9


def main():
    with tempfile.TemporaryDirectory() as out:
        run = subprocess.run([*COMMAND.split(), "--quiet", "--", "--out", out], cwd=ROOT, capture_output=True, text=True, check=True)
        mean = Image.open(Path(out) / "mean_image.png").copy()
        lines = run.stdout.replace(out, "image_validation_out").splitlines()
    lines = [f"$ {COMMAND}", *lines[:HEAD], f"... {len(lines) - HEAD - TAIL} more ...", *lines[-TAIL:]]
    font = ImageFont.load_default(size=14)
    for name in ["DejaVuSansMono.ttf", "LiberationMono-Regular.ttf"]:
        try:
            font = ImageFont.truetype(name, 14)
            break
        except OSError:
            continue
    width = int(max(font.getlength(line) for line in lines)) + 32
    picture = Image.new("RGB", (width, 18 * len(lines) + 32), (24, 26, 30))
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        draw.text((16, 16 + 18 * row), line, font=font, fill=(214, 218, 222) if row else (130, 200, 140))
    picture.paste(mean.resize((130, 130), Image.LANCZOS), (width - 146, picture.height - 146))
    picture.quantize(64).save(ROOT / "docs" / "example.png", optimize=True)


if __name__ == "__main__":
    main()
