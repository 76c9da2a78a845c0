"""Going on on another device: a code to the phone, typed there; the newest device has the draft."""

import uuid

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from requests_app.citizen.apply.device import share_device
from requests_app.citizen.apply.pages import form_page
from requests_app.citizen.apply.steps import Step, check_of, first_open
from requests_app.citizen.apply.visit import DRAFT, Visit, open_visit, other_drafts
from requests_app.citizen.limited import too_many
from requests_app.operations.devices import continue_draft, send_draft_code
from requests_app.operations.drafts import save_answers
from requests_app.operations.guessing import code_limits, count_guess
from requests_app.operations.limits import TooMany, count_all_or_refuse
from requests_app.operations.submission import DraftGone
from requests_app.queries.devices import code_ends_at, was_moved
from requests_app.questions.fields import phone_field
from requests_app.rules.catalogue import Service
from requests_app.rules.nik import clean_digits
from requests_app.visitor import visitor_address

MOVED = _(
    "Permohonan ini dilanjutkan di perangkat lain. Isian halaman ini masih ada, tetapi tidak dapat disimpan di sini."
)
WRONG_CODE = _("Kode ini salah, sudah dipakai, atau lewat 15 menit. Minta kode baru di perangkat pertama.")


class PhoneForm(forms.Form):
    """Where the code goes."""

    use_required_attribute = False
    phone = phone_field(
        label=_("Nomor WhatsApp"),
        help_text=_("Kode dikirim ke nomor ini. Misalnya 0812 3456 7890."),
        error_messages={"required": _("Isi nomor WhatsApp.")},
    )


class CodeForm(PhoneForm):
    """Phone and code as they are typed on the other device."""

    code = forms.CharField(
        label=_("Kode"),
        help_text=_("Enam angka dari pesan WhatsApp."),
        max_length=40,
        widget=forms.TextInput({"class": "code", "inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Isi kode dari pesan WhatsApp.")},
    )
    bersama = forms.BooleanField(label=_("Ini perangkat bersama. Jangan simpan isian di sini."), required=False)

    def clean_code(self) -> str:
        """Digits as people paste them."""
        return clean_digits(self.cleaned_data["code"])


def change_device(this: Step, visit: Visit) -> HttpResponse:
    """Whose device this is, with the page as it was typed; or on to another one, with what is good so far saved."""
    wish = visit.request.POST["perangkat"]
    if wish != "lain":
        share_device(visit.request, shared=wish == "bersama")
        return form_page(this, visit, typed=True)
    if this.form is not None:
        good = visit.form(this.form, visit.request.POST).good_answers()
        assert visit.draft is not None
        visit.keep(save_answers(draft_id=visit.draft.pk, answers=good, replaces=good, now=visit.now))
    return redirect("apply_device", visit.service)


def is_elsewhere(visit: Visit) -> bool:
    """Whether this session's draft goes on on another device."""
    held = visit.request.session.get(DRAFT[visit.service])
    return visit.draft is None and bool(held) and was_moved(uuid.UUID(held))


def show_elsewhere(this: Step, visit: Visit) -> HttpResponse:
    """What was typed after the draft had left; it stays on the page and is saved nowhere: 422."""
    return form_page(this, visit, typed=True, notice=MOVED, status=422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, service: Service) -> HttpResponse:
    """On the device before: send a code to the phone, then say what to do on the other one."""
    visit = open_visit(request, service)
    if visit.draft is None:
        return redirect("apply", service)
    form = PhoneForm(request.POST or None, initial={"phone": visit.answers.get("phone", "")})
    if request.method == "POST" and form.is_valid():
        try:
            _send(visit, form.cleaned_data["phone"])
        except TooMany as refusal:
            return too_many(
                request, refusal, now=visit.now, template="citizen/apply/leave.html", form=form, context=_leaving(visit)
            )
        except DraftGone:
            return redirect("apply", service)
        return redirect("apply_device", service)
    status = 422 if form.is_bound else 200
    return render(request, "citizen/apply/leave.html", {"form": form, **_leaving(visit)}, status=status)


def _send(visit: Visit, phone: str) -> None:
    """A phone that was not asked for yet is kept, so that nobody types it twice."""
    assert visit.draft is not None
    count_all_or_refuse(code_limits(visitor_address(visit.request), phone), now=visit.now)
    if not visit.answers.get("phone"):
        visit.keep(save_answers(draft_id=visit.draft.pk, answers={"phone": phone}, replaces=("phone",), now=visit.now))
    send_draft_code(draft_id=visit.draft.pk, phone=phone, now=visit.now)


def _leaving(visit: Visit) -> dict[str, object]:
    assert visit.draft is not None
    address = f"{settings.PUBLIC_URL}{reverse('apply_continue', args=[visit.service])}"
    return {
        "draft": visit.draft,
        "other_drafts": other_drafts(visit.request, visit.service),
        "code_ends_at": code_ends_at(visit.draft.pk, visit.now),
        "address": address.split("://", 1)[-1],
        "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=1),
        "back": first_open(visit) or check_of(visit.service),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest, service: Service) -> HttpResponse:
    """On the other device: phone and code; then the form where it was left, of whichever service it is."""
    visit = open_visit(request, service)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if _take(visit, form):
                return redirect((first_open(visit) or check_of(visit.service)).address)
            form.add_error("code", str(WRONG_CODE))
        except TooMany as refusal:
            return too_many(
                request,
                refusal,
                now=visit.now,
                template="citizen/apply/go_on.html",
                form=form,
                context=_arriving(visit),
            )
        except DraftGone:
            messages.warning(request, gettext("Draf itu sudah dikirim atau dihapus."))
            return redirect("apply", service)
    status = 422 if form.is_bound else 200
    return render(request, "citizen/apply/go_on.html", {"form": form, **_arriving(visit)}, status=status)


def _arriving(visit: Visit) -> dict[str, object]:
    return {"service": visit.service, "draft": visit.draft}


def _take(visit: Visit, form: CodeForm) -> bool:
    """Whether the code was right; then this session, under a new key, has the draft."""
    given = form.cleaned_data
    guess = count_guess(address=visitor_address(visit.request), number=given["phone"], now=visit.now)
    draft = continue_draft(phone=given["phone"], code=given["code"], now=visit.now)
    if draft is None:
        return False
    guess.was_right()
    visit.request.session.cycle_key()
    share_device(visit.request, shared=given["bersama"])
    visit.service = Service(draft.service)
    visit.keep(draft)
    return True
