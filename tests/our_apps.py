"""Which apps are ours: installed, and a folder at the top of the repository."""

from pathlib import Path

from django.apps import apps
from django.conf import settings

OUR_APPS = tuple(sorted(c.label for c in apps.get_app_configs() if Path(c.path).parent == Path(settings.BASE_DIR)))
