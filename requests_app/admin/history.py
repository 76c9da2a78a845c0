"""What happened, to look at: ids, codes and times; nothing personal is listed, searched or opened here."""

from django.contrib import admin

from requests_app.admin.base import ReadOnly
from requests_app.models import AccessLog, Application, Event, Notice, Promise

APPLICATION_COLUMNS = ("number", "service", "reason", "status", "round", "zone", "channel", "submitted_at", "due_at")
NOTICE_COLUMNS = (
    "created_at", "purpose", "check_code", "channel", "state", "zone", "attempt", "error_code", "delivered_at",
)  # fmt: skip


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    """Where each application stands. People are looked up at the officers' desk, where it leaves an access row."""

    list_display = APPLICATION_COLUMNS
    list_filter = ["status", "service", "reason", "zone", "channel"]
    search_fields = ["number"]
    fields = (*APPLICATION_COLUMNS, "first_due_at", "decided_at", "waiting_until")
    list_select_related = ["zone"]
    show_full_result_count = False

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        return (
            super()
            .get_queryset(request)
            .defer("name", "nik", "kk_number", "address", "answers", "phone", "email", "phone_owner")
        )


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ["at", "application", "step", "from_status", "to_status", "round", "actor_kind", "officer"]
    list_filter = ["step", "actor_kind"]
    search_fields = ["application__number"]
    list_select_related = ["officer"]
    show_full_result_count = False

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        return (
            super()
            .get_queryset(request)
            .select_related("application")
            .only(
                "at",
                "step",
                "from_status",
                "to_status",
                "round",
                "actor_kind",
                "officer__username",
                "application__number",
                "data",
            )
        )


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnly):
    list_display = ["at", "officer", "action", "application_number"]
    list_filter = ["action"]
    search_fields = ["application__number", "officer__username"]
    list_select_related = ["officer"]
    show_full_result_count = False

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        return (
            super()
            .get_queryset(request)
            .select_related("application")
            .only("at", "action", "officer__username", "application__number", "document_id")
        )

    @admin.display(description="permohonan")
    def application_number(self, row: AccessLog) -> str:
        return row.application.number if row.application else "-"


@admin.register(Promise)
class PromiseAdmin(ReadOnly):
    list_display = ["application_id", "round", "started_at", "due_at", "outcome", "evidence", "told_at", "rebutted_at"]
    list_filter = ["outcome", "evidence", "policy"]
    search_fields = ["application__number"]
    show_full_result_count = False


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = NOTICE_COLUMNS
    list_filter = ["state", "channel", "purpose", "zone"]
    search_fields = ["application__number", "check_code"]
    fields = (*NOTICE_COLUMNS, "accepted_at", "sent_at", "read_at", "failed_at", "maybe_twice", "priority")
    list_select_related = ["zone"]
    show_full_result_count = False

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        return super().get_queryset(request).defer("params", "recipient")
