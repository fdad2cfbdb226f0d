"""Configures sign-in: there is no sign-up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """The platform provisions every account, so that nobody can sign up as somebody's merchant."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
