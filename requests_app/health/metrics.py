"""The figures in Prometheus' text format."""

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from requests_app.clock import database_now
from requests_app.queries.health import figures


class _Figures(Collector):
    """Each scrape reads the database once; nothing is counted in a process."""

    def collect(self):  # type: ignore[no-untyped-def]
        for figure in figures(now=database_now()):
            family = GaugeMetricFamily(f"adminduk_{figure.name}", figure.help, labels=figure.labels)
            for labels, value in figure.values.items():
                family.add_metric(labels, value)
            yield family


def exposition() -> bytes:
    """All figures as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    return generate_latest(registry)
