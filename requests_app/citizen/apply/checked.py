"""What the check page found complete is not judged a second time when it is sent unchanged."""

from requests_app.citizen.apply.visit import Visit

CHECKED = "checked"
"""Key of the session: which state of which draft was complete, on which day, and which files it needs."""


def remember_complete(visit: Visit) -> None:
    """All steps were just found complete, and the check page is shown."""
    needed = visit.needed_files()
    found = {
        **_state(visit),
        "must": [r.document_code for r in needed if r.mandatory != "no"],
        "may": [r.document_code for r in needed],
    }
    if visit.request.session.get(CHECKED) != found:
        visit.request.session[CHECKED] = found


def is_still_complete(visit: Visit) -> bool:
    """Whether that was this very state of the draft (every saving changes it), today, and its files are all there."""
    found = visit.request.session.get(CHECKED)
    if visit.draft is None or not found or any(found[k] != v for k, v in _state(visit).items()):
        return False
    return set(found["must"]) <= visit.files <= set(found["may"])


def _state(visit: Visit) -> dict[str, str]:
    assert visit.draft is not None
    return {"draft": str(visit.draft.pk), "as_of": visit.draft.changed_at.isoformat(), "day": visit.today.isoformat()}
