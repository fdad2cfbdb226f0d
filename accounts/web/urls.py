from collections.abc import Sequence

from django.urls import URLPattern, path

from accounts.web import access, agents, devices, members, sign_on, views

app_name = "accounts"


def pages(*, acts: Sequence[members.Acts] = (), matters: Sequence[agents.Matters] = ()) -> list[URLPattern]:
    """The pages, with what apps above say of the acts of a shop's people and of a party's cases; an app below cannot
    know those apps.
    """
    return [
        path("account/", views.profile, name="profile"),
        path("account/language/", views.set_language, name="set_language"),
        path("account/large-text/", views.set_large_text, name="set_large_text"),
        path("account/sign-on/", sign_on.start, name="sign-on"),
        path("account/sign-on/back/", sign_on.back, name="sign-on-back"),
        path("account/devices/<slug:ref>/", devices.device, name="device"),
        path("access/", access.ask, name="ask-access"),
        path("access/code/<str:asked>/", access.asked, name="access-asked"),
        path("access/leave/", access.leave, name="leave"),
        path("access/<str:ref>/", access.enter, name="enter"),
        path("account/parties/<slug:ref>/people/", members.people, {"acts": acts}, name="people"),
        path("account/parties/<slug:ref>/people/<slug:user_ref>/role/", members.change, name="change-role"),
        path("account/parties/<slug:ref>/people/<slug:user_ref>/end/", members.remove, name="remove-member"),
        path(
            "account/parties/<slug:ref>/invitations/<slug:invitation_ref>/end/",
            members.end_invitation,
            name="end-invitation",
        ),
        path("account/parties/<slug:ref>/links/end/", members.end_links, name="end-links"),
        path("account/parties/<slug:ref>/agents/", agents.agents, {"matters": matters}, name="agents"),
        path("account/parties/<slug:ref>/agents/<slug:mandate_ref>/end/", agents.end_mandate, name="end-mandate"),
        path("account/parties/<slug:ref>/give-up/", agents.give_up, name="give-up-mandate"),
        path("account/mandates/<slug:ref>/document/", agents.document, name="mandate-document"),
        path("join/<str:ref>/", members.join, name="join"),
    ]


urlpatterns = pages()
