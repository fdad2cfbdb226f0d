from django.urls import path

from console.frame import OVERSEES, verb_pages
from console.retention import lists, views
from retention.queries import hold_for
from retention.verbs import HOLD

app_name = "retention"

urlpatterns = [
    path("", views.plan, name="plan"),
    path("runs/", lists.runs, name="runs"),
    path("runs/<slug:ref>/", views.run, name="run"),
    path("holds/", lists.holds, name="holds"),
    path("holds/new/", views.put_hold, name="put-hold"),
    path("holds/<slug:ref>/", views.hold, name="hold"),
    *verb_pages("holds/<slug:ref>/", HOLD, hold_for, "retention:hold", roles=OVERSEES),
    path("<slug:code>/", lists.due, name="due"),
    path("<slug:code>/propose/", views.propose, name="propose"),
]
