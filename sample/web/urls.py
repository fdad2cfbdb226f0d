from django.urls import path

from sample.web import listener, platform, views

app_name = "sample"

urlpatterns = [
    path("sample/", views.people, name="people"),
    path("sample/sign-in/<slug:actor>/", views.sign_in, name="sign-in"),
    path("sample/try/<slug:step>/", views.try_step, name="try"),
    path("sample/platform/webhooks", listener.webhooks, name="platform-webhooks"),
    path("sample/platform/orders/<str:order_ref>", platform.order, name="platform-order"),
    path("sample/platform/parties/<str:party>/orders", platform.orders_of, name="platform-orders-of"),
    path("sample/platform/orders/<str:order_ref>/records", platform.records, name="platform-records"),
]
