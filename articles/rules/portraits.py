"""Portraits of contributors: a photo of the library that readers see on a contributor's page."""

from typing import Any

from articles.models import Contributor, Photo
from articles.rules import renditions


def entry(person: Contributor) -> dict[str, Any] | None:
    """The portrait's public copies as the record keeps a picture; None without one."""
    photo = person.portrait
    if photo is None or photo.retired_at is not None:
        return None
    described = renditions.describe(photo, caption="", credit=photo.credit)
    return {**described, "caption": "", "credit": photo.credit, "alt": photo.alt or person.name}


def make_soon(person: Contributor) -> None:
    """Have the portrait's copies made once the transaction is through."""
    if (described := entry(person)) is not None:
        renditions.make_soon([described])


def find(name: str) -> tuple[Contributor, dict[str, Any]] | None:
    """The contributor of whose portrait there is a copy of this name, with its entry."""
    people = Contributor.objects.filter(portrait__in=Photo.objects.named(name))
    for person in people.select_related("portrait__photographer"):
        described = entry(person)
        if described is not None and name in renditions.names_in(described):
            return person, described
    return None
