"""The lines of the health protocol, all on one page."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from requests_app.forms_layout import needed_by_condition
from requests_app.models import ProtocolItem
from requests_app.operations.office import FieldRefused
from requests_app.operations.protocol import Line, save_protocol
from requests_app.operations.visit_words import protocol_in_force
from requests_app.queries.zone_admin import protocol_lines
from requests_app.staff.request import StaffRequest
from requests_app.zone_admin.pages import admin_page, refuse, render_admin


class LineForm(forms.Form):
    """One line; the last one of the page is for a new one and may stay empty."""

    text = forms.CharField(
        label="Bunyi", max_length=120, required=False, error_messages={"max_length": "Paling panjang 120 huruf."}
    )
    position = forms.IntegerField(
        label="Urutan", min_value=1, max_value=99,
        widget=forms.NumberInput({"class": "short", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], "Isi angka 1 sampai 99."),
    )  # fmt: skip
    in_force = forms.BooleanField(label="Berlaku", required=False)

    def __init__(self, data: object = None, *, item: ProtocolItem | None, position: int) -> None:
        initial = {"text": item.text, "in_force": item.in_force} if item else {"in_force": True}
        prefix = f"baris{item.pk if item else ''}"
        super().__init__(data, prefix=prefix, initial={**initial, "position": position})  # type: ignore[arg-type]
        self.item = item
        if item:
            needed_by_condition(self, "text")

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].strip()
        if self.item and not text:
            raise forms.ValidationError("Isi aturannya. Aturan yang tidak dipakai lagi dimatikan.")
        return text

    def line(self) -> Line:
        """For save_protocol; the form is valid."""
        given = self.cleaned_data
        item_id = self.item.pk if self.item else None
        return Line(item_id, given["text"], given["position"], given["in_force"], self.prefix or "")


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page
def protocol(request: StaffRequest) -> HttpResponse:
    """GET: the lines. POST: all of them are saved at once."""
    items = protocol_lines()
    lines: list[ProtocolItem | None] = [*items, None]
    data = request.POST if request.method == "POST" else None
    rows = [LineForm(data, item=item, position=number) for number, item in enumerate(lines, start=1)]
    valid = [row.is_valid() for row in rows]  # each says what is wrong with it
    if data is not None and all(valid):
        wanted = [line for row in rows if (line := row.line()).text]
        try:
            save_protocol(lines=wanted, officer=request.user, now=request.now)
        except FieldRefused as problem:
            row = next(row for row in rows if row.prefix == problem.field)
            refuse(row, FieldRefused("text", str(problem)))
        else:
            messages.success(request, "Protokol kesehatan tersimpan. Undangan berikutnya menyebutkannya.")
            return redirect("zone_admin_protocol")
    context = {"rows": rows, "told": protocol_in_force(), "has_errors": any(row.errors for row in rows)}
    return render_admin(request, "zone_admin/protocol.html", context, status=422 if data is not None else 200)
