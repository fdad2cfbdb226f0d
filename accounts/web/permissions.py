"""Gives the console's permissions from live staff roles."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.models import User
from accounts.policies import console_allows
from accounts.queries import live_staff_roles


class RolePermissions(BaseBackend):
    """What a role opens in the console; nothing is stored on the person, so it ends with the role."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        app, _dot, name = perm.partition(".")
        action, _line, model = name.partition("_")
        return _is_active_staff(user_obj) and console_allows(_roles_of(user_obj), app=app, action=action, model=model)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return _is_active_staff(user_obj) and console_allows(_roles_of(user_obj), app=app_label)


def _roles_of(user: User) -> frozenset[str]:
    """The live roles, looked up once for this object, which is made anew for each request; as Django's own backend."""
    if not hasattr(user, "_live_staff_roles"):
        user._live_staff_roles = live_staff_roles(user)  # type: ignore[attr-defined]
    return user._live_staff_roles  # type: ignore[attr-defined,no-any-return]


def _is_active_staff(user: Any) -> bool:
    return isinstance(user, User) and user.is_active and user.is_staff
