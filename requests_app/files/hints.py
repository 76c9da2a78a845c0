"""Hints on a picture's quality. A hint is shown to the citizen and the officer; it never refuses."""

from PIL import Image, ImageFilter, ImageStat

from requests_app.files.limits import CLARITY, Limits

_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


def picture_hints(image: Image.Image, *, shorter_side: int, limits: Limits) -> set[str]:
    """`too_small` by the original's shorter side in pixels, `dark` and `blurred` by the picture itself."""
    hints = page_hints(image)
    if shorter_side < limits.min_clear_side:
        hints.add("too_small")
    return hints


def page_hints(image: Image.Image) -> set[str]:
    """`dark` and `blurred` of one picture or rendered page."""
    grey = image.convert("L")
    grey.thumbnail((CLARITY.analysed_side, CLARITY.analysed_side), Image.Resampling.BILINEAR, reducing_gap=2.0)
    light = ImageStat.Stat(grey)
    hints = set()
    if light.mean[0] < CLARITY.dark_below:
        hints.add("dark")
    if light.stddev[0] >= CLARITY.blank_below and _sharpness(grey) < CLARITY.blurred_below:
        hints.add("blurred")
    return hints


def _sharpness(grey: Image.Image) -> float:
    """Variance of the Laplacian, averaged over the sharpest tiles."""
    width, height = grey.size
    if width < 3 * CLARITY.tiles or height < 3 * CLARITY.tiles:
        return CLARITY.blurred_below
    edges = grey.filter(_LAPLACIAN).crop((1, 1, width - 1, height - 1))
    columns, rows = edges.width // CLARITY.tiles, edges.height // CLARITY.tiles
    variances = sorted(
        ImageStat.Stat(edges.crop((x * columns, y * rows, (x + 1) * columns, (y + 1) * rows))).var[0]
        for x in range(CLARITY.tiles)
        for y in range(CLARITY.tiles)
    )
    sharpest = variances[-CLARITY.sharpest :]
    return sum(sharpest) / len(sharpest)
