"""The form template pack: labels, hints, messages and the summary hang together for every kind of field."""

import pytest
from lxml import html

from tests.templates.samples import PAGE, SampleForm, render, wrong_form


@pytest.fixture
def blank() -> html.HtmlElement:
    return html.fromstring(render(PAGE, form=SampleForm()))


@pytest.fixture
def wrong() -> html.HtmlElement:
    return html.fromstring(render(PAGE, form=wrong_form()))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_blank_form_shows_no_summary_and_no_invalid_field(blank):
    assert not blank.cssselect(".errors")
    assert not blank.cssselect("[aria-invalid]")
    assert not text(blank.find("head/title")).startswith("Ada yang perlu dibetulkan")


def test_the_summary_takes_the_focus_and_is_announced(wrong):
    (summary,) = wrong.cssselect(".errors")
    assert summary.get("role") == "alert"
    assert summary.get("tabindex") == "-1"
    assert text(summary.cssselect("h2")[0]) == "Ada yang perlu dibetulkan"
    assert text(wrong.find("head/title")).startswith("Ada yang perlu dibetulkan: Siapa pemilik kartu?")


def test_each_line_of_the_summary_leads_to_an_input(wrong):
    targets = {text(link): link.get("href").lstrip("#") for link in wrong.cssselect(".errors a")}
    assert targets["Pilih untuk siapa Anda mengajukan."] == "id_who_0"
    assert targets["NIK harus 16 angka. Anda mengisi 15."] == "id_nik"
    assert targets["Isi tanggal lahir."] == "id_born_0"
    assert targets["Pilih data yang berubah."] == "id_changes_0"
    assert targets["Unggah foto Kartu Keluarga."] == "id_photo"
    for target in targets.values():
        assert wrong.get_element_by_id(target).tag in {"input", "select"}


def test_a_message_about_the_whole_form_stands_in_the_summary_without_a_link(wrong):
    lines = wrong.cssselect(".errors li")
    assert "Formulir ini terbuka di dua tempat." in [text(line) for line in lines if not line.cssselect("a")]


def test_each_wrong_field_repeats_its_message_and_names_it_to_screen_readers(wrong):
    nik = wrong.get_element_by_id("id_nik")
    assert nik.get("aria-invalid") == "true"
    assert nik.get("aria-describedby").split() == ["id_nik_helptext", "id_nik_error"]
    assert text(wrong.get_element_by_id("id_nik_error")) == "NIK harus 16 angka. Anda mengisi 15."


def test_groups_describe_themselves_once_and_not_option_by_option(wrong):
    (group,) = wrong.cssselect("fieldset[role=radiogroup]")
    assert group.get("aria-invalid") == "true"
    assert group.get("aria-describedby") == "id_who_error"
    assert all(radio.get("aria-invalid") is None for radio in group.cssselect("input"))


def test_every_description_exists_and_every_id_is_unique(wrong):
    ids = [element.get("id") for element in wrong.cssselect("[id]")]
    assert len(ids) == len(set(ids))
    described = " ".join(element.get("aria-describedby") for element in wrong.cssselect("[aria-describedby]"))
    assert set(described.split()) <= set(ids)


@pytest.mark.parametrize("state", ["blank", "wrong"])
def test_every_input_has_a_label(state, request):
    tree = request.getfixturevalue(state)
    labelled = {label.get("for") for label in tree.cssselect("label")}
    inputs = tree.cssselect("input:not([type=hidden]), select, textarea")
    assert len(inputs) == 13
    assert {element.get("id") for element in inputs} <= labelled


def test_hint_then_message_then_input(wrong):
    field = wrong.get_element_by_id("id_nik").getparent()
    assert [child.get("id") or child.tag for child in field] == ["label", "id_nik_helptext", "id_nik_error", "id_nik"]


def test_what_was_typed_is_kept(wrong):
    assert wrong.get_element_by_id("id_nik").get("value") == "1671 0457 0895 990"
    assert wrong.get_element_by_id("id_born_0").get("value") == "17"
    assert wrong.get_element_by_id("id_token").get("value") == "x"


def test_optional_fields_say_so_unless_a_condition_asks_for_them(blank):
    marked = [text(label) for label in blank.cssselect("label, legend") if label.cssselect(".opt")]
    assert marked == ["Alamat e-mail (boleh dikosongkan)"]
    assert "*" not in text(blank.cssselect("form")[0])


def test_the_three_parts_of_a_date_are_named_and_keep_their_order(blank):
    parts = blank.cssselect(".parts > div")
    assert [text(part.cssselect("label")[0]) for part in parts] == ["Tanggal", "Bulan", "Tahun"]
    modes = [part.cssselect("input")[0].get("inputmode") for part in parts]
    assert modes == ["numeric", None, "numeric"], "the month may be typed as a word"


def test_options_show_their_hints(blank):
    assert text(blank.cssselect("label[for=id_who_1] small")[0]) == "Di KK yang sama"


def test_the_browser_leaves_the_checking_to_us_and_files_can_be_sent(blank):
    (form,) = blank.cssselect("main form")
    assert form.get("novalidate") is not None
    assert form.get("method") == "post"
    assert form.get("enctype") == "multipart/form-data"
    assert form.cssselect("input[name=csrfmiddlewaretoken]")
    buttons = [(button.get("name"), button.get("value"), text(button)) for button in form.cssselect("button.btn")]
    assert buttons == [("next", "Lanjut", "Lanjut"), ("save", "Simpan", "Simpan")]
