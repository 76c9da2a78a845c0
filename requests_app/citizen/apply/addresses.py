"""Services as they stand in addresses: /ajukan/ktp-el/."""

from requests_app.rules.catalogue import Service


class ServiceConverter:
    """`<service:…>` in an address."""

    regex = "|".join(service.slug for service in Service)

    def to_python(self, value: str) -> Service:
        """The service of an address."""
        return next(service for service in Service if service.slug == value)

    def to_url(self, value: str) -> str:
        """How it stands in an address."""
        return Service(value).slug
