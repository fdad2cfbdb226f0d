"""The kernel is installed into another Django project, without the rest of the repository, and works there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.our_apps import OUR_APPS

PROJECT = Path(__file__).with_name("project")


def test_another_project_has_cases_with_the_kernel_alone(tmp_path):
    shutil.copytree(PROJECT, tmp_path / "project")
    shutil.copytree(Path(settings.BASE_DIR, "casework"), tmp_path / "project" / "casework")

    ran = subprocess.run(
        [sys.executable, "-P", "-W", "error", "try_kernel.py", str(tmp_path / "db.sqlite3"), ",".join(OUR_APPS)],
        cwd=tmp_path / "project",
        env={**os.environ, "PYTHONPATH": str(tmp_path / "project"), "DJANGO_SETTINGS_MODULE": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.stdout, ran.stderr, ran.returncode) == ("the kernel works alone\n", "", 0)
