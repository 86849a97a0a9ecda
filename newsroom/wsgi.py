"""The WSGI door: what a web server calls."""

import gc
import os

from django.conf import settings
from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application
from django.db import reset_queries

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

# Objects made since, less those gone, at which the young ones are looked through.
YOUNG = 20_000

application = get_wsgi_application()

# A process that serves looks for changes that nobody told it of.
from django.urls import resolve  # noqa: E402  (Django is set up above)

from articles.rules.cold import Watch  # noqa: E402

Watch().start()

if not settings.DEBUG:  # else nobody writes down what is asked of the database
    request_started.disconnect(reset_queries)

# What is loaded now stays for good: to look through it for waste, time and again, costs every
# page more than a tenth, and now and then one of them the time of a hundred.
resolve("/")  # loads the views
gc.collect()
gc.freeze()
gc.set_threshold(YOUNG, 20, 50)
