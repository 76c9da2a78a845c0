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
