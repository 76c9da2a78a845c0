"""Is this message genuine? Its code tells whether we sent it, when, and from which number; nothing about anybody."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from requests_app.citizen.limited import too_many
from requests_app.citizen.pages.forms import MessageCodeForm
from requests_app.citizen.pages.messages import about
from requests_app.clock import database_now
from requests_app.operations.limits import Limit, TooMany, count_all_or_refuse, growing
from requests_app.queries.public import message_by_code
from requests_app.rules.phone import spaced_phone
from requests_app.rules.routes import EMAIL, SMS
from requests_app.visitor import visitor_address

TEMPLATE = "citizen/genuine.html"
# Right and wrong codes count alike, so that both cost the same work.
PER_ADDRESS = ((20, timedelta(minutes=15)), (60, timedelta(hours=3)), (200, timedelta(days=1)))
OVERALL = Limit("message_all", "all", 600, timedelta(minutes=1))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def genuine(request: HttpRequest) -> HttpResponse:
    """The page with its answer; the same for a code that nobody has and for one of a message that never left."""
    form = MessageCodeForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return render(request, TEMPLATE, {"form": form})
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=422)
    now = database_now()
    try:
        _count(request, now)
    except TooMany as refusal:
        return too_many(request, refusal, now=now, template=TEMPLATE, form=form)
    code = form.cleaned_data["code"]
    message = message_by_code(code)
    context = {"form": MessageCodeForm(), "code": code, "message": message, "asked": True}
    if message is not None:
        senders = {EMAIL: settings.DEFAULT_FROM_EMAIL, SMS: settings.SMS_SENDER}
        sender = senders.get(message.channel) or spaced_phone(message.number)
        context |= {"about": about(message.purpose), "sender": sender}
    return render(request, TEMPLATE, context)


def _count(request: HttpRequest, now: datetime) -> None:
    limits = growing("message_address", visitor_address(request), *PER_ADDRESS)
    count_all_or_refuse([*limits, OVERALL], now=now)
