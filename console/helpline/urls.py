from django.urls import path

from console.helpline import calls, lists

app_name = "calls"

urlpatterns = [
    path("", lists.listed, name="list"),
    path("<slug:ref>/", calls.call, name="call"),
    path("<slug:ref>/claim/", calls.claim, name="claim"),
    path("<slug:ref>/finish/", calls.finish, name="finish"),
    path("<slug:ref>/let-go/", calls.let_go, name="let-go"),
]
