from django.urls import path

from retention.web import views

app_name = "personal"
urlpatterns = [
    path("account/records/", views.records, name="records"),
    path("account/records.zip", views.archive, name="archive"),
]
