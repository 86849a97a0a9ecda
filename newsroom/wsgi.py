"""The WSGI door: what a web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

application = get_wsgi_application()

# A process that serves looks for changes that nobody told it of.
from articles.rules.cold import Watch  # noqa: E402  (Django is set up above)

Watch().start()
