from django.urls import path

from transparency.api import views

urlpatterns = [
    path("figures", views.FiguresView.as_view(), name="figures"),
    path("figures/<slug:ref>", views.FigureView.as_view(), name="figure"),
]
