from django.urls import path

from transparency.web import reports, views

app_name = "public-figures"

urlpatterns = [
    path("figures/", views.figures, name="page"),
    path("figures/reports/", reports.reports, name="reports"),
    path("figures/reports/<slug:year>.pdf", reports.as_pdf, name="report-pdf"),
    path("figures/reports/<slug:year>.json", reports.as_data, name="report-data"),
    path("figures/reports/<slug:year>/", reports.report, name="report"),
    path("figures/<str:quarter>.csv", views.as_file, name="file"),
    path("figures/<str:quarter>/", views.figures, name="quarter"),
]
