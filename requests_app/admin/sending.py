"""The way of each kind of notice, to be changed; the limits, to look at: they are changed at /kelola/pesan/."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from requests_app.admin.base import Kept
from requests_app.admin.stock import Listed
from requests_app.clock import database_now
from requests_app.models import MessageText, NoticeRoute, Officer, SendingPolicy
from requests_app.operations.office import FieldRefused
from requests_app.operations.sending_policy import FLAGS, LEAST_URGENT, WHATSAPP_ONLY, change_route, check_channels
from requests_app.rules.routes import CHANNELS, WHATSAPP

PLACES = ("first", "second", "third")
NONE = ("", "tidak ada")


class RouteForm(forms.ModelForm):
    """Channels in three places, one for each; the person's own choice comes before all of them."""

    first = forms.ChoiceField(
        label="Kanal pertama", choices=CHANNELS, help_text="Pilihan warga sendiri selalu didahulukan."
    )
    second = forms.ChoiceField(label="Kanal kedua", choices=[NONE, *CHANNELS], required=False)
    third = forms.ChoiceField(label="Kanal ketiga", choices=[NONE, *CHANNELS], required=False)

    class Meta:
        model = NoticeRoute
        fields = ["priority", *FLAGS]
        help_texts = {
            "priority": "Yang lebih kecil dikirim lebih dulu bila banyak yang menunggu.",
            "is_critical": "Boleh memakai cadangan dari batas 24 jam.",
            "waits_for_day": "Tidak dikirim pada jam tenang.",
            "next_after_failure": "Bila satu kanal gagal, kanal berikutnya dicoba.",
            "calls": "Bila semua kanal gagal, petugas menghubungi warga.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        route: NoticeRoute = self.instance
        channels = [WHATSAPP] if route.purpose in WHATSAPP_ONLY else route.channels
        for place, channel in zip(PLACES, channels, strict=False):
            self.fields[place].initial = channel
        self.fields["priority"] = forms.IntegerField(
            label=self.fields["priority"].label, help_text=self.fields["priority"].help_text, min_value=0,
            max_value=LEAST_URGENT,
            error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], "Isi angka 0 sampai 9."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The channels in order, as they can be taken."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["channels"] = [cleaned[place] for place in PLACES if cleaned.get(place)]
        if "first" in cleaned:
            try:
                check_channels(self.instance.purpose, cleaned["channels"])
            except FieldRefused as refused:
                self.add_error("first", str(refused))
        return cleaned


@admin.register(NoticeRoute)
class NoticeRouteAdmin(Kept):
    """One for each kind of notice: none is added or deleted. A change counts for what leaves from now on."""

    form = RouteForm
    list_display = ["purpose", "what", "in_order", "priority", *FLAGS]
    list_filter = ["is_critical", "waits_for_day"]
    search_fields = ["purpose"]
    readonly_fields = ["purpose", "what"]
    fields = ["purpose", "what", *PLACES, "priority", *FLAGS]
    list_per_page = 100

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        texts = MessageText.objects.filter(purpose=models.OuterRef("purpose"), is_current=True)
        return super().get_queryset(request).annotate(subject=models.Subquery(texts.values("subject")[:1]))

    @admin.display(description="judul pesan")
    def what(self, route: Any) -> str:
        return route.subject or "-"

    @admin.display(description="urutan kanal")
    def in_order(self, route: Any) -> str:
        names = dict(CHANNELS)
        return ", lalu ".join(names.get(channel, channel) for channel in route.channels)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        change_route(
            route=obj,
            channels=given["channels"],
            priority=given["priority"],
            flags={name: given[name] for name in FLAGS},
            officer=cast(Officer, request.user),
            now=database_now(),
        )

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing more: the operation has written what was changed into the same log."""


@admin.register(SendingPolicy)
class SendingPolicyAdmin(Listed):
    list_display = [
        "valid_from", "changed_by", "portfolio_limit", "reserve_percent", "warn_percent", "rate_per_second",
        "quiet_from", "quiet_until",
    ]  # fmt: skip
    list_select_related = ["changed_by"]
