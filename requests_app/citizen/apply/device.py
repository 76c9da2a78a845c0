"""What stays on this device: a copy of what is typed and not saved yet, or nothing at all on a shared one."""

import base64

from django.http import HttpRequest

from requests_app.citizen.apply.visit import Visit
from requests_app.vault.keyring import keyed_hash

SHARED = "shared"
"""Key of the session: this device belongs to several people."""


def share_device(request: HttpRequest, *, shared: bool) -> None:
    """On a shared device the session ends with the browser, and no copies are kept."""
    if shared:
        request.session[SHARED] = True
        request.session.set_expiry(0)
    elif request.session.pop(SHARED, False):
        request.session.set_expiry(None)


def is_shared(request: HttpRequest) -> bool:
    """Whether the citizen said so."""
    return bool(request.session.get(SHARED))


def copy_key(visit: Visit) -> str:
    """The key that seals this draft's copies on the device; only a page of the session that holds the draft has it."""
    if visit.draft is None or is_shared(visit.request):
        return ""
    return base64.b64encode(keyed_hash("device", str(visit.draft.pk))).decode()
