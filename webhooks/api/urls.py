from django.urls import path

from webhooks.api import views

urlpatterns = [
    path("events", views.EventsFeedView.as_view(), name="events"),
    path("webhook-endpoints", views.EndpointsView.as_view(), name="webhook-endpoints"),
    path("webhook-endpoints/<str:ref>", views.EndpointView.as_view(), name="webhook-endpoint"),
    path("webhook-endpoints/<str:ref>/disable", views.DisableEndpointView.as_view(), name="disable-endpoint"),
    path("webhook-endpoints/<str:ref>/enable", views.EnableEndpointView.as_view(), name="enable-endpoint"),
    path("webhook-endpoints/<str:ref>/replay", views.ReplayPeriodView.as_view(), name="replay-period"),
    path("webhook-endpoints/<str:ref>/rotate-secret", views.RotateSecretView.as_view(), name="rotate-secret"),
    path("webhook-endpoints/<str:ref>/test", views.TestEndpointView.as_view(), name="test-endpoint"),
    path("webhook-deliveries", views.DeliveriesView.as_view(), name="webhook-deliveries"),
    path("webhook-deliveries/<str:ref>", views.DeliveryView.as_view(), name="webhook-delivery"),
    path("webhook-deliveries/<str:ref>/replay", views.ReplayDeliveryView.as_view(), name="replay-delivery"),
]
