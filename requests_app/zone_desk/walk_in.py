"""The counter's first page: what somebody who came has already, or what they need."""

import uuid
from dataclasses import dataclass
from string import ascii_lowercase, digits
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.models import Application, Zone
from requests_app.operations.access import log_access
from requests_app.operations.drafts import discard_draft
from requests_app.operations.visits import find_visit
from requests_app.queries.walk_ins import Known, known_nik, known_number, known_visit, of_zone, unfinished
from requests_app.rules.catalogue import REASONS, Reason, Service
from requests_app.rules.names import first_word
from requests_app.rules.nik import NikError, check_nik
from requests_app.rules.numbers import normalise_number, normalise_secret
from requests_app.staff.request import StaffRequest
from requests_app.zone_desk.pages import desk_page, render_desk
from requests_app.zone_desk.walk_in_drafts import begin, held_draft, held_ids, known_answers

NOT_A_NUMBER = "Ketik nomor permohonan (PLG-…), kode undangan (12 huruf dan angka), atau NIK (16 angka)."
CHOOSE = "Pilih satu layanan dan alasannya."


@dataclass(frozen=True)
class Tile:
    """A reason that can be chosen with one key."""

    service: Service
    reason: Reason
    hint: str
    key: str

    @property
    def value(self) -> str:
        """What its button sends."""
        return f"{self.service}:{self.reason}"


def tiles() -> list[tuple[Service, list[Tile]]]:
    """Every service with its reasons."""
    keys = iter(digits[1:] + ascii_lowercase)
    return [
        (service, [Tile(service, reason, hint, next(keys)) for reason, hint in reasons.items()])
        for service, reasons in REASONS.items()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("register_walk_in")
def walk_in(request: StaffRequest, zone: Zone) -> HttpResponse:
    """Look a number up, or choose service and reason; `?nomor=` leads to one application, `?dari=` takes its data."""
    if "pilihan" in request.POST:
        return _begin(request, zone)
    if "cari" in request.POST:
        return _look_up(request, zone)
    number = normalise_number(request.GET.get("nomor", ""))
    if number:
        return redirect("walk_in_admit", zone.code, number)
    return first_page(request, zone, source=_source(zone, request.GET.get("dari", "")))


def first_page(
    request: StaffRequest,
    zone: Zone,
    *,
    source: Application | None = None,
    status: int = 200,
    **found: Any,
) -> HttpResponse:
    """Search, tiles, and the forms that were begun and not sent."""
    drafts = unfinished(held_ids(request, zone), now=request.now)
    context = {
        "services": tiles(),
        "source": source,
        "family_only": "keluarga" in request.GET or "keluarga" in request.POST,
        "drafts": [
            (draft, first_word(draft.answers.get("name", "")), Service(draft.service), Reason(draft.answers["reason"]))
            for draft in drafts
        ],
        **found,
    }
    return render_desk(request, zone, "zone_desk/walk_in.html", context, status=status)


def _begin(request: StaffRequest, zone: Zone) -> HttpResponse:
    service, _, reason = request.POST["pilihan"].partition(":")
    if service not in set(Service) or reason not in REASONS[Service(service)]:
        return first_page(request, zone, problem=CHOOSE, problem_at="tiles", status=422)
    answers: dict[str, Any] = {}
    source = _source(zone, request.POST.get("dari", ""))
    if source is not None:
        log_access(officer=request.user, action="open", now=request.now, application_id=source.pk)
        answers = known_answers(source, Service(service), reason, family_only="keluarga" in request.POST)
    elif request.POST.get("nik"):
        answers = {"nik": _nik(request.POST["nik"])}
    answers["reason"] = reason
    if service == Service.LEGALISIR:
        answers["document"] = reason
    return redirect("walk_in_register", zone.code, begin(request, zone, Service(service), answers).pk)


def _look_up(request: StaffRequest, zone: Zone) -> HttpResponse:
    """By one box. What another zone has shows its office only; a NIK that nobody has leads on to the tiles."""
    typed = request.POST["cari"].strip()
    known = _known(request, zone, typed)
    if known is None:
        return first_page(request, zone, problem=NOT_A_NUMBER, problem_at="id_cari", typed=typed, status=422)
    if len(known.here) == 1 and not known.nik and not known.offices:
        return redirect("walk_in_admit", zone.code, known.here[0].number)
    nothing = not known.here and not known.offices
    status = 404 if nothing and not known.nik else 200
    return first_page(request, zone, known=known, nothing=nothing, typed=typed, status=status)


def _known(request: StaffRequest, zone: Zone, typed: str) -> Known | None:
    number = normalise_number(typed)
    if number:
        return known_number(number, zone)
    if normalise_secret(typed):
        return known_visit(find_visit(typed), zone)
    nik = _nik(typed)
    if not nik:
        return None
    log_access(officer=request.user, action="search_nik", now=request.now)
    return known_nik(nik, zone)


def _nik(typed: str) -> str:
    try:
        return check_nik(typed)
    except NikError:
        return ""


def _source(zone: Zone, number: str) -> Application | None:
    """The application whose data are taken over, if it is this zone's."""
    application = of_zone(number) if number else None
    return application if application is not None and application.zone_id == zone.pk else None


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("register_walk_in")
def discard(request: StaffRequest, zone: Zone, draft_id: uuid.UUID) -> HttpResponse:
    """Throw a form away, photos included, after one question."""
    draft = held_draft(request, zone, draft_id)
    if draft is None or draft.application_id is not None:
        return redirect("walk_in", zone.code)
    if request.method == "POST":
        discard_draft(draft_id=draft.pk)
        messages.info(request, "Formulir sudah dihapus, termasuk fotonya.")
        return redirect("walk_in", zone.code)
    context = {"draft": draft, "reason": Reason(draft.answers["reason"]), "service": Service(draft.service)}
    return render_desk(request, zone, "zone_desk/walk_in_discard.html", context)


@require_safe
@desk_page("register_walk_in")
def not_needed(request: StaffRequest, zone: Zone) -> HttpResponse:
    """Documents signed electronically need no legalisir: what the clerk says, and a sheet to take along."""
    return render_desk(request, zone, "zone_desk/walk_in_not_needed.html")
