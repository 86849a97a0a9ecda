"""A story's form: typed bylines and tags; two people who save one story meet in `meeting`."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import meeting
from articles.models import Byline, Contributor, Story, Tag, User, Version
from articles.rules import access, history, packages, publishing
from articles.text import merging, slugs
from articles.text.byline_typing import typed
from articles.text.bylines import Person, parse_byline

# Fields of one line that are written as they will look, in a field that grows.
LINES = ("kicker", "headline", "deck")
LONGEST_BYLINE = 120


class Colleagues(forms.ModelMultipleChoiceField[User]):
    """Colleagues to choose from. A number that no database keeps is a wrong choice, no error."""

    def _check_values(self, value: Any) -> Any:
        if wrong := [pk for pk in value or () if not _small(str(pk))]:
            raise ValidationError(
                self.error_messages["invalid_pk_value"],
                code="invalid_pk_value",
                params={"pk": str(wrong[0])[:20]},
            )
        return super()._check_values(value)  # type: ignore[misc]


class StoryForm(forms.ModelForm[Story]):
    """A story's form. It notices when somebody else saved the story in the meantime."""

    # The version that the person began from; "0" for a story that was never saved by this form.
    base = forms.CharField(required=False, widget=forms.HiddenInput)
    # The form's own random key: sent twice, it makes one story.
    key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)
    byline_line = forms.CharField(
        label=gettext_lazy("byline"),
        required=False,
        max_length=LONGEST_BYLINE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "As you would type it: 记者 甲 通讯员 乙 文 丙 图, or By A and B; photos C."
        ),
    )
    make_contributors = forms.BooleanField(
        label=gettext_lazy("Make pages for the new names"), required=False
    )

    class Meta:
        model = Story
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets choose; status is not editable
        widgets = {name: forms.Textarea(attrs={"rows": 1}) for name in LINES}

    person: User  # who types; the admin says so
    taking_up = False  # the words come from a working copy and are to be shown, not saved

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.differences: list[meeting.Difference] = []
        self.saved_by: Version | None = None
        for name in (*LINES, "byline_line", "lead_in"):
            if name in self.fields:
                # An empty line shows where it is (`:placeholder-shown`); words in it need no rule.
                self.fields[name].widget.attrs["placeholder"] = " "
        if "body" in self.fields:
            self.fields["body"].label = _("body text")
        for name, what, token in (("tags", "tags", ","), ("byline_line", "people", " ")):
            if name in self.fields:
                asked = reverse("admin:articles_story_suggest", args=[what])
                attributes = {"data-suggest": asked, "data-token": token, "autocomplete": "off"}
                self.fields[name].widget.attrs.update(attributes)
        if "package" in self.fields:
            # Only a story that the person sees can be chosen, and a guessed number shows nothing;
            # the one that is already there stays when they save.
            seen = Q(pk__in=access.visible_stories(self.person).values("pk"))
            self.fields["package"].queryset = Story.objects.filter(  # type: ignore[attr-defined]
                seen | Q(pk=self.instance.package_id)
            )
        if self.instance.pk:
            last = history.latest(self.instance)
            self.initial["base"] = str(last.number if last else 0)
            self.initial["byline_line"] = line_of(self.instance)

    def _line(self, name: str) -> str:
        return " ".join((self.cleaned_data.get(name) or "").split())

    def clean_kicker(self) -> str:
        return self._line("kicker")

    def clean_headline(self) -> str:
        return self._line("headline")

    def clean_deck(self) -> str:
        return self._line("deck")

    def clean_byline_line(self) -> str:
        line = " ".join(self.cleaned_data["byline_line"].split())
        if line and not parse_byline(line):
            raise ValidationError(
                _("No name was found in “%(line)s”. Type it like 记者 甲, or By A and B."),
                params={"line": line},
            )
        if self.instance.pk and not access.may_share(self.person, self.instance):
            self._show_nobody_else(line)
        return line

    def _show_nobody_else(self, line: str) -> None:
        """A name over a story lets its account see it: that is for those who may share it."""
        signed = set(self.instance.bylines.values_list("contributor", flat=True))
        for bearers in named(person.name for person in parse_byline(line)).values():
            account = bearers[0].user if len(bearers) == 1 else None
            if account is None or bearers[0].pk in signed or access.sees(account, self.instance):
                continue
            raise ValidationError(
                _("%(who)s does not see this story. Its author can share it.")
                % {"who": bearers[0].name}
            )

    def clean_tags(self) -> list[str]:
        names: list[str] = self.cleaned_data["tags"]
        if not self.person.has_perm("articles.add_tag"):
            known = set(Tag.objects.filter(name__in=names).values_list("name", flat=True))
            if unknown := [name for name in names if name not in known]:
                raise ValidationError(
                    _("There is no tag called “%(name)s”, and your role does not make new ones."),
                    params={"name": unknown[0]},
                )
        return names

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        section, edition = cleaned.get("section"), cleaned.get("edition")
        if section and edition and section.edition_id != edition.pk:
            self.add_error("section", _("This section belongs to another edition."))
        if self.taking_up:
            raise ValidationError(_("These words are not saved yet."), code="taken_up")
        if self.instance.pk:
            self._still_open()
            package = cleaned.get("package")
            if package and packages.leads_back(self.instance.pk, package.pk):
                self.add_error("package", _("A story cannot be a part of itself."))
            if "base" in self.data:
                self._meet_others(cleaned)
        return cleaned

    def clean_shared_with(self) -> Any:
        """Colleagues whom somebody else has added meanwhile stay."""
        mine = self.cleaned_data["shared_with"]
        begun = self.add_initial_prefix("shared_with")
        if not self.instance.pk:
            return mine
        # A form that began with nobody says nothing of it.
        was = {int(pk) for pk in cast(QueryDict, self.data).getlist(begun) if _small(pk)}
        there = set(self.instance.shared_with.values_list("pk", flat=True))
        chosen = merging.merge_set(was, there, {person.pk for person in mine})
        return User.objects.filter(pk__in=chosen, is_active=True, is_staff=True)

    # -- two people, one story -------------------------------------------------------------------

    def _still_open(self) -> None:
        """From here to the end of the save nobody else saves, moves or signs this story."""
        publishing.lock([self.instance.pk])
        fresh = Story.objects.get(pk=self.instance.pk)
        if not access.may_edit(self.person, fresh):
            raise ValidationError(
                _(
                    "Meanwhile this story became: %(status)s. It cannot be written on now. Your "
                    "words are still here and are kept for you, but they are not in the story."
                ),
                params={"status": fresh.get_status_display()},
                code="moved_on",
            )

    def _meet_others(self, cleaned: dict[str, Any]) -> None:
        """Bring what somebody else saved meanwhile together with what is typed here.

        Nothing is saved then: the form comes back with both people's changes in it, and a second
        save means it. Raises ValidationError.
        """
        last = history.latest(self.instance)
        if last is None or str(last.number) == cleaned.get("base"):
            return
        # A story from before the desk kept versions: the first one is what it was then.
        base = cleaned.get("base") or ""
        number = int(base) if _small(base) else 0
        begun = self.instance.versions.filter(number=number or 1).first()
        if last.by_id == self.person.pk and meeting.same(self, last):
            return  # the same form sent twice
        met = meeting.meet(self, begun, last)
        self.data, self.differences, self.saved_by = met.data, met.differences, last
        raise ValidationError(self._what_happened(last), code="saved_by_others")

    def _what_happened(self, last: Version) -> str:
        said = {
            "who": str(last.by),
            "time": timezone.localtime(last.at).strftime("%H:%M:%S"),
        }
        if self.differences:
            return (
                _(
                    "%(who)s saved this story at %(time)s, while you had it open. Nothing of yours "
                    "is saved yet. Below are both people's changes together; where you both "
                    "changed the same words, yours stand, and theirs are shown to choose from. "
                    "Look, then save again."
                )
                % said
            )
        return (
            _(
                "%(who)s saved this story at %(time)s, while you had it open. Their changes and "
                "yours are together below. Look, then save again."
            )
            % said
        )


