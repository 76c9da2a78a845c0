"""A test message from a zone's own number to whoever looks after it: does the number work?"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from requests_app.models import Notice, Officer, Zone
from requests_app.operations.notices import owe_to_phone
from requests_app.operations.number_trouble import TEST
from requests_app.operations.numbers import way_from_zone
from requests_app.operations.steps import NotNow
from requests_app.rules.visits import Sender

TEST_LIFE = timedelta(hours=1)
NOT_AGAIN_WITHIN_S = 10


@transaction.atomic
def send_number_test(*, zone: Zone, officer: Officer, now: datetime) -> Notice:
    """Owe one test message to the officer's own phone, from this zone's number or not at all.

    A second press within ten seconds gives the same one. Raises NotNow: no phone to send to, no number to send from.
    """
    if not officer.phone:
        raise NotNow("Isi dulu nomor WhatsApp Anda sendiri di data petugas. Pesan uji dikirim ke nomor itu.")
    if zone.sender is Sender.NONE:
        raise NotNow("Zona ini belum punya nomor WhatsApp. Isi nomornya dulu, lalu uji lagi.")
    dedup_key = f"{TEST}:{zone.pk}:{officer.pk}:{int(now.timestamp()) // NOT_AGAIN_WITHIN_S}"
    try:
        with transaction.atomic():
            return owe_to_phone(
                officer.phone, TEST, way=(zone.pk, way_from_zone(zone)), params={"zona": zone.name}, now=now,
                dedup_key=dedup_key, expires_at=now + TEST_LIFE,
            )  # fmt: skip
    except IntegrityError:
        return Notice.objects.get(dedup_key=dedup_key)
