"""Boxes and quantities as they are typed."""

from time import perf_counter

import pytest

from requests_app.rules.box_lines import BoxLineError, read_boxes
from requests_app.rules.quantities import QuantityError, read_quantity


@pytest.mark.parametrize(
    ("typed", "boxes"),
    [
        ("K-01 500", [("K-01", 500)]),
        ("K-01" + " " * 3000 + "s/d" + "\t" * 3000 + "K-02" + " " * 1900 + "500", [("K-01", 500), ("K-02", 500)]),
        ("  K-01   500  \n\n K-02: 300", [("K-01", 500), ("K-02", 300)]),
        ("Kotak A 1.000", [("Kotak A", 1000)]),
        ("K-08 s/d K-11 500", [("K-08", 500), ("K-09", 500), ("K-10", 500), ("K-11", 500)]),
        ("7 sampai 9 20", [("7", 20), ("8", 20), ("9", 20)]),
        ("K-1 -5", [("K-1", -5)]),
        ("", []),
    ],
)
def test_boxes_are_read(typed: str, boxes: list[tuple[str, int]]) -> None:
    assert read_boxes(typed) == boxes


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("K-01", "Baris 1"),
        ("K-01 500\nlima ratus", "Baris 2"),
        ("K-01 " + "9" * 20, "Baris 1: Angka ini terlalu besar"),
        ("K-09 s/d K-01 500", "dari nomor kecil"),
        ("K-1 s/d K-999999999 500", "paling banyak 200"),
        ("K-01 s/d L-05 500", "harus sama"),
        ("K-01 500\nx s/d " + "y" * 95, "Baris 2: terlalu panjang"),
        ("\n".join(f"K-{n} 1" for n in range(201)), "Paling banyak 200"),
    ],
)
def test_what_cannot_be_read_names_its_line(typed: str, words: str) -> None:
    with pytest.raises(BoxLineError, match=words):
        read_boxes(typed)


@pytest.mark.parametrize("middle", [" " * 7000, ":" * 7000, " :" * 3500, "x s/d " * 1200])
def test_a_line_that_is_none_is_refused_at_once(middle: str) -> None:
    began = perf_counter()
    with pytest.raises(BoxLineError):
        read_boxes(f"x s/d {middle}x")
    assert perf_counter() - began < 1


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("8020", 8020),
        ("8.020", 8020),
        (" 8 020 ", 8020),
        ("-3", -3),
        ("0", 0),
        ("000500", 500),
        ("0" * 5000, 0),
        ("-" + "0" * 5000 + "7", -7),
    ],
)
def test_quantities_are_read(typed: str, number: int) -> None:
    assert read_quantity(typed) == number


@pytest.mark.parametrize("typed", ["", "x", "1,5", "8.02", "1e3", "٣", "5 000 0", "9" * 12, "--1"])
def test_what_is_no_quantity_is_refused(typed: str) -> None:
    with pytest.raises(QuantityError):
        read_quantity(typed)
