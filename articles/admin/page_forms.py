"""The forms of the screen that makes drafts of a printed page: its text, its stories, the rest."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.intake import drafting, proposals
from articles.intake.page_text import PageReading, PageTextError, decode_page, read_page
from articles.intake.proposals import Proposal
from articles.models import Edition, Section, User

# A page has some ten thousand characters; a whole issue, a hundred thousand or two.
MOST_CHARACTERS = 200_000
MOST_BYTES = 4 * MOST_CHARACTERS
# Django takes a thousand fields in a form: ten for each story, one for each leftover.
MOST_STORIES = 60
SHORT, LONG = 1_000, MOST_CHARACTERS
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2100, 1, 1)
BACKEND = "django.contrib.auth.backends.ModelBackend"


class SectionField(forms.ModelChoiceField[Section]):
    """A section, under the name of its edition."""

    def label_from_instance(self, obj: Section) -> str:
        return f"{obj.edition} · {obj}"


class DestinationForm(forms.Form):
    """Where the drafts go. People are asked only what their role may decide."""

    edition = forms.ModelChoiceField(
        Edition.objects.all(), label=gettext_lazy("Edition"), empty_label=None
    )
    section = SectionField(
        Section.objects.select_related("edition"),
        label=gettext_lazy("Section"),
        required=False,
        help_text=gettext_lazy("For all of them; it can be changed story by story later."),
    )
    date = forms.DateField(
        label=gettext_lazy("Date of the issue"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: the drafts are on no page yet."),
    )
    page = forms.CharField(
        label=gettext_lazy("Page number"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"size": 6}),
        help_text=gettext_lazy("Such as 1, 12 or A6."),
    )
    author = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Drafts belong to"),
        required=False,
        empty_label=gettext_lazy("me"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.user = user
        self.places = user.has_perm("articles.add_placement")
        if not self.places:
            del self.fields["date"], self.fields["page"]
        if user.has_perm("articles.edit_any_story"):
            writers = User.objects.with_perm("articles.add_story", backend=BACKEND)
            field = cast("forms.ModelChoiceField[User]", self.fields["author"])
            field.queryset = writers.exclude(pk=user.pk).order_by("username")
        else:
            del self.fields["author"]

    def clean_date(self) -> dt.date | None:
        date: dt.date | None = self.cleaned_data["date"]
        if date and not EARLIEST <= date < LATEST:
            raise ValidationError(_("This year cannot be right. Write a date like 2026-11-24."))
        return date

    def clean_page(self) -> str:
        typed: str = self.cleaned_data["page"]
        return drafting.page_number(typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        edition, section = cleaned.get("edition"), cleaned.get("section")
        if edition and section and section.edition_id != edition.pk:
            self.add_error("section", _("This section belongs to another edition."))
        if self.places and not self.errors:
            date, page = cleaned.get("date"), cleaned.get("page")
            if date and not page:
                self.add_error("page", _("Say which page of that issue, or leave both empty."))
            if page and not date:
                self.add_error("date", _("Say which day's page this is, or leave both empty."))
        return cleaned


class SourceForm(DestinationForm):
    """The page's text, pasted or uploaded, and where it goes. A valid one has its `reading`."""

    text = forms.CharField(
        label=gettext_lazy("The page's text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "As it was copied or extracted, line breaks and all. One page at a time."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a text file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".txt,text/plain"}),
        help_text=gettext_lazy("A .txt file."),
    )
    field_order = ("text", "file", "edition", "section", "date", "page", "author")
    reading: PageReading
    source: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].validators = []  # read_page says it better

    def clean_file(self) -> str:
        """The words in the file."""
        sent = self.cleaned_data["file"]
        if not sent:
            return ""
        if sent.size > MOST_BYTES:
            raise ValidationError(
                _("The file has %(size)d KB; a page has at most %(most)d. Is it the right one?")
                % {"size": sent.size // 1024, "most": MOST_BYTES // 1024}
            )
        if not sent.size:
            raise ValidationError(_("The file is empty. Choose another, or paste the text."))
        try:
            return decode_page(sent.read())
        except PageTextError as error:
            raise ValidationError(
                _(
                    "“%(name)s” is not a text file. Save the page's text as .txt (UTF-8), "
                    "or paste it."
                )
                % {"name": sent.name}
            ) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        pasted, uploaded = cleaned.get("text") or "", cleaned.get("file") or ""
        if uploaded and not pasted.strip():
            # The browser forgets a chosen file; its words stay in the form.
            self.data = {**self.data.dict(), "text": uploaded}  # type: ignore[attr-defined]
        if uploaded and pasted.strip():
            self.add_error("file", _("Paste the text or choose a file, not both."))
        elif "file" not in self.errors:
            self._read(uploaded or pasted)
        return cleaned

    def _read(self, text: str) -> None:
        if not text.strip():
            self.add_error(
                "text", _("There is no text yet. Paste a page's text, or choose a file.")
            )
            return
        if len(text) > MOST_CHARACTERS:
            self.add_error(
                "text",
                _(
                    "This has %(size)d characters; a page has at most %(most)d. "
                    "Read one page at a time."
                )
                % {"size": len(text), "most": MOST_CHARACTERS},
            )
            return
        self.source = text.replace("\r\n", "\n")
        try:
            self.reading = read_page(self.source)
        except PageTextError:
            self.add_error(
                "text", _("This is no text that can be read. Copy the page's words once more.")
            )
            return
        if len(self.reading.stories) > MOST_STORIES:
            self.add_error(
                "text",
                _("This reads as %(count)d stories, more than a page has. Read one page at a time.")
                % {"count": len(self.reading.stories)},
            )


class StoryForm(forms.Form):
    """One proposed story. `titles` are all of them, to choose a package from."""

    kicker = forms.CharField(label=gettext_lazy("Kicker"), required=False, max_length=SHORT)
    # Areas, so that a long one is seen whole on a phone; a line end in them becomes a space.
    headline = forms.CharField(
        label=gettext_lazy("Headline"), required=False, max_length=SHORT, widget=forms.Textarea
    )
    deck = forms.CharField(
        label=gettext_lazy("Deck"), required=False, max_length=SHORT, widget=forms.Textarea
    )
    lead = forms.CharField(label=gettext_lazy("Lead-in"), required=False, max_length=SHORT)
    byline = forms.CharField(label=gettext_lazy("Byline"), required=False, max_length=SHORT)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=LONG,
        widget=forms.Textarea,
    )
    captions = forms.CharField(
        label=gettext_lazy("Captions"),
        required=False,
        max_length=LONG,
        widget=forms.Textarea,
    )
    package = forms.TypedChoiceField(
        label=gettext_lazy("Part of the package"), required=False, coerce=int, empty_value=None
    )
    join = forms.BooleanField(label=gettext_lazy("Join to the story above"), required=False)
    drop = forms.BooleanField(label=gettext_lazy("Drop: no draft of this"), required=False)

    def __init__(self, *args: Any, number: int, titles: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        choices = [("", _("none"))] + [
            (str(at), f"{at + 1}. {title[:40]}") for at, title in enumerate(titles) if at != number
        ]
        cast("forms.TypedChoiceField", self.fields["package"]).choices = choices
        if number == 0:
            del self.fields["join"]
        for name, least in (("headline", 1), ("deck", 1), ("text", 4), ("captions", 1)):
            held = str(self[name].value() or "")
            lines = held.count("\n") + len(held) // 45 + 1
            self.fields[name].widget.attrs["rows"] = min(max(lines, least), 22)

    def proposal(self, meta: Proposal) -> Proposal:
        """What stands in a valid form, with the source lines and doubts of `meta`."""
        words = {
            name: proposals.plain(self.cleaned_data[name])
            for name in ("kicker", "headline", "deck", "lead", "byline", "text", "captions")
        }
        return Proposal(
            **words,
            package=self.cleaned_data["package"],
            join=self.cleaned_data.get("join", False),
            drop=self.cleaned_data["drop"],
            lines=meta.lines,
            warnings=meta.warnings,
            residue=meta.residue,
        )

    def as_typed(self, meta: Proposal) -> Proposal:
        """What stands in the form, valid or not, to show beside it."""
        return replace(
            meta,
            headline=str(self["headline"].value() or ""),
            byline=str(self["byline"].value() or "")[:SHORT],
            text=str(self["text"].value() or ""),
        )


class LooseForm(forms.Form):
    """What becomes of one loose piece of the page."""

    choice = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, titles: Sequence[str], label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [f"{at + 1}. {title[:24]}" for at, title in enumerate(titles)]
        field = cast("forms.ChoiceField", self.fields["choice"])
        field.label = label
        field.choices = [
            ("", _("leave it in the log")),
            ("story", _("make it a story")),
            (_("add it to the text of"), [(f"text-{at}", name) for at, name in enumerate(named)]),
            (
                _("add it to the captions of"),
                [(f"captions-{at}", name) for at, name in enumerate(named)],
            ),
        ]
