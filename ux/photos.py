"""Photos as a phone takes them: 4 megapixels, as many bytes as a real one, of a document that says it is made up."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE = (2304, 1728)
GRAIN = 26
QUALITY = 92


def take_photo(title: str, path: Path) -> Path:
    """Paper on a table, lines of text, and the grain of a cheap camera, which is what makes photos large."""
    photo = Image.new("RGB", SIZE, "#7c6650")
    draw = ImageDraw.Draw(photo)
    draw.rectangle((140, 110, SIZE[0] - 140, SIZE[1] - 110), fill="#efe9dc")
    draw.text((240, 180), f"CONTOH: {title}", fill="#5a1720", font=ImageFont.load_default(84))
    for line in range(26):
        words = f"{line + 1:02d}  CONTOH {title} " + "abcdefgh ijklm nopqrst " * 3
        draw.text((240, 330 + line * 46), words, fill="#2b3138", font=ImageFont.load_default(34))
    photo = photo.filter(ImageFilter.GaussianBlur(0.8))
    grain = Image.effect_noise(SIZE, GRAIN * 2).convert("RGB")
    Image.blend(photo, grain, 0.18).save(path, "JPEG", quality=QUALITY)
    return path
