import csv
import subprocess
import sys

import pytest

from requests_app.rules.reference import REFERENCE_FOLDER, read_reference


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("kecamatan", 18),
        ("kelurahan", 107),
        ("wilayah_nik", 7879),
        ("uptd_zones", 18),
        ("requirements", 105),
        ("statuses", 19),
        ("holidays_id", 51),
        ("glossary", 79),
    ],
)
def test_the_tables_are_whole(name, rows):
    assert len(read_reference(name)) == rows
    assert f"| `{name}.csv` |" in (REFERENCE_FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_kelurahan_lies_in_a_known_kecamatan_and_every_kecamatan_in_one_zone():
    kecamatan = {row["code"] for row in read_reference("kecamatan")}
    assert {row["kecamatan_code"] for row in read_reference("kelurahan")} == kecamatan
    covered = [row["kecamatan_code"] for row in read_reference("uptd_zones")]
    assert sorted(covered) == sorted(kecamatan)


def test_an_unknown_table_is_an_error():
    with pytest.raises(FileNotFoundError):
        read_reference("nothing")


def test_the_rules_need_no_django():
    program = (
        "import importlib, pkgutil, sys, requests_app.rules as rules\n"
        "for module in pkgutil.iter_modules(rules.__path__, rules.__name__ + '.'):\n"
        "    importlib.import_module(module.name)\n"
        "sys.exit('django' in sys.modules)"
    )
    root = REFERENCE_FOLDER.parent.parent
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0


def test_tables_are_plain_utf8_with_unix_line_ends():
    for table in REFERENCE_FOLDER.glob("*.csv"):
        content = table.read_bytes()
        assert b"\r" not in content and content.endswith(b"\n")
        widths = {len(row) for row in csv.reader(content.decode("utf-8").splitlines())}
        assert len(widths) == 1, table.name
