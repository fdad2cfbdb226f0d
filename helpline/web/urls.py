from django.urls import path

from helpline.web import views

app_name = "helpline"

urlpatterns = [
    path("call-back/", views.ask, name="ask"),
    path("call-backs/<slug:ref>/", views.call_back, name="call-back"),
]
