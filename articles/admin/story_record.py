"""What readers got of a story, version by version: looked at, compared, corrected."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import meeting, preview
from articles.admin.story_history import Change
from articles.models import Correction, PublishedSlot, PublishedStory, Story
from articles.text import markup
from articles.text.compare import compare
from articles.text.correction_lines import as_printed

if TYPE_CHECKING:
    from articles.admin.stories import StoryAdmin

SHOWN = {
    "column": gettext_lazy("column"),
    "kicker": gettext_lazy("kicker"),
    "headline": gettext_lazy("headline"),
    "deck": gettext_lazy("deck"),
    "bylines": gettext_lazy("byline"),
    "lead_in": gettext_lazy("lead-in"),
    "body": gettext_lazy("body text"),
    "photos": gettext_lazy("photos"),
    "tags": gettext_lazy("tags"),
    "corrections": gettext_lazy("corrections"),
}


class CorrectionForm(meeting.MeetingRow):
    """What was wrong, what is right; the printed line is made of them where none is typed."""

    text = forms.CharField(
        label=gettext_lazy("as printed"),
        required=False,
        show_hidden_initial=True,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Empty: made of what was wrong and what is right."),
    )

    class Meta:
        model = Correction
        fields = ("wrong", "right", "text")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(name, "").strip() for name in ("wrong", "right", "text")):
            raise forms.ValidationError(_("Say what was wrong and what is right."))
        return cleaned


def complete(correction: Correction) -> None:
    """Give a correction its printed line, where its writer left that to the paper."""
    if correction.text.strip():
        return
    story = correction.story
    slots = PublishedSlot.objects.filter(story_id=story.pk).select_related("row")
    first = slots.order_by("row__date", "row__live_from").first()
    # What was printed bears the headline of then, whatever the story is called by now.
    had = story.record.filter(act="publish", live_from__lte=timezone.now()).order_by("live_from")
    row = had.first() if first else had.last()
    correction.text = as_printed(
        correction.wrong,
        correction.right,
        row.payload.get("headline", story.headline) if row else story.headline,
        story.language,
        first.row.date if first else None,
        first.page_number if first else "",
    )


def pending(story: Story) -> int:
    """How many of the story's corrections readers do not have yet."""
    last = story.record.filter(act="publish", live_from__lte=timezone.now()).first()
    told = len(last.payload.get("corrections", [])) if last else 0
    return max(0, story.corrections.count() - told) if last else 0


def urls(stories: "StoryAdmin") -> list[Any]:
    """A story's record."""

    def record(request: HttpRequest, pk: int) -> HttpResponse:
        return screen(stories, request, stories.visible(request, pk))

    wrap = stories.admin_site.admin_view
    return [path("<int:pk>/record/", wrap(record), name="articles_story_record")]


def screen(stories: "StoryAdmin", request: HttpRequest, story: Story) -> HttpResponse:
    """Every version for readers, the newest first; two of them compared by `?a=` and `?b=`."""
    now = timezone.now()
    rows = list(
        PublishedStory.objects.filter(story=story)
        .select_related("signed_by", "redaction")
        .order_by("-live_from")
    )
    standing = next((row for row in rows if row.live_from <= now), None)
    published = [row for row in rows if row.act == "publish" and row.redaction_id is None]
    first, second = _two(published, request)
    address = f"/stories/{story.pk}/{story.slug}/"
    with timezone.override(story.edition.zone):
        context = {
            **stories.admin_site.each_context(request),
            "title": _("What readers got"),
            "subtitle": story.headline,
            "story": story,
            "opts": stories.opts,
            "rows": [
                {
                    "row": row,
                    "stands": row is standing,
                    "waits": row.live_from > now,
                    "comparable": row in published,
                    "seen_at": preview.address_at(row.live_from, preview.Wish(), address),
                }
                for row in rows
            ],
            "first": first,
            "second": second,
            "changes": changes(first, second) if first and second else [],
            "several": len(published) > 1,
            "zone": story.edition.time_zone,
        }
        return TemplateResponse(request, "admin/articles/story/record.html", context).render()


def _two(
    rows: list[PublishedStory], request: HttpRequest
) -> tuple[PublishedStory | None, PublishedStory | None]:
    """The two versions asked for; none, where none were. Raises Http404 for others' or for none."""
    by_number = {str(row.version): row for row in rows}
    asked = [request.GET.get(name, "") for name in ("a", "b")]
    if not any(asked):
        return None, None
    try:
        one, other = (by_number[number] for number in asked)
    except KeyError as error:
        raise Http404 from error
    return one, other


def changes(first: PublishedStory, second: PublishedStory) -> list[Change]:
    """The fields that differ between two published versions, each with its pieces."""
    made = []
    for name, label in SHOWN.items():
        old, new = _in_words(name, first), _in_words(name, second)
        if old != new:
            made.append(Change(str(label), compare(old, new)))
    if not made and first.body != second.body:
        made.append(Change(str(SHOWN["body"]), [], only_form=True))
    return made


def _in_words(name: str, row: PublishedStory) -> str:
    """A field of a published version as people read it."""
    if name == "body":
        return markup.plain_text(row.body)
    value: Any = row.payload.get(name) or ""
    if name in ("bylines", "tags"):
        return "、".join(one["name"] for one in value)
    if name == "photos":
        return "\n".join(
            f"{one.get('caption', '')} {one.get('credit', '')}".strip() for one in value
        )
    if name == "corrections":
        return "\n".join(one["text"] for one in value)
    return str(value)
