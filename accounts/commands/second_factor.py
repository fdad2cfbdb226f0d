"""A second factor that somebody of staff lost is removed."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.commands.tokens import revoke
from accounts.models import User


def remove_second_factor(user: User, *, now: datetime) -> None:
    """Ends app, keys and recovery codes, and every session, token and socket of the person, who sets up another at the
    next sign-in as somebody new does. Whoever calls has two signatures.
    """
    Authenticator.objects.filter(user=user).delete()
    open_now = Session.objects.filter(expire_date__gt=now)  # whose they are, only their content says
    theirs = [row.pk for row in open_now.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=theirs).delete()
    revoke(user_id=user.pk, now=now)
