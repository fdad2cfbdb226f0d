"""Who lost the second factor comes back by two administrators: never by one, never by themselves; all else ends."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.test import Client

from accounts.consumers.authentication import SESSION  # noqa: F401
