"""Every request's first checks, and the language that a screen's chrome speaks."""

from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.middleware.http import ConditionalGetMiddleware
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

# Where the desk's addresses begin.
DESK = "/admin/"


def is_of_the_desk(request: HttpRequest) -> bool:
    """Whether the address is one of the desk's; every other is the readers'."""
    return request.path_info.startswith(DESK)


def asked_language(request: HttpRequest) -> str | None:
    """The language that `?lang=` names, if the paper speaks it."""
    if not request.META.get("QUERY_STRING"):
        return None
    asked = request.GET.get("lang", "").lower()
    return asked if asked and asked in dict(settings.LANGUAGES) else None


class NoNulMiddleware:
    """Keeps NUL characters out: PostgreSQL takes none, and no person types one.

    An address with one is refused. Out of what is posted they are taken: a text pasted from some
    odd file must not be lost for a character that nobody sees.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("Bad request\n", content_type="text/plain")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        """The posted fields without NULs, in names and values."""
        if request.method != "POST" or not any(
            "\0" in text for name, values in request.POST.lists() for text in (name, *values)
        ):
            return
        posted = QueryDict(mutable=True)
        for name, values in request.POST.lists():
            posted.setlist(name.replace("\0", ""), [value.replace("\0", "") for value in values])
        request.POST = posted  # type: ignore[assignment]


class PolicyMiddleware(CSPMiddleware):
    """django-csp's policy, written once for readers' pages, which ask for nothing of their own.

    To write it takes longer than all else that is said of a page: it is put together anew for
    each, from defaults, settings and what the page adds.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.policy = build_policy()
        self.reports = hasattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY")

    def __call__(self, request: HttpRequest) -> Any:
        if is_of_the_desk(request) or settings.DEBUG or self.reports:
            return super().__call__(request)
        response: Any = self.get_response(request)
        response.headers.setdefault(HEADER, self.policy)
        return response


class _OfTheDesk(MiddlewareMixin):
    """What readers' pages pass by: they know no session, no account and no messages."""

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if is_of_the_desk(request) else self.get_response(request)


class DeskConditionalMiddleware(_OfTheDesk, ConditionalGetMiddleware):
    """304 for what somebody at the desk has already; who keeps readers' pages says it of those."""


class DeskSessionMiddleware(_OfTheDesk, SessionMiddleware):
    """Sessions, for the desk alone."""


class DeskAuthenticationMiddleware(_OfTheDesk, AuthenticationMiddleware):
    """`request.user`, for the desk alone."""


class DeskMessageMiddleware(_OfTheDesk, MessageMiddleware):
    """What the desk is told after an act."""


class ChromeLanguageMiddleware:
    """At the desk: the account's language, else the browser's. In public: `?lang=`.

    Without `?lang=`, a public view speaks its edition's language: it activates that itself, once
    it knows the edition. The browser's wish is not asked there, so that a page is the same for
    every reader and can be cached.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_of_the_desk(request):
            language = getattr(
                request.user, "language", ""
            ) or translation.get_language_from_request(request)
        elif (asked := asked_language(request)) is not None:
            language = asked
        else:  # nothing is to be activated: what the view does not say itself is in this one
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", settings.LANGUAGE_CODE)
            return response
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
            return response
