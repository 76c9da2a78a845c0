"""Keys of one data folder, made once (`local.env`), and what changes at each start (`run.env`)."""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

LOCAL = "local.env"
RUN = "run.env"


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _fresh() -> dict[str, str]:
    return {
        "ADMINDUK_MODE": "local",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": f"k1:{_key()}",
        "INDEX_KEY": _key(),
        "WHATSAPP_ACCESS_TOKEN": secrets.token_urlsafe(32),
        "WHATSAPP_APP_SECRET": secrets.token_hex(32),
        "WHATSAPP_VERIFY_TOKEN": secrets.token_urlsafe(24),
        "SMS_API_TOKEN": secrets.token_urlsafe(32),
        "SMS_REPORT_SECRET": secrets.token_hex(32),
    }


def local_environment(data: Path) -> dict[str, str]:
    """The keys of this data folder, generated at its first start.

    Without them nothing encrypted in the database can be read, so they are written once, before anything uses
    them, whole or not at all, readable by their owner only. A later version's new names are added; none is
    ever replaced.
    """
    path = data / LOCAL
    known = read_environment(path)
    missing = {name: value for name, value in _fresh().items() if name not in known}
    if missing:
        known |= missing
        write_environment(path, known, "Keys of this data folder. Keep them: without them its data cannot be read.")
    return known


def read_environment(path: Path) -> dict[str, str]:
    """The NAME=value lines of a file; none when it does not exist."""
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text().splitlines() if not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def write_environment(path: Path, values: Mapping[str, str], remark: str) -> None:
    """Write NAME=value lines, mode 0600, replacing the file in one step that survives a power cut."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"# {remark}\n" + "".join(f"{name}={value}\n" for name, value in values.items()))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
