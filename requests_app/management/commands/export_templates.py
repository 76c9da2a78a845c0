"""`manage.py export_templates`: our texts as WhatsApp templates, for Meta and for the local simulator."""

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand

from requests_app.channels.whatsapp.templates import code_submission, simulated, submission
from requests_app.models import MessageText, Zone
from requests_app.operations.senders import template_name
from requests_app.rules.messages import CODE_MINUTES, WITHOUT_LINK, link_path, placeholders, template_body


class Command(BaseCommand):
    help = "Write one JSON file per template, ready to be submitted to Meta; tell the simulator when there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.DATA_DIR / "templates")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        texts = list(MessageText.objects.filter(is_current=True))
        for text in texts:
            content = json.dumps(_for_meta(text), ensure_ascii=False, indent=2)
            (folder / f"{template_name(text)}.json").write_text(content + "\n", encoding="utf-8")
        self.stdout.write(f"{len(texts)} templates in {folder}")
        if settings.SIMULATOR_URL:
            self._tell_simulator(texts)

    def _tell_simulator(self, texts: list[MessageText]) -> None:
        """Over its control door, or, before it runs, into the folder where it looks first."""
        for name, content in (("templates", _simulated(texts)), ("senders", _senders())):
            try:
                url = f"{settings.SIMULATOR_URL}/_ctl/{name}"
                httpx.post(url, json=content, timeout=5, trust_env=False).raise_for_status()
            except httpx.TransportError:
                _write(settings.DATA_DIR / "simulator" / f"{name}.json", content)


def _link(text: MessageText) -> str | None:
    return None if text.purpose in WITHOUT_LINK else f"{settings.PUBLIC_URL}{link_path(text.purpose)}"


def _for_meta(text: MessageText) -> dict[str, Any]:
    if text.purpose in CODE_MINUTES:
        return code_submission(template_name(text), minutes=CODE_MINUTES[text.purpose])
    examples = [f"contoh {name}" for name in placeholders(text.body)]
    return submission(template_name(text), template_body(text.body), examples, link=_link(text))


def _simulated(texts: list[MessageText]) -> dict[str, Any]:
    return {
        template_name(text): simulated(template_body(text.body), link=_link(text), is_code=text.purpose in CODE_MINUTES)
        for text in texts
    }


def _senders() -> dict[str, Any]:
    """By the provider's id of a number; the phone of a zone that sends by hand has none, and a name of its own."""
    return {
        zone.whatsapp_phone_id or f"hp-{zone.whatsapp_number.removeprefix('+')}": {
            "display_phone_number": zone.whatsapp_number, "name": zone.name,
        }
        for zone in Zone.objects.exclude(whatsapp_number="")
    }  # fmt: skip


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    os.replace(draft, path)
