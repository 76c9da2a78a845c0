"""Conversations of the demo set: an inbox that shows what it is for, as the operations would have filled it."""

from datetime import datetime, timedelta

from requests_app.models import (
    Conversation,
    InboundMessage,
    InboxNote,
    Notice,
    Report,
    WebhookEvent,
    Zone,
)
from requests_app.operations.inbox import reopen_unsent
from requests_app.rules.messages import REPLY

CONNECTED = ["Z1", "Z2", "Z4", "Z5", "Z6", "Z7", "Z8", "Z9"]


def test_each_connected_zone_has_a_question_that_waits_and_one_that_was_answered(loaded: datetime) -> None:
    for zone in Zone.objects.filter(code__in=CONNECTED):
        talks = Conversation.objects.filter(zone=zone)
        assert talks.filter(waits_since__isnull=False, window_until__gt=loaded).exists(), zone.code
        assert InboxNote.objects.filter(conversation__zone=zone, act="replied").exists()
        told = InboundMessage.objects.filter(conversation__zone=zone, intent="status").get()
        assert told.application is not None and told.application.number in told.reply.params["isi"]
    assert not Conversation.objects.filter(zone__code="Z3").exists(), "nobody hears what is written to its phone"


def test_one_window_ends_soon_and_its_question_waits(loaded: datetime) -> None:
    soon = Conversation.objects.filter(window_until__lt=loaded + timedelta(hours=6), window_until__gt=loaded)
    assert [(talk.zone.code, talk.waits_since is not None) for talk in soon] == [("Z7", True)]


def test_a_report_has_the_words_of_a_message(loaded: datetime) -> None:
    said = InboundMessage.objects.filter(intent="report")
    assert said.exists()
    for message in said:
        report = Report.objects.get(application=message.application_id, status="open")
        assert message.text in report.words and report.number in message.reply.params["isi"]


def test_every_reply_arrived_after_it_was_asked_for_and_nothing_is_left_to_do(loaded: datetime) -> None:
    replies = Notice.objects.filter(purpose__startswith=REPLY)
    assert replies.exists()
    assert set(replies.values_list("state", flat=True)) <= {"delivered", "read"}
    for message in InboundMessage.objects.select_related("reply").exclude(reply=None):
        assert message.at <= message.reply.accepted_at <= message.reply.delivered_at <= loaded
        assert message.reply.attempts.get().sender == message.conversation.zone.whatsapp_phone_id
    assert reopen_unsent(now=loaded) == 0
    assert not WebhookEvent.objects.exists()
