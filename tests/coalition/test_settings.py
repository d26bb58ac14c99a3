"""What the environment makes of the site; each question is put to a fresh process."""

import json
import os
import subprocess
import sys

from django.conf import settings

PRODUCTION = {"SECRET_KEY": "a-key-that-is-long-enough-and-not-a-word-" * 2, "ALLOWED_HOSTS": "library.example.org"}
READ = (
    "import json, sys; from coalition import settings; print(json.dumps([getattr(settings, n) for n in sys.argv[1:]]))"
)


def run(*arguments, **environment):
    """Python on the site's own settings; of this process' environment it sees what any program needs, no more."""
    inherited = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "HOME", "COVERAGE_"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def read(*names, **environment):
    return json.loads(run("-c", READ, *names, **environment).stdout)


def test_nothing_starts_without_a_secret():
    result = run("-c", "from coalition import settings")

    assert result.returncode == 1
    assert 'Environment variable "SECRET_KEY" not set' in result.stderr


def test_with_nothing_else_set_it_is_production():
    debug, demo, redirect, hosts = read(
        "DEBUG", "DEMO", "SECURE_SSL_REDIRECT", "ALLOWED_HOSTS", SECRET_KEY=PRODUCTION["SECRET_KEY"]
    )

    assert (debug, demo, redirect, hosts) == (False, False, True, [])


def test_cookies_of_a_real_site_travel_over_https_only_and_stay_on_its_host():
    values = read(
        "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", **PRODUCTION
    )

    assert values == ["__Host-sessionid", True, "__Host-csrftoken", True]


def test_browsers_are_told_to_come_back_over_https_for_a_year():
    assert read("SECURE_HSTS_SECONDS", **PRODUCTION) == [31_536_000]


def test_two_demos_beside_each_other_keep_their_cookies_apart():
    names = [read("SESSION_COOKIE_NAME", DEMO="1", PORT=port) for port in ("8000", "8001")]

    assert names[0] != names[1]


def test_django_finds_nothing_to_say_against_a_deployment():
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout
