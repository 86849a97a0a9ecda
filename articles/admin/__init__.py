"""The desk's screens. Django loads this module at start; each room registers its own."""

from articles.admin import (
    desk_work,
    log,
    paper,
    people,
    photos,
    plan,
    record,
    stories,
    syndication,
)

__all__ = [
    "desk_work",
    "log",
    "paper",
    "people",
    "photos",
    "plan",
    "record",
    "stories",
    "syndication",
]
