"""A card that cannot be found, as two doors show it: the form, the list of what is looked for, and the answers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django import forms

from requests_app.models import Card, CardLoss
from requests_app.operations.losses import confirm_lost, found, look_for
from requests_app.operations.office import FieldRefused
from requests_app.operations.prints import Scan
from requests_app.operations.steps import NotNow
from requests_app.rules.printing import LONGEST_SEARCH_NOTE, short_name
from requests_app.staff.request import StaffRequest


class LookForForm(forms.Form):
    """Where the card was looked for already."""

    note = forms.CharField(
        label="Di mana sudah dicari?", max_length=LONGEST_SEARCH_NOTE, help_text="Tanpa nama, NIK, atau nomor ponsel.",
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={
            "required": "Tulis di mana saja kartu ini sudah dicari.",
            "max_length": f"Paling panjang {LONGEST_SEARCH_NOTE} huruf.",
        },
    )  # fmt: skip


@dataclass(frozen=True)
class SearchRow:
    """A search as a list shows it; `action`: where its answer goes, `card_at`: the page of its card in this door.

    `is_mine`: whoever began it does not say that the card is lost.
    """

    loss: CardLoss
    whose: str
    action: str
    card_at: str
    is_mine: bool


def search_rows(
    request: StaffRequest,
    losses: Iterable[CardLoss],
    *,
    action: Callable[[CardLoss], str],
    card_at: Callable[[CardLoss], str],
) -> list[SearchRow]:
    """The searches of a page, in the order given."""
    return [
        SearchRow(
            loss, short_name(loss.card.application.name), action(loss), card_at(loss),
            loss.noticed_by_id == request.user.pk,
        )
        for loss in losses
    ]  # fmt: skip


def begin_search(request: StaffRequest, card: Card, form: LookForForm) -> Scan | None:
    """The card is looked for from now on; None when the form has to be filled in again. Raises NotNow."""
    if not form.is_valid():
        return None
    try:
        return look_for(card=card, note=form.cleaned_data["note"], officer=request.user, now=request.now)
    except FieldRefused as problem:
        form.add_error(problem.field, str(problem))
        return None


def answer_search(request: StaffRequest, loss: CardLoss) -> Scan:
    """Found, or lost, as the button says that was pressed. Raises NotNow."""
    match request.POST.get("akhir", ""):
        case "ditemukan":
            return found(loss=loss, officer=request.user, now=request.now)
        case "hilang":
            return confirm_lost(loss=loss, officer=request.user, now=request.now)
    raise NotNow("Pilih “Ditemukan” atau “Nyatakan hilang”.")
