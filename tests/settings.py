"""The site's settings, made quick: nothing else about the site changes."""

import os

os.environ.setdefault("SECRET_KEY", "for tests only")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("DEBUG", "1")

from coalition.settings import *  # noqa: F403

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
