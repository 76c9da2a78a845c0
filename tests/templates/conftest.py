"""Templates are rendered here without a database: no notice of service stands above them."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from requests_app.queries.public import BANNERS


@pytest.fixture(autouse=True)
def no_service_notices(nothing_kept_from_other_tests: None) -> Iterator[None]:
    """Known already, so that nothing asks for them."""
    cache.set(BANNERS, [])
    yield
    cache.delete(BANNERS)
