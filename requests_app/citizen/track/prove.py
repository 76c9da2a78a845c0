"""The proof: a code by message, the link of a message plus one press, or the secret of the receipt."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from requests_app.citizen.limited import too_many
from requests_app.citizen.track import access as session
from requests_app.citizen.track.access import Access, after_look_up, page_of
from requests_app.citizen.track.forms import CodeForm, SecretForm
from requests_app.clock import database_now
from requests_app.operations.guessing import code_limits, count_guess
from requests_app.operations.limits import Limit, TooMany, count_all_or_refuse, refused_at_no_cost
from requests_app.operations.proofs import check_code, check_secret, send_code, use_link
from requests_app.operations.steps import NotNow
from requests_app.queries.stage import stage
from requests_app.visitor import visitor_address

NOT_THE_PRINTED_ONE = _("Kode rahasia ini tidak cocok. Periksa lagi pada bukti permohonan Anda.")
CODE_GONE = _("Kode ini tidak berlaku lagi. Minta kode baru di bawah.")
CODE_OF_ELSEWHERE = _(
    "Di sini belum ada kode yang diminta. Kode dari ponsel atau peramban lain hanya berlaku di sana. "
    "Kembali ke sana, atau minta kode baru di bawah."
)
LINK_GONE = _("Tautan ini sudah dipakai atau sudah lama. Lacak dengan nomor permohonan Anda.")


@require_http_methods(["GET", "HEAD", "POST"])
@after_look_up
def send(request: HttpRequest, access: Access) -> HttpResponse:
    """Send a code; the next page asks for it. Opening the address (a restored tab, the language switch) sends none."""
    if request.method != "POST":
        return redirect("track_code", number=access.number)
    limits = code_limits(visitor_address(request), access.number)
    try:
        count_all_or_refuse(limits, now=access.now)
        proof_id = _send(request, access, limits)
    except TooMany as refusal:
        return _code_page(request, access, CodeForm(), refusal=refusal)
    except NotNow as problem:
        messages.warning(request, gettext(str(problem)))
        return redirect("track_code", number=access.number)
    session.remember_code(request, access.application_id, proof_id)
    return redirect("track_code", number=access.number)


def _send(request: HttpRequest, access: Access, limits: list[Limit]) -> uuid.UUID:
    """A code that was not sent costs nobody one of the day's codes."""
    channel = request.POST.get("channel", "")
    with refused_at_no_cost(limits, now=access.now):
        return send_code(application_id=access.application_id, now=access.now, channel=channel)


@require_http_methods(["GET", "HEAD", "POST"])
@after_look_up
def enter_code(request: HttpRequest, access: Access) -> HttpResponse:
    """The code that was sent, or the secret printed on the receipt."""
    if access.proven:
        return page_of(access)
    by_secret = stage(access.application_id, now=access.now).contact == "none"
    form = (SecretForm if by_secret else CodeForm)(request.POST or None)
    if request.method != "POST":
        return _code_page(request, access, form)
    if not form.is_valid():
        return _code_page(request, access, form, status=422)
    try:
        address = visitor_address(request)
        guess = count_guess(address=address, number=f"code {access.number} {address}", now=access.now)
    except TooMany as refusal:
        return _code_page(request, access, form, refusal=refusal)
    problem = _wrong_secret(access, form) if by_secret else _wrong_code(request, access, form)
    if problem:
        form.add_error("code", problem)
        return _code_page(request, access, form, status=422)
    guess.was_right()
    session.remember_proof(request, access.application_id, access.now)
    return session.go_on(request, access.number)


def _wrong_secret(access: Access, form: CodeForm | SecretForm) -> str:
    right = check_secret(application_id=access.application_id, secret=form.cleaned_data["code"])
    return "" if right else str(NOT_THE_PRINTED_ONE)


def _wrong_code(request: HttpRequest, access: Access, form: CodeForm | SecretForm) -> str:
    proof_id = session.code_asked_for(request, access.application_id)
    if proof_id is None:
        return str(CODE_OF_ELSEWHERE)
    result = check_code(
        application_id=access.application_id, proof_id=proof_id, code=form.cleaned_data["code"], now=access.now
    )
    if result.right:
        return ""
    wrong = _("Kode ini tidak cocok. Sisa {count} percobaan.").format(count=result.tries_left)
    return wrong if result.tries_left else str(CODE_GONE)


def _code_page(
    request: HttpRequest,
    access: Access,
    form: CodeForm | SecretForm,
    *,
    status: int = 200,
    refusal: TooMany | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "number": access.number,
        "by_secret": isinstance(form, SecretForm),
        "asked": session.code_asked_for(request, access.application_id) is not None,
    }
    if refusal is not None:
        return too_many(
            request, refusal, now=access.now, template="citizen/track/code.html", form=form, context=context
        )
    return render(request, "citizen/track/code.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a message. Looking at it (a preview does) changes nothing; pressing the button uses it up."""
    if request.method != "POST":
        return render(request, "citizen/track/link.html", {"token": token})
    now = database_now()
    try:
        guess = count_guess(address=visitor_address(request), number=f"link {visitor_address(request)}", now=now)
    except TooMany as refusal:
        return too_many(request, refusal, now=now)
    application_id = use_link(token=token, now=now)
    if application_id is None:
        messages.warning(request, LINK_GONE)
        return redirect("track")
    guess.was_right()
    session.remember_proof(request, application_id, now)
    return session.go_on(request, stage(application_id, now=now).number)


@require_http_methods(["GET", "HEAD", "POST"])
@after_look_up
def leave(request: HttpRequest, access: Access) -> HttpResponse:
    """Close the application on a phone that others use too; opening the address closes nothing."""
    if request.method != "POST":
        return page_of(access)
    session.forget_proof(request, access.application_id)
    messages.success(request, _("Halaman permohonan sudah ditutup di ponsel ini."))
    return redirect("track")
