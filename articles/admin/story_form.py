"""A story's form: typed bylines and tags, and what happens when two people save one story."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Byline, Contributor, Story, Tag, User, Version
from articles.rules import access, history
from articles.text import markup, merging, slugs
from articles.text.byline_typing import typed
from articles.text.bylines import Person, parse_byline

# Fields of one line that are written as they will look, in a field that grows.
LINES = ("kicker", "headline", "deck")
# What two people may both have changed, by the name of the form's field.
COMPARED = (
    "kicker", "headline", "deck", "byline_line", "lead_in", "column", "body", "tags", "short_title",
    "slug", "section", "release",
)  # fmt: skip
LONGEST_BYLINE = 120


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed, too: as it was, as they saved it, as it is typed here."""

    name: str
    label: str
    clashes: list[merging.Clash]
    theirs: str  # the whole field as they saved it, to take instead


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
        self.differences: list[Difference] = []
        self.saved_by: Version | None = None
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
        return line

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
        package = cleaned.get("package")
        if package and self.instance.pk in (package.pk, package.package_id):
            self.add_error("package", _("A story cannot be a part of itself."))
        if self.taking_up:
            raise ValidationError(_("These words are not saved yet."), code="taken_up")
        if self.instance.pk and "base" in self.data:
            self._meet_others(cleaned)
        return cleaned

    # -- two people, one story -------------------------------------------------------------------

    def _meet_others(self, cleaned: dict[str, Any]) -> None:
        """Bring what somebody else saved meanwhile together with what is typed here.

        Nothing is saved then: the form comes back with both people's changes in it, and a second
        save means it. Raises ValidationError.
        """
        last = history.latest(self.instance)
        if last is None or str(last.number) == cleaned.get("base"):
            return
        # A story from before the desk kept versions: the first one is what it was then.
        begun = self.instance.versions.filter(number=_number(cleaned.get("base")) or 1).first()
        old = _as_typed(begun.content) if begun else {}
        new, mine = _as_typed(last.content), self._mine(cleaned)
        if last.by_id == self.person.pk and all(mine[name] == new[name] for name in COMPARED):
            return  # the same form sent twice
        data = cast(QueryDict, self.data).copy()
        for name in COMPARED:
            if name not in data:
                continue
            merge = merging.merge_body if name == "body" else merging.merge_line
            merged = merge(old.get(name, ""), new[name], mine[name])
            data[name] = merged.text
            if merged.clashes:
                label = str(self.fields[name].label or name)
                self.differences.append(Difference(name, label, merged.clashes, new[name]))
        data["base"] = str(last.number)
        self.data = data
        self.saved_by = last
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

    def _mine(self, cleaned: dict[str, Any]) -> dict[str, str]:
        section = cleaned.get("section")
        mine = {name: str(cleaned.get(name) or "") for name in COMPARED}
        return mine | {
            "body": markup.clean(cleaned.get("body") or ""),
            "tags": ", ".join(sorted(cleaned.get("tags") or [])),
            "section": str(section.pk) if section else "",
            "slug": cleaned.get("slug") or self.instance.slug,
        }


def _number(typed_number: str | None) -> int:
    return int(typed_number) if typed_number and typed_number.isdecimal() else 0


def _as_typed(content: dict[str, Any]) -> dict[str, str]:
    """A version's content as the form's fields would hold it."""
    people = [Person(one["name"], one["role"], one["kind"]) for one in content["bylines"]]
    return {name: str(content.get(name) or "") for name in COMPARED} | {
        "byline_line": typed(people, content["language"]),
        "tags": ", ".join(content["tags"]),
    }


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
        rows = {
            "story_photos": set(story.story_photos.values_list("pk", flat=True)),
            "corrections": set(story.corrections.values_list("pk", flat=True)),
        }
        for prefix, there in rows.items():
            without_vanished(data, prefix, {str(pk) for pk in there})
    return data


def without_vanished(data: QueryDict, prefix: str, there: set[str]) -> None:
    """Take the rows out of a posted formset that somebody else has deleted meanwhile."""
    total = _number(data.get(f"{prefix}-TOTAL_FORMS"))
    if not total or total > 1000:
        return
    rows = []
    for number in range(total):
        start = f"{prefix}-{number}-"
        row = {key[len(start) :]: str(data[key]) for key in list(data) if key.startswith(start)}
        for key in row:
            del data[start + key]
        if not row.get("id") or row["id"] in there:
            rows.append(row)
    rows.sort(key=lambda row: not row.get("id"))
    for number, row in enumerate(rows):
        for key, value in row.items():
            data[f"{prefix}-{number}-{key}"] = value
    data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
    data[f"{prefix}-INITIAL_FORMS"] = str(sum(bool(row.get("id")) for row in rows))


def local_today(story: Story | None) -> dt.date:
    """Today where the story's edition is."""
    return timezone.localtime(None, story.edition.zone if story else None).date()
