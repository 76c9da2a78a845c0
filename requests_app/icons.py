"""Icons: all are drawn in templates/partials/icons.svg; a page carries, once, those that it uses (decision 0012)."""

import re
from functools import cache

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

USED = re.compile(r'<use href="#(i-[a-z]+)"')
SYMBOL = re.compile(r'<symbol id="(i-[a-z]+)".*?</symbol>')


@cache
def drawings() -> dict[str, str]:
    """The drawing (`<symbol>`) of each icon, by its id in a page: `i-check`."""
    source = (settings.BASE_DIR / "templates/partials/icons.svg").read_text()
    return {found[1]: found[0] for found in SYMBOL.finditer(source)}


def draw(name: str, label: str = "") -> SafeString:
    """One icon in its place. Hidden from screen readers unless it has a label."""
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="#i-{}"/></svg>', label, name)
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


def sprite(html: str) -> SafeString:
    """The drawings of the icons that stand in a piece of HTML, each once; nothing when there is none."""
    used = sorted(set(USED.findall(html)) & drawings().keys())
    if not used:
        return SafeString("")
    symbols = "".join(drawings()[name] for name in used)
    return mark_safe(f"<div hidden><svg>{symbols}</svg></div>")  # noqa: S308 (our own file)
