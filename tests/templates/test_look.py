"""The pages in a real Chromium: nothing for axe to find, nothing wider than the screen, keyboard and double press."""

import mimetypes
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, override_settings
from playwright.sync_api import Page, Route

from tests.chromium import found_by_axe
from tests.templates.samples import DESK, PAGE, SampleForm, render, wrong_form

pytestmark = pytest.mark.browser
STATIC = Path(settings.BASE_DIR) / "static"
HOST = "http://halaman.test"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'"
NAV = [("Ambil berikutnya", "/petugas/", True), ("Daftar", "/petugas/daftar/", False)]


@pytest.fixture
def show(page: Page) -> Callable[[str], list[str]]:
    """Serve one text as a page with our static files under our content policy; returns what the console said."""

    def open_page(text: str) -> list[str]:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))

        def answer(route: Route) -> None:
            found = re.search(r"/static/(.+)$", route.request.url)
            if found:
                path = STATIC / found[1]
                kind = mimetypes.guess_type(path.name)[0] or "text/plain"
                route.fulfill(body=path.read_bytes(), content_type=kind)
            else:
                headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
                route.fulfill(body=text, headers=headers)

        page.route(f"{HOST}/**", answer)
        page.goto(f"{HOST}/")
        return said

    return open_page


COMPONENTS = {"gaya": "/gaya/", "gaya_staff": "/gaya/petugas/", "gaya_wrong": "/gaya/isian-salah/"}
NAMES = ["blank", "wrong", "desk", "gone", *COMPONENTS]


def pages() -> dict[str, str]:
    with override_settings(DEBUG=True):
        components = {name: Client().get(address).text for name, address in COMPONENTS.items()}
    return {
        **components,
        "blank": render(PAGE, form=SampleForm()),
        "wrong": render(PAGE, form=wrong_form()),
        "desk": render(DESK, staff_nav=NAV),
        "gone": render_to_string("404.html"),
    }


@pytest.mark.looks
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(page, show, name, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 640})
    said = show(pages()[name])
    assert found_by_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert said == []


@pytest.mark.parametrize("name", ["blank", "gaya", "gaya_wrong"])
def test_with_text_twice_as_large_nothing_is_wider_than_half_a_laptop(page, show, name):
    page.set_viewport_size({"width": 640, "height": 800})
    show(pages()[name])
    rules = "document.styleSheets[0].insertRule(':root { font-size: 212.5% !important }')"
    page.evaluate(rules)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_in_high_contrast_axe_finds_nothing(page, show):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, contrast="more")
        show(pages()["gaya"])
        assert found_by_axe(page) == []


def test_with_the_users_own_colours_what_is_chosen_is_still_marked(page, show):
    page.emulate_media(forced_colors="active")
    show(pages()["gaya"])
    page.get_by_label("Diri sendiri").check()
    outline = "element => getComputedStyle(element).outlineStyle"
    assert page.locator("#id_who_0 + label").evaluate(outline) == "solid"
    assert page.locator("#id_who_1 + label").evaluate(outline) == "none"


def test_what_fingers_press_is_at_least_44_pixels_high(page, show):
    page.set_viewport_size({"width": 360, "height": 640})
    show(pages()["blank"])
    for selector in (".btn", ".top nav a", ".choice label", "input.nik", "select", "input[type=file]", ".foot li a"):
        boxes = [element.bounding_box() for element in page.locator(selector).all()]
        assert boxes, selector
        assert all(box["height"] >= 44 for box in boxes), selector


def test_the_summary_has_the_focus_and_its_first_link_leads_to_the_first_option(page, show):
    show(pages()["wrong"])
    assert page.evaluate("document.activeElement.className") == "errors"
    page.get_by_role("link", name="Pilih untuk siapa Anda mengajukan.").click()
    assert page.evaluate("document.activeElement.id") == "id_who_0"


def test_a_nik_is_grouped_when_its_field_is_left(page, show):
    show(pages()["blank"])
    page.fill("#id_nik", "1671.0457-08959902")
    page.press("#id_nik", "Tab")
    assert page.input_value("#id_nik") == "1671 0457 0895 9902"


def test_a_second_press_does_not_send_again_and_leaves_the_button_its_name(page, show):
    form = '<form method="post" action="/x"><button class="btn" name="act" value="send">Kirim</button></form>'
    show(render('{% extends "base.html" %}{% block main %}' + form + "{% endblock %}"))
    seen = page.evaluate(
        """() => {
          const seen = [], button = document.querySelector("main button");
          window.addEventListener("submit", (event) => {
            seen.push([event.submitter.name, button.disabled, event.defaultPrevented]);
            event.preventDefault();
          });
          button.click();
          button.click();
          return seen;
        }"""
    )
    first, second = ["act", False, False], ["act", False, True]
    assert seen == [first, second]


DIALOG = """{% extends "base.html" %}{% load adminduk %}{% block main %}
<p><a id="buka" href="/halaman/" data-dialog="hapus">Hapus</a></p>
{% dialog "hapus" "Hapus draf?" %}<p>Tidak dapat dibatalkan.</p>{% enddialog %}{% endblock %}"""


def test_a_question_opens_above_the_page_and_its_focus_comes_back(page, show):
    said = show(render(DIALOG))
    page.click("#buka")
    question = page.get_by_role("dialog", name="Hapus draf?")
    assert question.is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Hapus draf?"
    page.get_by_role("button", name="Tidak jadi").click()
    assert question.is_hidden()
    assert page.evaluate("document.activeElement.id") == "buka"
    assert said == []


def test_without_dialogs_the_link_leads_to_the_page_that_asks(page, show):
    page.add_init_script("delete HTMLDialogElement.prototype.showModal")
    show(render(DIALOG))
    assert page.locator("dialog").is_hidden()
    page.click("#buka")
    assert page.url.endswith("/halaman/")
