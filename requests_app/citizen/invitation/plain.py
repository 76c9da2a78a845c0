"""Texts of a page in a file that knows no markup."""

from html import unescape

from django.utils.html import strip_tags


def plain(text: str) -> str:
    """Without the mark that a part of it is Indonesian."""
    return unescape(strip_tags(text))
