"""Accounts as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        user_logged_out.connect(mark_signed_out, dispatch_uid="accounts.mark_signed_out")


def mark_signed_out(request: Any, **_signal: Any) -> None:
    """The answer tells the browser to forget what it kept of this person (`config.middleware`)."""
    request.has_signed_out = True
