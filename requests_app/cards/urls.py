"""Addresses of this door, all under /kartu/."""

from django.urls import path

from requests_app.cards import carry, find, hand_over, home, missing

urlpatterns = [
    path("", home.home, name="cards_home"),
    path("<str:code>/", home.at_place, name="cards_place"),
    path("<str:code>/telepon/", home.calls, name="cards_calls"),
    path("<str:code>/cari/", find.find, name="cards_find"),
    path("<str:code>/bawa/", carry.carry, name="cards_carry"),
    path("<str:code>/serah/<str:number>/", hand_over.hand_over, name="cards_hand_over"),
    path("<str:code>/serah/<str:number>/dicari/", missing.look_for, name="cards_look_for"),
    path("<str:code>/dicari/<int:loss_id>/", missing.end_search, name="cards_search"),
    path("<str:code>/serah/<str:number>/bukti/", hand_over.handed, name="cards_handed"),
]
