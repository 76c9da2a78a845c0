"""What the logs never hold: personal numbers and addresses, and codes that let somebody in."""

import pytest

from requests_app.vault.redact import strike_out


@pytest.mark.parametrize(
    "secret", ["1671045708959901", "1671 0457 0895 9901", "+6281234567890", "081234567890", "siti@contoh.id"]
)
def test_personal_numbers_and_addresses_are_struck_out(secret):
    assert strike_out(f"gagal untuk {secret}, tadi") == "gagal untuk […], tadi"


@pytest.mark.parametrize(
    ("line", "logged"),
    [
        ("Conflict: /undangan/7K3M-9QTX-4ABC/jadwal/", "Conflict: /undangan/[…]/jadwal/"),
        ("Not Found: /undangan/7k3m9qtx4abc/", "Not Found: /undangan/[…]/"),
        ('"GET /undangan/7K3M-9QTX-4ABC" 404', '"GET /undangan/[…]" 404'),
        ("Too Many Requests: /buka/X8QZ7Habcdefg_-12/", "Too Many Requests: /buka/[…]/"),
        ("Not Found: /undangan/", "Not Found: /undangan/"),
    ],
)
def test_codes_of_addresses_that_let_somebody_in_are_struck_out(line, logged):
    assert strike_out(line) == logged


@pytest.mark.parametrize(
    "row_id",
    [
        "99833849-5478-4411-b79f-c92b639ddd51",
        "a62851f0-1628-4628-8123-456789012345",
        "5a94c3d1-1f3e-4b6e-9c55-081234567890",
    ],
)
def test_the_id_of_a_row_is_told_even_when_it_looks_like_a_number(row_id):
    assert strike_out(f"document {row_id} page 1") == f"document {row_id} page 1"
    assert strike_out(f"Not Found: /berkas/{row_id}/") == f"Not Found: /berkas/{row_id}/"
    assert strike_out(f"{row_id} of 1671045708959901") == f"{row_id} of […]"


def test_an_address_or_a_number_in_the_dress_of_an_id_is_none():
    row_id = "99833849-5478-4411-b79f-c92b639ddd51"
    assert row_id not in strike_out(f"to {row_id}@contoh.id")
    assert "siti" not in strike_out(f"to {row_id}.siti@contoh.id")
    assert strike_out("1671-0457-0895-9901") == "[…]"
