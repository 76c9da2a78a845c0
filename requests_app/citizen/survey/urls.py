"""Addresses of the survey and of what it says."""

from django.urls import path

from requests_app.citizen.survey import answering, figures

urlpatterns = [
    path("survei/<str:number>/", answering.answer, name="survey"),
    path("kepuasan/", figures.show, name="satisfaction"),
]
