"""Pages for when something is not there, or broke."""

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as plain_render

from articles.models import Edition
from articles.web import clock, keeping
from articles.web.chrome import Masthead, asked_edition, render
from newsroom.middleware import is_of_the_desk


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404. The same for what never was and for what is not public yet, to the byte.

    503 where the database is away: nobody knows whether it is there.
    """
    if is_of_the_desk(request):
        return _bare(request)
    try:
        return _in_the_papers_name(request) if Edition.objects.exists() else _bare(request)
    except (OperationalError, InterfaceError) as error:
        return keeping.away(error)


def _bare(request: HttpRequest) -> HttpResponse:
    return plain_render(request, "web/bare.html", {"code": 404}, status=404, using="readers")


def _in_the_papers_name(request: HttpRequest) -> HttpResponse:
    masthead = Masthead()
    named = request.path_info.split("/")[1]  # /daily/…: in that edition's name and language
    edition = next((one for one in masthead.editions.values() if one.slug == named), None)
    chrome = masthead.of(edition) if edition else asked_edition(request, masthead)
    return render(request, "web/not_found.html", chrome, clock.now(), {}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. It asks nothing of the database, which may be what broke."""
    return plain_render(request, "web/bare.html", {"code": 500}, status=500, using="readers")
