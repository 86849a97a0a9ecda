"""What a story is, for search engines: schema.org's NewsArticle as JSON-LD.

The terms are those of https://schema.org/NewsArticle; every address is absolute.
"""

from typing import Any

from articles.models import Edition, Section, address
from articles.web.pictures import Picture
from articles.web.reading import HTML_LANGUAGES, Person, Place, Reading


def article(
    origin: str,
    story: Reading,
    edition: Edition,
    section: Section | None,
    place: Place | None,
    images: list[str],
) -> dict[str, Any]:
    """A story as a NewsArticle, at an `origin` (https://paper.example).

    `images` are addresses beside those of its own pictures.
    """
    own = origin + story.get_absolute_url()
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": own,
        "url": own,
        "mainEntityOfPage": own,
        "headline": story.short_title,
        "alternativeHeadline": story.full_title if story.full_title != story.short_title else None,
        "description": story.summary,
        "inLanguage": story.html_language,
        "datePublished": story.published_at.isoformat(),
        "dateModified": story.modified_at.isoformat(),
        "isAccessibleForFree": True,
        "wordCount": story.length or None,
        "articleSection": section.name if section else None,
        "keywords": [tag["name"] for tag in story.tags] or None,
        "image": [_image(origin, picture) for picture in story.pictures] + images or None,
        "author": [_author(origin, person) for person in _once(story.bylines)]
        or [publisher(origin, edition)],
        "publisher": publisher(origin, edition),
        "correction": [
            _told(
                {
                    "@type": "CorrectionComment",
                    "text": correction["text"],
                    "datePublished": correction["at"].isoformat() if correction["at"] else None,
                }
            )
            for correction in story.corrections
        ]
        or None,
    }
    if place:
        made["isPartOf"] = _issue(origin, edition, place)
        made["pagination"] = place.number
        made["printPage"] = place.number
        made["printEdition"] = f"{edition.name} {place.date.isoformat()}"
    return _told(made)


def publisher(origin: str, edition: Edition) -> dict[str, Any]:
    """The paper as the publisher of what it prints."""
    return {
        "@type": "NewsMediaOrganization",
        "name": edition.name,
        "url": origin + edition.get_absolute_url(),
        "correctionsPolicy": f"{origin}{address.of('corrections')}?edition={edition.slug}",
        "masthead": f"{origin}{address.of('about')}?edition={edition.slug}",
    }


def _issue(origin: str, edition: Edition, place: Place) -> dict[str, Any]:
    return {
        "@type": "PublicationIssue",
        "issueNumber": str(place.issue_number),
        "datePublished": place.date.isoformat(),
        "url": origin + address.of("issue", place.edition, place.date),
        "isPartOf": {
            "@type": "Newspaper",
            "name": edition.name,
            "inLanguage": HTML_LANGUAGES.get(edition.language, edition.language),
        },
    }


def _once(people: list[Person]) -> list[Person]:
    """Everybody once, however many things they did."""
    return list({person.name: person for person in people}.values())


def _author(origin: str, person: Person) -> dict[str, Any]:
    made = {
        "@type": "Organization" if person.kind == "agency" else "Person",
        "name": person.name,
    }
    if person.slug:
        made["url"] = origin + address.of("contributor", person.slug)
    return made


def _image(origin: str, picture: Picture) -> dict[str, Any]:
    width = picture.widths[-1]
    return _told(
        {
            "@type": "ImageObject",
            "url": origin + picture.plain,
            "width": _pixels(width),
            "height": _pixels(max(1, round(picture.height * width / picture.width))),
            "caption": picture.caption or picture.alt,
            "creditText": picture.credit,
        }
    )


def _pixels(number: int) -> dict[str, Any]:
    return {"@type": "QuantitativeValue", "value": number, "unitCode": "E37"}


def _told(made: dict[str, Any]) -> dict[str, Any]:
    """The same without what says nothing: None, or an empty text."""
    return {key: one for key, one in made.items() if one not in (None, "")}
