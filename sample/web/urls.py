from django.urls import path

from sample.web import views

app_name = "sample"

urlpatterns = [
    path("sample/", views.people, name="people"),
    path("sample/sign-in/<slug:actor>/", views.sign_in, name="sign-in"),
]
