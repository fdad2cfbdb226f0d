"""The migrations say what the models say."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command


@pytest.mark.django_db
def test_no_model_change_waits_for_a_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_a_migration_holds_django_s_own_fields() -> None:
    """django-fsm's field in a migration costs millions of signal receivers: `casework.machine.StateField`."""
    files = list(Path(settings.BASE_DIR).glob("*/migrations/0*.py"))

    assert len(files) >= 8
    assert [file for file in files if "django_fsm" in file.read_text() or "casework.machine" in file.read_text()] == []
