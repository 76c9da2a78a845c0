"""The key of an application: what two of them share when they ask for the same thing."""

from collections.abc import Mapping
from typing import Any

from requests_app.vault.keyring import keyed_hash


def application_key(service: str, answers: Mapping[str, Any]) -> bytes:
    """NIK for KTP-el, KK number for KK, NIK and document for legalisir, as a keyed hash."""
    value = {
        "ktp_el": answers["nik"],
        "kk": answers["kk_number"],
        "legalisir": f"{answers['nik']}:{answers.get('document', '')}",
    }[service]
    return keyed_hash("key", f"{service}:{value}")


def family_key(nik: str, kk_number: str) -> bytes:
    """The key that an application for this family's card has."""
    return application_key("kk", {"nik": nik, "kk_number": kk_number})
