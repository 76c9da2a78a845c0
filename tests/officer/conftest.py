"""A signed-in officer on duty today, and applications with documents."""

import io
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from requests_app.clock import database_now
from requests_app.models import Application, ClockOffset, Document, Officer
from requests_app.operations.documents import document_store
from requests_app.operations.review import claim_application
from tests.factories import OfficerFactory, on_duty, submitted

Later = Callable[[float], None]
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def now(db: None) -> datetime:
    """The database's clock: what a request sees as now."""
    return database_now()


@pytest.fixture
def officer(now: datetime) -> Officer:
    return on_duty(OfficerFactory(), now)


@pytest.fixture
def desk(officer: Officer) -> Client:
    """A browser in which the officer is signed in."""
    return signed_in(officer)


@pytest.fixture
def held(officer: Officer, now: datetime) -> Application:
    """An application with a family card and a police letter, leased to the officer."""
    application = with_documents(submitted(now))
    return claim_application(application_id=application.pk, officer=officer, now=now)


@pytest.fixture
def later(db: None) -> Later:
    """Let this many seconds pass on the clock of the next requests."""

    def pass_time(seconds: float) -> None:
        ClockOffset.objects.update_or_create(id=1, defaults={"seconds": seconds})

    return pass_time


def signed_in(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer, backend=MODEL_BACKEND)
    return client


def jpeg(colour: str = "white", size: tuple[int, int] = (60, 40)) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", size, colour).save(picture, "JPEG")
    return picture.getvalue()


def add_page(application: Application, code: str, *, hints: list[str] | None = None, **over: Any) -> Document:
    """One stored document of one page."""
    content = over.pop("content", None) or jpeg()
    document = Document.objects.create(
        id=uuid.uuid4(), application=application, document_code=code, original_kind="jpeg", original_bytes=len(content),
        pages=1, stored_bytes=len(content), hints=hints or [], uploaded_at=application.submitted_at, **over,
    )  # fmt: skip
    document_store().write(document.pk, 0, content)
    return document


def with_documents(application: Application) -> Application:
    add_page(application, "KK")
    add_page(application, "SURAT_HILANG", hints=["blurred"])
    return application


def fields_of(response: Any, form_id: str = "") -> dict[str, str]:
    """What a browser would send for a form of this page: the only one with method post in <main>, or by its id."""
    from lxml import html

    page = html.fromstring(response.text)
    found = page.cssselect(f"form#{form_id}") if form_id else page.cssselect("main form[method=post]")
    return {name: value for name, value in found[0].form_values() if name != "csrfmiddlewaretoken"}
