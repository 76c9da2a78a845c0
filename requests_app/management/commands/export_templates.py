"""`manage.py export_templates`: our texts as WhatsApp templates, for Meta and for the local simulator."""

import json
import os
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q, QuerySet

from requests_app.channels.whatsapp.templates import NOT_HTTPS, code_submission, refusals, simulated, submission
from requests_app.models import MessageText, Notice, Zone
from requests_app.models.notice import WAITING
from requests_app.operations.senders import template_name
from requests_app.operations.texts import TextRefused, check_text
from requests_app.rules.messages import (
    CODE_MINUTES,
    REPLY,
    WITHOUT_LINK,
    link_path,
    placeholders,
    template_body,
)
from requests_app.rules.placeholders import example_values
from requests_app.rules.routes import HAND, WHATSAPP

README = """\
# Templates to submit to Meta

One file per template, each the body of one request. Written by `manage.py export_templates`; what Meta would refuse is
listed by `manage.py export_templates --check`. Replies inside the 24-hour window need no template and are not here.

    export WABA_ID=<id of the WhatsApp Business account>
    export TOKEN=<token of a system user with whatsapp_business_management>
    for file in adm_*.json; do
      curl --fail-with-body -X POST "{api}/$WABA_ID/message_templates" \\
        -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" --data-binary "@$file"; echo " $file"
    done

Meta answers with an id and a status; PENDING becomes APPROVED or REJECTED, mostly within minutes:

    curl -H "Authorization: Bearer $TOKEN" \\
      "{api}/$WABA_ID/message_templates?fields=name,status,rejected_reason&limit=100"

A text that was changed in the admin is a template with a name of its own (`…_v2`): submit its file. Until it is
approved its messages are held in plain sight, and leave by themselves afterwards; what was written before leaves with
the earlier version, whose file stays here while any of it has not left. Meta refuses a name that it knows
already in this language: nothing is to be done for those.
"""


class Command(BaseCommand):
    help = "Write one JSON file per template, ready to be submitted to Meta; tell the simulator when there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.DATA_DIR / "templates")
        parser.add_argument(
            "--check", action="store_true", help="write nothing; list what Meta would refuse, and exit 1 if anything"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        texts = list(_texts())
        if options["check"]:
            self._check(texts)
            return
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("adm_*.json"):
            old.unlink()
        for text in texts:
            content = json.dumps(_for_meta(text), ensure_ascii=False, indent=2)
            (folder / f"{template_name(text)}.json").write_text(content + "\n", encoding="utf-8")
        api = f"https://graph.facebook.com/{settings.WHATSAPP_API_VERSION}"
        (folder / "README.md").write_text(README.format(api=api), encoding="utf-8")
        self.stdout.write(f"{len(texts)} templates in {folder}")
        if settings.SIMULATOR_URL:
            self._tell_simulator(texts)

    def _check(self, texts: list[MessageText]) -> None:
        refused = [(text, reason) for text in texts for reason in _refusals(text)]
        found = [f"{template_name(text)}: {reason}" for text, reason in refused if reason != NOT_HTTPS]
        if any(reason == NOT_HTTPS for _, reason in refused):
            found.append(f"PUBLIC_URL is {settings.PUBLIC_URL}: {NOT_HTTPS}")
        found += _twins(text for text in texts if text.is_current)
        if found:
            raise CommandError("Meta would refuse:\n" + "\n".join(found), returncode=1)
        self.stdout.write(f"{len(texts)} templates, nothing that Meta would refuse")

    def _tell_simulator(self, texts: list[MessageText]) -> None:
        """Over its control door, or, before it runs, into the folder where it looks first."""
        for name, content in (("templates", _simulated(texts)), ("senders", _senders())):
            try:
                url = f"{settings.SIMULATOR_URL}/_ctl/{name}"
                httpx.post(url, json=content, timeout=5, trust_env=False).raise_for_status()
            except httpx.TransportError:
                _write(settings.DATA_DIR / "simulator" / f"{name}.json", content)


def _texts() -> QuerySet[MessageText]:
    """What WhatsApp has to know: the current versions, and older ones that a message which has not left still names."""
    unsent = Notice.objects.filter(state__in=[*WAITING, "held"], channel__in=[WHATSAPP, HAND])
    wanted = Q(is_current=True) | Q(pk__in=unsent.values("text"))
    return MessageText.objects.filter(wanted).exclude(purpose__startswith=REPLY).order_by("purpose", "version")


def _link(text: MessageText) -> str | None:
    return None if text.purpose in WITHOUT_LINK else f"{settings.PUBLIC_URL}{link_path(text.purpose)}"


def _for_meta(text: MessageText) -> dict[str, Any]:
    if text.purpose in CODE_MINUTES:
        return code_submission(template_name(text), minutes=CODE_MINUTES[text.purpose])
    values = example_values(text.purpose, text.body) | {"situs": settings.PUBLIC_URL.split("://", 1)[-1]}
    examples = [values.get(name, "") for name in placeholders(text.body)]
    return submission(template_name(text), template_body(text.body), examples, link=_link(text))


def _refusals(text: MessageText) -> list[str]:
    """What is wrong with a text's words, then with its frame."""
    try:
        check_text(text, text.body)
    except TextRefused as refused:
        return [*refused.reasons, *refusals(_for_meta(text))]
    return refusals(_for_meta(text))


def _twins(texts: Iterable[MessageText]) -> list[str]:
    """Meta refuses a template that says the same as another."""
    first: dict[str, str] = {}
    found = []
    for text in texts:
        name, body = template_name(text), template_body(text.body)
        twin = first.setdefault(body, name)
        if twin != name:
            found.append(f"{name}: says the same as {twin}")
    return found


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
