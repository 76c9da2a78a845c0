"""What a page may cost, in bytes, pages, taps and seconds; the same limits for `make test` and `make ux`."""

KILOBYTE = 1024
FIRST = 30 * KILOBYTE
HTML_AND_CSS = 14 * KILOBYTE
"""One round trip of a fresh connection."""
STEP = 12 * KILOBYTE
COLD = 50 * KILOBYTE
PAGES = 7
TAPS = 60
USABLE = 2.5
APPLICATION = 180.0
