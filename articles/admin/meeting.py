"""Two people save one story: what goes together by itself, and what they are asked about.

A form names the version that it began from (`base`), and each row of a picture or a correction
carries the words that it began from. So nobody's change is overwritten by somebody who never
touched that field: not a headline, not a caption, not an embargo.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Edition, Section, Story, Version
from articles.text import markup, merging
from articles.text.byline_typing import typed
from articles.text.bylines import Person

# What two people may both have changed, by the name of the form's field.
COMPARED = (
    "kicker", "headline", "deck", "byline_line", "lead_in", "column", "body", "tags", "short_title",
    "slug", "edition", "section", "language", "package", "release", "embargo_until", "live_until",
)  # fmt: skip
INSTANTS = ("embargo_until", "live_until")  # each is two fields of the form: a date and a time
CHOSEN: dict[str, type[Edition] | type[Section] | type[Story]] = {
    "edition": Edition,
    "section": Section,
    "package": Story,
}


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed, too: as it was, as they saved it, as it is typed here."""

    name: str
    label: str
    clashes: list[merging.Clash]  # in words, as people read them
    theirs: str  # the field with their words where both changed it, to take instead
    theirs_shown: str = ""  # the same in words, where the field's own value says nothing


@dataclass
class Met:
    """A form's data with both people's changes, and the fields in which they clash."""

    data: QueryDict
    differences: list[Difference]


def meet(form: forms.ModelForm[Story], begun: Version | None, last: Version) -> Met:
    """Bring what is typed in `form` together with `last`, both having started from `begun`.

    A field that cannot be read (its error says so) stays as it is typed.
    """
    old = as_typed(begun.content) if begun else {}
    new, mine = as_typed(last.content), mine_of(form)
    data = cast(QueryDict, form.data).copy()
    differences = []
    for name in COMPARED:
        posted = f"{name}_0" if name in INSTANTS else name
        if name not in form.fields or posted not in data or name in form.errors:
            continue
        was, theirs = old.get(name, ""), new[name]
        if name == "tags":
            merged = merging.Merged(", ".join(_merged_tags(was, theirs, mine[name])))
        elif name == "body":
            merged = merging.merge_body(was, theirs, mine[name])
        else:
            merged = merging.merge_line(was, theirs, mine[name])
        if name in INSTANTS:
            date, _space, time = merged.text.partition(" ")
            data[f"{name}_0"], data[f"{name}_1"] = date, time
        else:
            data[name] = merged.text
        if merged.clashes:
            shown = [
                replace(
                    clash,
                    base=in_words(name, clash.base),
                    theirs=in_words(name, clash.theirs),
                    mine=in_words(name, clash.mine),
                )
                for clash in merged.clashes
            ]
            label = str(form.fields[name].label or name)
            differences.append(
                Difference(name, label, shown, merged.theirs, in_words(name, merged.theirs))
            )
    data["base"] = str(last.number)
    return Met(data, differences)


def same(form: forms.ModelForm[Story], last: Version) -> bool:
    """Whether a form holds what was saved last: the same form, sent twice."""
    new, mine = as_typed(last.content), mine_of(form)
    return all(mine[name] == new[name] for name in COMPARED if name in form.fields)


def _merged_tags(was: str, theirs: str, mine: str) -> list[str]:
    sets = ({tag for tag in line.split(", ") if tag} for line in (was, theirs, mine))
    return sorted(merging.merge_set(*sets))


def mine_of(form: forms.ModelForm[Story]) -> dict[str, str]:
    """What is typed in a form, each field as one text."""
    cleaned = form.cleaned_data
    mine = {name: _as_text(cleaned.get(name)) for name in COMPARED}
    return mine | {
        "body": markup.clean(cleaned.get("body") or ""),
        "tags": ", ".join(sorted(cleaned.get("tags") or [])),
        "slug": cleaned.get("slug") or form.instance.slug,
    }


def as_typed(content: dict[str, Any]) -> dict[str, str]:
    """A version's content as the form's fields would hold it, each field as one text."""
    people = [Person(one["name"], one["role"], one["kind"]) for one in content["bylines"]]
    instants = {
        name: dt.datetime.fromisoformat(content[name]) if content.get(name) else None
        for name in INSTANTS
    }
    return (
        {name: str(content.get(name) or "") for name in COMPARED}
        | {name: _as_text(instant) for name, instant in instants.items()}
        | {
            "byline_line": typed(people, content["language"]),
            "tags": ", ".join(content["tags"]),
        }
    )


def _as_text(value: Any) -> str:
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, dt.datetime):
        # In the zone of the story's edition, which the screen has made the current one.
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else str(value).replace("\r\n", "\n")


def in_words(name: str, value: str) -> str:
    """A field's text as people read it: not a section's number, but its name."""
    if not value:
        return ""
    if name == "body":
        return markup.plain_text(value)
    if name in CHOSEN:
        return str(CHOSEN[name].objects.filter(pk=value).first() or "—")
    if name in ("release", "language"):
        choices = cast(Any, Story._meta.get_field(name)).choices
        return str(dict(choices).get(value, value))
    return value


