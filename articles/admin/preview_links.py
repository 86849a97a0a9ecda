"""Links to one story for somebody without an account: made at the desk, opened by anybody."""

from typing import TYPE_CHECKING, Any, cast

from bs4 import BeautifulSoup
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.admin.photos import desk_picture
from articles.models import Photo, PreviewLink, Story, User
from articles.rules import preview_links as rules
from articles.rules.refusal import Refused
from articles.web import clock, screens
from articles.web.chrome import Masthead
from articles.web.reading import HTML_LANGUAGES

if TYPE_CHECKING:
    from articles.admin.stories import StoryAdmin


def urls(stories: "StoryAdmin") -> list[Any]:
    """The screen of a story's links, on the story."""
    wrap = stories.admin_site.admin_view

    def of_a_story(request: HttpRequest, pk: int) -> HttpResponse:
        return screen(stories, request, stories.visible(request, pk))

    return [path("<int:pk>/links/", wrap(of_a_story), name="articles_story_links")]


def public_urls() -> list[Any]:
    """Where a link leads: no account is asked for."""
    return [
        path("seen/<str:word>/", opened, name="preview_link"),
        path(
            "seen/<str:word>/<str:name>-<int:width>.<str:extension>", picture, name="link_picture"
        ),
    ]


def screen(stories: "StoryAdmin", request: HttpRequest, story: Story) -> HttpResponse:
    """A story's links: make one, end one."""
    by = cast(User, request.user)
    if not rules.may_make(by, story):
        raise PermissionDenied
    reader, hours = "", 24
    if request.method == "POST":
        reader, hours = request.POST.get("reader", ""), _number(request.POST.get("hours", ""))
        try:
            if ended := _number(request.POST.get("end", "")):
                rules.end(get_object_or_404(PreviewLink, pk=ended, story=story), by)
                messages.success(request, _("The link has ended."))
            else:
                rules.make(story, by, reader, hours)
                messages.success(request, _("The link is made. Copy it below and send it."))
            return HttpResponseRedirect(request.path)
        except Refused as refused:
            messages.error(request, str(refused))
    now = timezone.now()
    with timezone.override(story.edition.zone):
        links = [
            {
                "link": link,
                "stands": rules.stands(link, now),
                "address": request.build_absolute_uri(
                    reverse("admin:preview_link", args=[rules.token(link)])
                ),
            }
            for link in PreviewLink.objects.filter(story=story).select_related("made_by")
        ]
        context = {
            **stories.admin_site.each_context(request),
            "title": _("Links for somebody outside"),
            "subtitle": story.headline,
            "story": story,
            "opts": stories.opts,
            "links": links,
            "reader": reader,
            "hours": hours,
            "lifetimes": rules.LIFETIMES,
            "zone": story.edition.time_zone,
        }
        response = TemplateResponse(request, "admin/articles/look/links.html", context).render()
    response.headers["Cache-Control"] = "no-store, private"
    return response


@require_safe
def opened(request: HttpRequest, word: str) -> HttpResponse:
    """One story, frozen, with nothing round it; 410 with a word once the link has ended."""
    link = rules.opened(word)
    if link is None:
        raise Http404
    if not rules.stands(link, timezone.now()):
        return _closed(
            render(request, "admin/articles/look/ended.html", {"link": link}, status=410)
        )
    row = rules.row_of(link)
    folder = reverse("admin:link_picture", args=[word, "0", 1, "jpg"]).rsplit("/", 1)[0] + "/"
    with clock.looking(link.made_at, folder):
        chrome = Masthead().by_pk(row.edition_id)
        page = screens.story_screen(request, chrome, row, link.made_at)
    language = HTML_LANGUAGES.get(row.language, row.language)
    html = render_to_string(
        "admin/articles/look/alone.html",
        {
            "link": link,
            "expires": timezone.localtime(link.expires_at, link.story.edition.zone),
            "article": _alone(page.content.decode()),
            "edition": link.story.edition,
            "language": language,
            "sheets": [static("newsroom/web.css"), static("newsroom/preview.css")],
        },
    )
    return _closed(HttpResponse(html))


@require_safe
def picture(request: HttpRequest, word: str, name: str, width: int, extension: str) -> HttpResponse:
    """A picture of the story, and of no other, while the link stands."""
    link = rules.opened(word)
    if link is None or not rules.shows_picture(link, name):
        raise Http404
    if not rules.stands(link, timezone.now()):
        return _closed(HttpResponse(status=410))
    photo = Photo.objects.named(name).filter(retired_at=None).first()
    if photo is None or not 0 < width <= 4000:
        raise Http404
    return _closed(desk_picture(photo, width))


def _closed(response: HttpResponse) -> HttpResponse:
    """In no cache, no index, no frame; and no other server is told the address."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Frame-Options"] = "DENY"
    return response


def _alone(html: str) -> str:
    """The story out of its page: its own element, with no link, form or script in it."""
    soup = BeautifulSoup(html, "html.parser")
    article = soup.select_one("main article") or soup.select_one("main")
    if article is None:
        return ""
    for element in article.select("nav, form, script, link, button, iframe"):
        element.decompose()
    for link in article.select("a"):
        link.unwrap()
    return str(article)


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 16 else 0
