from django.urls import path

from console.transparency import lists, quality, reports, views

app_name = "figures"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("quality/", quality.quality, name="quality"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<slug:year>/draft/", reports.draft, name="draft"),
    path("reports/<slug:year>/erratum/", reports.erratum, name="erratum"),
    path("<slug:code>/", views.metric, name="metric"),
    path("<slug:code>/days/", lists.rows, name="rows"),
    path("<slug:code>/cases/", lists.cases, name="cases"),
]