MOST_ROWS = 1000

# -- rows of pictures and corrections ------------------------------------------------------------


class MeetingRow(forms.ModelForm[Any]):
    """A row of a story's form, or a form, that carries what it began from (`remember`).

    A field that only somebody else changed is theirs; where both changed it, the row comes back
    with an error that quotes them, and saving once more means it.
    """

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.instance._state.adding:
            return cleaned
        for name, field in self.fields.items():
            begun = self.add_initial_prefix(name)
            if not field.show_hidden_initial or begun not in self.data or name not in cleaned:
                continue
            was = _as_text(self.data[begun])
            theirs, mine = _as_text(self.initial.get(name)), _as_text(cleaned[name])
            if theirs in (was, mine):
                continue
            self.data = cast(QueryDict, self.data).copy()
            self.data[begun] = theirs
            if mine == was:
                self.data[self.add_prefix(name)] = theirs
                cleaned[name] = getattr(self.instance, name)
            else:
                shown = getattr(self.instance, name)
                self.add_error(
                    name,
                    ValidationError(
                        _(
                            "Somebody else changed this meanwhile to “%(theirs)s”. Yours stands "
                            "here: save again to keep it."
                        ),
                        params={"theirs": shown},
                    ),
                )
        return cleaned


def remember(formfield: forms.Field | None) -> forms.Field | None:
    """A field that carries what it began from, so that two people's changes can be told apart."""
    if formfield is not None and not isinstance(formfield, forms.FileField):
        formfield.show_hidden_initial = True
    return formfield


def without_vanished(data: QueryDict, prefix: str, there: dict[str, str], link: str) -> bool:
    """Take the rows out of a posted formset that somebody else has taken out meanwhile.

    A row on which this person has typed becomes a new one, so that what they typed stays. `there`:
    the rows that there are, by number, each with the number of what it shows; `link`: the name of
    the field that says so. Returns whether anything was to be done.
    """
    posted = rows_of(data, prefix)
    numbers = {row.get("id", "") for row in posted}
    free = {shows: number for number, shows in there.items() if number not in numbers}
    rows: list[dict[str, str]] = []
    vanished = False
    for row in posted:
        if row.get("id") and row["id"] not in there:
            vanished = True
            touched = any(
                _as_text(row.get(key.removeprefix("initial-"))) != _as_text(value)
                for key, value in row.items()
                if key.startswith("initial-")
            )
            # The same picture may be there under another number: an earlier version was restored.
            row["id"] = free.pop(row.get(link, ""), "") if link else ""
            if not row["id"] and not touched:
                continue
        rows.append(row)
    if vanished:
        set_rows(data, prefix, rows)
    return vanished


def rows_of(data: QueryDict, prefix: str) -> list[dict[str, str]]:
    """The rows of a posted formset: each field, and as `initial-…` what it began from."""
    total = _number(data.get(f"{prefix}-TOTAL_FORMS"))
    rows: list[dict[str, str]] = [{} for _row in range(total if total <= MOST_ROWS else 0)]
    for key in data:
        begun = "initial-" if key.startswith(f"initial-{prefix}-") else ""
        if not key.startswith(f"{begun}{prefix}-"):
            continue
        number, _dash, name = key.removeprefix(f"{begun}{prefix}-").partition("-")
        if number.isdecimal() and len(number) < 5 and int(number) < len(rows):
            rows[int(number)][begun + name] = str(data[key])
    return rows


def set_rows(data: QueryDict, prefix: str, rows: list[dict[str, str]]) -> None:
    """Put these rows in the place of those of a posted formset; those that are there come first."""
    for key in [key for key in data if key.startswith((f"{prefix}-", f"initial-{prefix}-"))]:
        if key.removeprefix("initial-").removeprefix(f"{prefix}-").split("-")[0].isdecimal():
            del data[key]
    for number, row in enumerate(sorted(rows, key=lambda row: not row.get("id"))):
        for key, value in row.items():
            start = "initial-" if key.startswith("initial-") else ""
            data[f"{start}{prefix}-{number}-{key.removeprefix('initial-')}"] = value
    data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
    data[f"{prefix}-INITIAL_FORMS"] = str(sum(bool(row.get("id")) for row in rows))


def _number(typed_number: str | None) -> int:
    """A number of rows as posted; 0 for anything else. Longer ones Python refuses to read."""
    sane = typed_number and typed_number.isdecimal() and len(typed_number) < 9
    return int(typed_number) if typed_number and sane else 0


def rows_there(data: QueryDict, story: Story) -> bool:
    """Fit the posted rows of a story's form to those that there are. Whether any had gone."""
    pictures = {str(pk): str(photo) for pk, photo in story.story_photos.values_list("pk", "photo")}
    corrections = {str(pk): "" for pk in story.corrections.values_list("pk", flat=True)}
    return without_vanished(data, "story_photos", pictures, "photo") | without_vanished(
        data, "corrections", corrections, ""
    )
