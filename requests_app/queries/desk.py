"""What the pages of a zone's desk read."""

from django.db.models import QuerySet

from requests_app.models import Officer, Zone


def zones_of(officer: Officer) -> QuerySet[Zone]:
    """The active zones whose desk an officer may work at: those listed, or all when none is."""
    listed = list(officer.zones.values_list("pk", flat=True))
    zones = Zone.objects.filter(is_active=True)
    return zones.filter(pk__in=listed) if listed else zones
