"""What everything is measured against: a bare Django view that returns given bytes, nothing else.

Runs as a WSGI application of its own. `BENCH_BARE` names the folder; `/0` is its file `0`.
"""

import os
from pathlib import Path

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def page(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(BYTES[name])


urlpatterns = [path("<str:name>", page)]
BYTES: dict[str, bytes] = {}


def application_of(folder: Path) -> object:
    """The application that serves a folder's files from memory."""
    BYTES.update({one.name: one.read_bytes() for one in folder.iterdir()})
    settings.configure(
        ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="bare", MIDDLEWARE=[]
    )
    django.setup()
    return get_wsgi_application()


if "BENCH_BARE" in os.environ:
    application = application_of(Path(os.environ["BENCH_BARE"]))