def _small(typed_number: str) -> bool:
    """Whether a text is a number that the databases keep."""
    return typed_number.isdecimal() and len(typed_number) < 10


# -- bylines as they are typed -------------------------------------------------------------------


def people_of(story: Story) -> list[Person]:
    """A story's bylines as people."""
    return [
        Person(row.name, cast(Any, row.role), cast(Any, row.kind)) for row in story.bylines.all()
    ]


def line_of(story: Story) -> str:
    """A story's bylines as one would type them."""
    return typed(people_of(story), story.language)


def sign(story: Story, line: str, *, make: bool = False) -> None:
    """Give a story the bylines of a typed line. People who stay keep whom they mean.

    A name that exactly one contributor bears means that contributor; with `make`, a name that
    none bears becomes a new one.
    """
    if line == line_of(story) and not make:
        return
    before = {(row.name, row.role): row for row in story.bylines.all()}
    people = list(dict.fromkeys(parse_byline(line)))
    known = named(person.name for person in people)
    story.bylines.all().delete()
    seen: set[tuple[str, str]] = set()
    for position, person in enumerate(people):
        if (person.name, person.role) in seen:
            continue
        seen.add((person.name, person.role))
        old = before.get((person.name, person.role))
        bearers = known.get(person.name, [])
        who = old.contributor if old and old.contributor_id else None
        if who is None and len(bearers) == 1:
            who = bearers[0]
        if who is None and not bearers and make:
            who = Contributor.objects.create(
                name=person.name,
                slug=free_slug(person.name),
                kind=person.kind,
                sort_key=slugs.slug_for(person.name),
            )
        Byline.objects.create(
            story=story,
            name=person.name,
            contributor=who,
            role=person.role,
            kind=_kind(person, who),
            position=position,
        )


def _kind(person: Person, who: Contributor | None) -> str:
    """What is typed before a name says more than what is known of it; nothing typed says less."""
    return who.kind if who is not None and person.kind == "contributor" else person.kind


def named(names: Any) -> dict[str, list[Contributor]]:
    """The contributors who bear these names, in one query."""
    found: dict[str, list[Contributor]] = {}
    for contributor in Contributor.objects.filter(name__in=list(names)):
        found.setdefault(contributor.name, []).append(contributor)
    return found


def free_slug(name: str) -> str:
    """A place in the address for a new contributor, with a number where it is taken."""
    plain = slugs.slug_for(name)[:70] or "contributor"
    taken = set(Contributor.objects.filter(slug__startswith=plain).values_list("slug", flat=True))
    slug, number = plain, 2
    while slug in taken:
        slug, number = f"{plain}-{number}", number + 1
    return slug


# -- words taken up again ------------------------------------------------------------------------


def as_posted(fields: str, story: Story | None) -> QueryDict:
    """A working copy as a form's data, without photos and corrections that are gone since.

    A formset whose rows name what is no more could never be saved.
    """
    data = QueryDict(fields, mutable=True)
    if story is not None:
        meeting.rows_there(data, story)
    return data


def local_today(story: Story | None) -> dt.date:
    """Today where the story's edition is."""
    return timezone.localtime(None, story.edition.zone if story else None).date()
