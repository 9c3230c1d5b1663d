"""Writes tests/golden/jpeg_ends: small JPEG files whose data is cut by tests/it/jpeg_ends.rs. Pillow 13."""

from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "tests/golden/jpeg_ends"


def main():
    OUT.mkdir(exist_ok=True)
    photo = Image.open(ROOT / "assets/photos/animals/cat.jpg").convert("RGB").crop((40, 20, 136, 100))
    common = {"quality": 80, "subsampling": "4:2:0"}
    photo.save(OUT / "restarts.jpg", restart_marker_rows=1, **common)
    photo.save(OUT / "every_unit.jpg", restart_marker_blocks=1, **common)
    photo.save(OUT / "progressive.jpg", progressive=True, **common)
    photo.save(OUT / "progressive_restarts.jpg", progressive=True, restart_marker_rows=1, **common)
    photo.convert("L").save(OUT / "gray_progressive.jpg", progressive=True, quality=80)
    photo.save(OUT / "full_chroma.jpg", quality=80, subsampling="4:4:4")
    for name, color in [("black", (0, 0, 0)), ("gray", (128, 128, 128)), ("white", (255, 255, 255))]:
        flat = photo.copy()
        flat.paste(color, (48, 40, 96, 80))
        flat.save(OUT / f"{name}_corner.jpg", **common)


main()
