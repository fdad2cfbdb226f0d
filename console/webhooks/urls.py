from django.urls import path

from console.webhooks import lists, views

app_name = "hooks"

urlpatterns = [
    path("", lists.endpoints, name="list"),
    path("deliveries/<slug:ref>/replay/", views.replay, name="replay"),
    path("<slug:ref>/", lists.endpoint, name="endpoint"),
    path("<slug:ref>/<slug:step>/", views.take_step, name="step"),
]
