"""What holds for all templates and static files: no inline code, small bytes, plain error pages."""

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import render_to_string
from lxml import html

from requests_app import icons
from tests.templates.samples import DESK, PAGE, SampleForm, render

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
STATIC = settings.BASE_DIR / "static"
ERROR_PAGES = ["400", "403", "404", "413", "422", "429", "500", "503"]
KILOBYTE = 1024
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)
ELSEWHERE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""", re.IGNORECASE)


def compressed(path: Path) -> int:
    """Bytes over the wire, as the web server sends them."""
    return len(brotli.compress(path.read_bytes()))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_script_or_style_or_asks_another_server(path):
    source = path.read_text()
    assert not INLINE.search(source)
    assert not ELSEWHERE.search(source)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_compiles(path):
    engines["django"].from_string(path.read_text())


def test_the_stylesheet_and_script_stay_small():
    assert len(gzip.compress((STATIC / "adminduk.css").read_bytes(), 9, mtime=0)) <= 6.5 * KILOBYTE
    assert compressed(STATIC / "adminduk.js") <= 0.8 * KILOBYTE
    assert compressed(STATIC / "chart.css") <= 0.8 * KILOBYTE
    assert compressed(STATIC / "logo.svg") <= 0.4 * KILOBYTE


def test_html_and_stylesheet_of_a_form_page_fit_one_round_trip():
    page = len(brotli.compress(render(PAGE, form=SampleForm()).encode()))
    assert page + compressed(STATIC / "adminduk.css") <= 14 * KILOBYTE


def test_the_stylesheet_needs_no_new_browser_for_its_layout():
    css = (STATIC / "adminduk.css").read_text()
    assert not re.search(r":has\(|@container|subgrid|:is\(|clamp\(|\binset:|(?<!-)\bgap:", css)


def test_every_icon_that_is_named_exists():
    from requests_app.templatetags import adminduk

    sources = "".join(path.read_text() for path in TEMPLATES)
    named = set(re.findall(r'{% icon "([a-z]+)"', sources))
    named |= {picture for _tone, picture in adminduk.STATUS_TONES.values()} | set(adminduk.MESSAGE_ICONS.values())
    drawn = {name.removeprefix("i-") for name in icons.drawings()}
    assert named | {"info", "file", "list"} <= drawn


def test_a_page_carries_each_icon_that_it_shows_once_and_no_other():
    tree = html.fromstring(render(DESK))
    shown = {use.get("href").lstrip("#") for use in tree.cssselect("use")}
    assert shown
    assert sorted(symbol.get("id") for symbol in tree.cssselect("symbol")) == sorted(shown)


def test_a_page_without_icons_carries_no_drawings():
    assert "<symbol" not in render("{% load adminduk %}{% sprite %}<p>Tanpa gambar</p>{% endsprite %}")


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_pages_stand_alone_and_say_what_to_do(name):
    page = html.fromstring(render_to_string(f"{name}.html"))
    words = page.cssselect("main")[0].text_content()
    assert page.get("lang") == "id"
    assert len(page.cssselect("h1")) == 1
    assert page.cssselect("main a.btn")
    assert not re.search(r"\b(error|server|exception|\d{3})\b", words, re.IGNORECASE)
    longest = max(len(sentence.split()) for sentence in re.split(r"[.?!]\s|\n", words))
    assert longest <= 20


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_pages_say_what_became_of_what_was_typed(name):
    (box,) = html.fromstring(render_to_string(f"{name}.html")).cssselect("main .notice")
    nothing_typed = name == "403"
    assert box.cssselect("h2")[0].text == ("Apakah ada yang berubah?" if nothing_typed else "Bagaimana isian Anda?")
    assert box.cssselect("p")[0].text_content().strip()


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_pages_need_neither_the_static_index_nor_the_address_table(name):
    parts = [f"{name}.html", "errors/page.html", "partials/footer.html"]
    source = "".join((settings.BASE_DIR / "templates" / part).read_text() for part in parts)
    assert "{% static" not in source
    assert "{% url" not in source


def test_too_many_tries_names_the_time_and_says_that_the_answers_are_kept():
    page = render_to_string("429.html", {"retry_at": "Senin, 29 Juni 2026 pukul 14.30 WIB", "kept": True})
    assert "mulai <strong>Senin, 29 Juni 2026 pukul 14.30 WIB</strong>" in page
    assert "Isian Anda tetap tersimpan." in page


def test_help_stands_at_the_same_place_on_citizen_pages_and_error_pages():
    for page in (render(PAGE, form=SampleForm()), render_to_string("404.html")):
        tree = html.fromstring(page)
        assert "Tidak bisa daring?" in tree.cssselect("footer")[0].text_content()
        assert tree.cssselect("footer a[href='/privasi/']")


def test_the_page_that_is_open_is_marked_in_the_navigation():
    tree = html.fromstring(render(PAGE, form=SampleForm()))
    assert [link.get("href") for link in tree.cssselect("nav [aria-current=page]")] == ["/ajukan/"]


def test_staff_leave_by_a_form_and_not_by_a_link():
    class Somebody:
        is_authenticated = True

        def get_full_name(self) -> str:
            return "Rina Contoh"

    tree = html.fromstring(render(DESK, user=Somebody(), staff_role="Petugas"))
    (form,) = tree.cssselect("header form")
    assert (form.get("method"), form.get("action")) == ("post", "/keluar/")
    assert "Rina Contoh · Petugas" in " ".join(tree.cssselect("header")[0].text_content().split())


def test_facts_are_shown_in_indonesian():
    source = (
        "{% load adminduk %}{{ at|moment }}; {{ at|day }}; {{ at|countdown:now }}; {{ n|count }}; {{ nik|nik_grouped }}"
        "; {{ none|moment }}{{ none|count }}{{ none|day }}"
    )
    at = datetime(2026, 6, 29, 7, 30, tzinfo=UTC)
    now = datetime(2026, 6, 27, 4, 30, tzinfo=UTC)
    assert render(source, at=at, now=now, n=8020, nik="1671045708959902", none=None) == (
        "Senin, 29 Juni 2026 pukul 14.30 WIB; 29 Juni 2026; 2 hari 3 jam lagi; 8.020; 1671 0457 0895 9902; "
    )
