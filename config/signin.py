"""How people sign in. What does not belong here: who they are and what they may do (accounts)."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """The platform provisions every account, so that nobody can sign up as somebody's merchant."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
