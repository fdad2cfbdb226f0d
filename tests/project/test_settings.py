"""The settings refuse what is unsafe, each in a process of its own, and a deployed set-up passes Django's own audit."""

import os
import secrets
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import secret

ROOT = Path(__file__).resolve().parents[2]
OURS = {"PUBLIC_URL", "SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "CI"}
DEPLOYED = {
    "PUBLIC_URL": "https://appeals.example.com",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "EMAIL_URL": "smtp+tls://user:word@mail.example.com:587",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.exhaustive
def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    for name, value in {"key": DEPLOYED["SECRET_KEY"], "url": f"sqlite:///{tmp_path / 'a.sqlite3'}"}.items():
        (tmp_path / name).write_text(f"{value}\n")
    said = "from django.conf import settings; print(settings.SECRET_KEY, settings.DATABASES['default']['NAME'])"
    files = {"SECRET_KEY_FILE": str(tmp_path / "key"), "DATABASE_URL_FILE": str(tmp_path / "url")}

    answer = manage("shell", "--no-imports", "--command", said, **{**DEPLOYED, "SECRET_KEY": ""}, **files)

    assert answer.stdout.split() == [DEPLOYED["SECRET_KEY"], str(tmp_path / "a.sqlite3")], answer.stderr


def test_a_secret_is_given_once_in_a_file_that_holds_it(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "word").write_text("a word\n")

    assert secret.from_files({"SECRET_KEY_FILE": str(tmp_path / "word")}) == {"SECRET_KEY": "a word"}
    assert secret.from_files({"LOG_LEVEL_FILE": str(tmp_path / "word"), "REDIS_URL_FILE": ""}) == {}
    for given in ("none", "empty"):
        with pytest.raises(ImproperlyConfigured, match="EMAIL_URL_FILE"):
            secret.from_files({"EMAIL_URL_FILE": str(tmp_path / given)})
    with pytest.raises(ImproperlyConfigured, match="both"):
        secret.from_files({"EMAIL_URL_FILE": str(tmp_path / "word"), "EMAIL_URL": "consolemail://"})


COOKIES = """
from django.conf import settings
for cookie in ("SESSION", "CSRF"):
    print(*(getattr(settings, f"{cookie}_COOKIE_{part}") for part in ("NAME", "SECURE", "SAMESITE", "PATH", "DOMAIN")))
print(settings.SESSION_COOKIE_HTTPONLY)
"""


@pytest.mark.exhaustive
def test_cookies_of_a_deployed_system_stay_on_its_host_and_on_tls() -> None:
    """`__Host-` makes the browser itself refuse one that is not Secure, or has a Domain or another Path."""
    answer = manage("shell", "--no-imports", "--command", COOKIES, **DEPLOYED)

    said = answer.stdout.splitlines()
    assert said == ["__Host-session True Lax / None", "__Host-csrf True Lax / None", "True"], answer.stderr


def test_a_system_for_one_machine_needs_no_configuration(tmp_path: Path) -> None:
    answer = manage("check", "--fail-level", "WARNING", DATABASE_URL=f"sqlite:///{tmp_path / 'new' / 'a.sqlite3'}")

    assert answer.returncode == 0, answer.stderr


@pytest.mark.exhaustive
def test_a_system_for_one_machine_fails_the_deployment_checks() -> None:
    answer = manage("check", "--deploy")

    assert answer.returncode != 0
    assert "config.E003" in answer.stderr


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"PUBLIC_URL": "https://appeals.example.com"}, "SECRET_KEY"),
        ({**DEPLOYED, "WEBHOOK_LOOPBACK": "true"}, "WEBHOOK_LOOPBACK"),
        ({"WEBHOOK_NETWORKS": "127.0.0.0/8"}, "WEBHOOK_NETWORKS"),
        ({"WEBHOOK_NETWORKS": "169.254.0.0/16"}, "WEBHOOK_NETWORKS"),
        ({"WEBHOOK_NETWORKS": "0.0.0.0/0"}, "WEBHOOK_NETWORKS"),
        ({"WEBHOOK_NETWORKS": "10.20.0.1/16"}, "WEBHOOK_NETWORKS"),
        ({"WEBHOOK_PORTS": "443,https"}, "WEBHOOK_PORTS"),
        ({"WEBHOOK_PROXY": "https://proxy.internal:3128"}, "WEBHOOK_PROXY"),
        ({"WEBHOOK_PROXY": "http://proxy.internal"}, "WEBHOOK_PROXY"),
        ({**DEPLOYED, "DEBUG": "true"}, "DEBUG"),
        ({"PUBLIC_URL": "http://appeals.example.com"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "appeals.example.com"}, "PUBLIC_URL"),
        ({**DEPLOYED, "ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": "mysql://root@127.0.0.1/appeals"}, "DATABASE_URL"),
        ({"DEBUG": "perhaps"}, "DEBUG"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
        ({"S3_REGION": "cn-north-1"}, "ATTACHMENT_ROOT"),
        ({"ATTACHMENT_ROOT": "s3://files", "S3_ACCESS_KEY_ID": "a"}, "S3_SECRET_ACCESS_KEY"),
        ({"CHECKPOINT_TSA_URL": "http://stamps.example.com"}, "CHECKPOINT_TSA_CERTIFICATES"),
        ({"SANDBOX": "true", "EMAIL_URL": "smtp://mail.example.com:25"}, "writes to nobody"),
        ({"SANDBOX": "true", "EMAIL_URL": "consolemail://", "SMS_URL": "https://sms.example.com"}, "writes to nobody"),
        ({"SANDBOX": "true", "EMAIL_URL": "consolemail://", "CHECKPOINT_WITNESS_FILE": "w"}, "Nobody witnesses"),
    ],
)
def test_an_unsafe_combination_does_not_start(environment: dict[str, str], reason: str) -> None:
    answer = manage("check", **environment)

    assert answer.returncode != 0
    assert reason in answer.stderr.splitlines()[-1]


def test_racing_processes_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: secret.own_key(tmp_path / "var"), range(64)))

    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert stat.S_IMODE((tmp_path / "var/secret-key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret-key"]


def test_legal_times_are_stored_in_utc_and_shown_in_beijing() -> None:
    assert settings.USE_TZ
    assert settings.TIME_ZONE == "Asia/Shanghai"
