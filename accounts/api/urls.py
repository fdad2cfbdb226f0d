from django.urls import path

from accounts.api import views

urlpatterns = [
    path("auth/token", views.TokenView.as_view(), name="auth-token"),
    path("auth/token/rotate", views.RotateTokenView.as_view(), name="auth-token-rotate"),
    path("auth/tokens", views.TokensView.as_view(), name="auth-tokens"),
    path("auth/tokens/<str:ref>", views.EndTokenView.as_view(), name="auth-tokens-end"),
    path("ws-tickets", views.SocketTicketsView.as_view(), name="ws-tickets"),
    path("me", views.MeView.as_view(), name="me"),
    path("me/devices", views.PushDevicesView.as_view(), name="me-devices"),
    path("me/devices/<str:ref>", views.PushDeviceView.as_view(), name="me-device"),
    path("me/sign-ins", views.SignInsView.as_view(), name="me-sign-ins"),
    path("me/sign-ins/<str:ref>", views.EndSignInView.as_view(), name="me-sign-in"),
    path("me/set-language", views.SetLanguageView.as_view(), name="me-set-language"),
    path("me/set-large-text", views.SetLargeTextView.as_view(), name="me-set-large-text"),
    path("parties", views.PartiesView.as_view(), name="parties"),
    path("parties/<str:ref>", views.PartyView.as_view(), name="party"),
    path("parties/<str:ref>/members", views.AddMemberView.as_view(), name="party-members"),
    path("parties/<str:ref>/members/<str:user>/end", views.EndMembershipView.as_view(), name="party-member-end"),
    path("parties/<str:ref>/set-phone", views.SetPartyPhoneView.as_view(), name="party-set-phone"),
    path("parties/<str:ref>/set-status", views.SetPartyStatusView.as_view(), name="party-set-status"),
]
