"""The site's settings, made quick and kept out of the site's own files: nothing else changes."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "for tests only")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("DEBUG", "1")

from coalition.settings import *  # noqa: F403

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405  a worker's thread leaves no connection behind
scratch = tempfile.TemporaryDirectory(prefix="library-tests-")  # gone when the tests end
MEDIA_ROOT = Path(scratch.name)
STATIC_ROOT = None  # the tests' server finds static files where they are written
