import pytest

from requests_app.rules.names import PersonNameError, check_name, first_word


@pytest.mark.parametrize(
    "name",
    [
        "Suharti",
        "M. Yusuf",
        "Nur'aini",
        "Kgs. H. Abdul Roni",
        "Nyimas Siti Rohma",
        "Ma’ruf",
        "X 3",
        "A" * 60,
        "José",
    ],
)
def test_names_of_real_people_are_accepted_as_they_are(name):
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("  \u200b ", "empty"),
        ("A" * 61, "too_long"),
        ("12345", "no_letter"),
        ("-.'", "no_letter"),
        ("Siti\x00", "control"),
        ("Siti\x1b[0m", "control"),
    ],
)
def test_what_cannot_be_a_name(text, code):
    with pytest.raises(PersonNameError) as refusal:
        check_name(text)
    assert refusal.value.code == code
    assert refusal.value.message


def test_spaces_are_tidied_before_counting():
    assert check_name("  Siti \t  Aminah\n") == "Siti Aminah"
    assert check_name(f" {'A' * 60} ") == "A" * 60


def test_invisible_direction_marks_are_dropped():
    assert check_name("Si\u202eti") == "Siti"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Siti Aminah", "Siti"),
        ("Suharti", "Suharti"),
        ("M. Yusuf", "Yusuf"),
        ("Kgs. H. Abdul Roni", "Abdul"),
        ("M.", "M."),
        ("X 3", "X"),
        ("Nu'man", "Nu'man"),
        ("NUR'AINI", "Nur'aini"),
        ("siti aminah", "Siti"),
        ("McDonald", "McDonald"),
        ("", ""),
    ],
)
def test_a_message_carries_the_first_word_only(name, word):
    assert first_word(name) == word
