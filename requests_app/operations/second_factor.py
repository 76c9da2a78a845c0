"""The second factor of a member of staff: an authenticator app (TOTP, RFC 6238)."""

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from requests_app.models import Officer


def prepare_device(*, officer: Officer) -> TOTPDevice:
    """The device that is being set up: made once, and given again until its first code was right."""
    device, _ = TOTPDevice.objects.get_or_create(user=officer, confirmed=False, defaults={"name": "Autentikator"})
    return device


def own_device(officer: Officer) -> TOTPDevice | None:
    """The confirmed device, if there is one."""
    return TOTPDevice.objects.filter(user=officer, confirmed=True).order_by("pk").first()


@transaction.atomic
def check_code(*, device_id: int, code: str) -> TOTPDevice | None:
    """The device if the code is right, else None. A first right code confirms it.

    Each code counts once; wrong ones make the next try wait longer and longer (django-otp).
    """
    device = TOTPDevice.objects.select_for_update().get(pk=device_id)
    if not device.verify_token(code):
        return None
    if not device.confirmed:
        device.confirmed = True
        device.save(update_fields=["confirmed"])
    return device
