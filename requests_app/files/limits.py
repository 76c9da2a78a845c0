"""How large an upload may be, and how much the process that opens it may use."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 15 * MEGABYTE


@dataclass(frozen=True)
class Limits:
    """All limits of one upload check; the defaults are the ones the service promises."""

    max_file_bytes: int = MAX_FILE_BYTES
    max_jpeg_pixels: int = 120_000_000
    """JPEG can be decoded at a fraction of its size, so far more is safe than elsewhere."""
    max_other_pixels: int = 40_000_000
    max_pdf_pages: int = 10
    max_pdf_page_objects: int = 50_000
    """Text runs, paths and pictures on one page; a busy scanned form has a few hundred."""
    pdf_dpi: int = 200
    max_side: int = 2400
    """Longest side of a stored picture, in pixels."""
    jpeg_quality: int = 85
    min_clear_side: int = 700
    """A picture whose shorter side is below this many pixels gets the hint `too_small`."""
    memory_bytes: int = 1024 * MEGABYTE
    cpu_seconds: int = 20
    wall_seconds: int = 30
    max_output_bytes: int = 64 * MEGABYTE
    """Ten pages of 2,400 px at quality 85 stay far below this."""
    max_children: int = 2
    """Checks running at once on this machine (all processes that share the work folder)."""
    wait_seconds: float = 8.0
    """How long an upload waits for its turn before it is told to come back."""


@dataclass(frozen=True)
class Clarity:
    """When a picture gets a hint. The browser measures by the same figures before it sends (static/documents.js)."""

    dark_below: float = 60.0
    """Mean luminance (0-255). Photos of documents under room light measure 90 to 200."""
    blurred_below: float = 60.0
    """Variance of the Laplacian in the sharpest tiles. In-focus text measures several hundred and more."""
    blank_below: float = 6.0
    """Standard deviation of luminance below which there is nothing on the page that could be sharp."""
    analysed_side: int = 1000
    """Longest side in pixels at which a picture is measured."""
    tiles: int = 8
    """Tiles across and down; only the sharpest count, because a document on an empty table is mostly table."""
    sharpest: int = 6


DEFAULT_LIMITS = Limits()
CLARITY = Clarity()
