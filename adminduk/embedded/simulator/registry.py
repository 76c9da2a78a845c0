"""What the provider knows of us: templates and sending numbers, as two small JSON files."""

from __future__ import annotations

import json
import os
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adminduk.embedded.simulator.errors import ApiError

_PLACEHOLDER = re.compile(r"\{\{\s*([0-9]+)\s*\}\}")
_FORBIDDEN = re.compile(r"[\n\r\t]| {5,}")
_MAX_TEXT = 1024


@dataclass(frozen=True)
class Rendered:
    """A message as the phone shows it."""

    text: str
    button_text: str = ""
    button_url: str = ""


class JsonFile:
    """One JSON object on disk, read again whenever somebody has replaced the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._content: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        """Return the object; empty without the file, the last good one while it is unreadable."""
        with self._lock:
            try:
                stat = self._path.stat()
            except FileNotFoundError:
                self._stamp, self._content = None, {}
                return {}
            if self._stamp != (stat.st_mtime_ns, stat.st_size):
                self._reload()
                self._stamp = (stat.st_mtime_ns, stat.st_size)
            return self._content

    def _reload(self) -> None:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if isinstance(content, dict):
            self._content = content

    def write(self, content: dict[str, Any]) -> None:
        """Replace the file, never leaving half of one."""
        temporary = self._path.with_suffix(".new")
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(temporary, self._path)


class Registry:
    """Templates by name and senders by phone number id. An empty one accepts everything."""

    def __init__(self, folder: Path) -> None:
        self.templates = JsonFile(folder / "templates.json")
        self.senders = JsonFile(folder / "senders.json")

    def sender(self, phone_number_id: str) -> dict[str, Any]:
        """Return ``display_phone_number`` and ``name``. Raises ApiError 33 for a strange id."""
        senders = self.senders.read()
        if senders and phone_number_id not in senders:
            raise ApiError(400, 33, "Object with this ID does not exist")
        return {"display_phone_number": phone_number_id, "name": "", **senders.get(phone_number_id, {})}

    def known_sender(self, phone_number_id: str) -> dict[str, Any]:
        """Return the same for pages and receipts, where a strange id is no reason to refuse."""
        entry = self.senders.read().get(phone_number_id, {})
        return {"display_phone_number": phone_number_id, "name": "", **entry}

    def render(self, name: str, language: str, parameters: list[str], button: str | None) -> Rendered:
        """Return what the phone shows. Raises ApiError with the code that Meta would give."""
        for value in parameters:
            if _FORBIDDEN.search(value):
                raise ApiError(400, 132012, "Parameter format does not match", "newline, tab or 5 spaces")
        templates = self.templates.read()
        if not templates:
            return Rendered(" · ".join(parameters) or name, "Buka" if button else "", button or "")
        template = templates.get(name)
        if not isinstance(template, dict) or template.get("language", "id") != language:
            raise ApiError(404, 132001, "Template name does not exist in the translation")
        if template.get("status", "APPROVED") != "APPROVED":
            raise ApiError(400, 132015, "Template is paused")
        return _fill(template, parameters, button)


def _fill(template: dict[str, Any], parameters: list[str], button: str | None) -> Rendered:
    body = str(template.get("body", ""))
    wanted = len(set(_PLACEHOLDER.findall(body)))
    if wanted != len(parameters):
        details = f"body: {len(parameters)} given, {wanted} expected"
        raise ApiError(400, 132000, "Number of parameters does not match", details)
    text = _substitute(body, parameters)
    if len(text) > _MAX_TEXT:
        raise ApiError(400, 132005, "Translated text too long", f"{len(text)} characters")
    return Rendered(text, *_button(template, parameters, button))


def _button(template: dict[str, Any], parameters: list[str], button: str | None) -> tuple[str, str]:
    if template.get("category") == "AUTHENTICATION":
        if button is None or button not in parameters:
            raise ApiError(400, 131008, "Required parameter is missing", "button must carry the code")
        return "Salin kode", ""
    entry = template.get("button")
    if not isinstance(entry, dict):
        if button is not None:
            raise ApiError(400, 132000, "Number of parameters does not match", "template has no button")
        return "", ""
    url = str(entry.get("url", ""))
    if bool(_PLACEHOLDER.search(url)) != (button is not None):
        raise ApiError(400, 131008, "Required parameter is missing", "button")
    return str(entry.get("text", "Buka")), _substitute(url, [button or ""])


def _substitute(pattern: str, values: list[str]) -> str:
    def value(match: re.Match[str]) -> str:
        index = int(match.group(1)) - 1
        return values[index] if 0 <= index < len(values) else ""

    return _PLACEHOLDER.sub(value, pattern)
