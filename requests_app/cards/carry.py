"""What nobody fetched leaves a zone's office: somebody carries it to the head office."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from requests_app.cards.pages import place_page
from requests_app.models import CardPolicy
from requests_app.operations.way_back import carry_back
from requests_app.queries.cards import CARRY, Place, counts
from requests_app.rules.dates import format_count
from requests_app.rules.numbers import normalise_number
from requests_app.staff.pages import shown_at
from requests_app.staff.request import StaffRequest


@place_page
@require_POST
def carry(request: StaffRequest, place: Place) -> HttpResponse:
    """The cards that were ticked, or all that the page counted, in one shipment: on to the list to take along."""
    if place.zone is None:
        raise Http404
    ticked = filter(None, map(normalise_number, request.POST.getlist("nomor")))
    numbers = None if "semua" in request.POST else list(ticked)
    shipment = carry_back(
        zone=place.zone, until=shown_at(request), numbers=numbers, officer=request.user, now=request.now
    )
    if shipment is None:
        messages.info(request, "Tidak ada kartu yang dibawa. Centang kartunya, atau lihat daftarnya sekali lagi.")
        return redirect(f"{reverse('cards_place', args=[place.code])}?tampil={CARRY}")
    (waiting,) = counts([place], policy=CardPolicy.current(), now=request.now)
    left = f" {format_count(waiting.to_carry)} kartu lain masih perlu dibawa." if waiting.to_carry else ""
    count = format_count(shipment.cards.count())
    messages.success(request, f"Kiriman {shipment.number}: {count} kartu ke Kantor Dukcapil.{left}")
    return redirect("printing_shipment", shipment.number)
