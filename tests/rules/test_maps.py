"""Where an office is, as a link that any phone opens."""

from decimal import Decimal

from requests_app.rules.maps import map_link


def test_a_point_goes_before_an_address():
    link = map_link(Decimal("-2.976074"), Decimal("104.775431"), "Jl. Contoh 1")
    assert link == "https://www.google.com/maps/search/?api=1&query=-2.976074%2C104.775431"


def test_an_address_is_looked_for_in_the_city():
    assert map_link(None, Decimal("104.7"), "Jl. Contoh & Co 1").endswith("query=Jl.+Contoh+%26+Co+1%2C+Palembang")


def test_an_unknown_place_has_no_link():
    assert map_link(None, None, "") == ""
