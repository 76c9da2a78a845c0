"""What the programs of the one-command start find in their environment."""

import pytest

from adminduk.embedded.programs import Addresses

ADDRESSES = Addresses("127.0.0.1", 8000, 8090, 0)


def test_sms_goes_to_the_simulator(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMS_API_URL", "SMS_API_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert ADDRESSES.environment()["SMS_API_URL"] == "http://127.0.0.1:8090/sms/messages"


@pytest.mark.parametrize("name", ["SMS_API_URL", "SMS_API_URL_FILE"])
def test_a_gateway_from_outside_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "given")
    assert "SMS_API_URL" not in ADDRESSES.environment()
