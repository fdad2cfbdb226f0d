"""Addresses of the notices that are looked at again. What does not belong here: anything a party can open."""

from django.urls import path

from notices.workbench import siblings

app_name = "siblings"

urlpatterns = [
    path("", siblings.siblings, name="list"),
    path("<slug:ref>/", siblings.sibling, name="sibling"),
]
