"""Where the web server finds the site."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")

application = get_wsgi_application()

gc.collect()
gc.freeze()  # what is loaded now stays for good: the collector need not look at it with every request
