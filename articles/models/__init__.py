"""The nouns of the paper. The desk (mutable) and the record (what readers get, append-only).

Import order inside this folder: people, paper, plans, photos, stories, layout, desk, log, record, syndication.
"""

from articles.models.changes import Change
from articles.models.desk import (
    Assignment,
    ListedWord,
    Notice,
    PreviewLink,
    Seat,
    Version,
    WorkingCopy,
)
from articles.models.layout import Placement
from articles.models.log import LogEntry
from articles.models.paper import Edition, Issue, Page, Section
from articles.models.people import Contributor, User
from articles.models.photos import Photo, PhotoLook
from articles.models.plans import NoIssueDay, PlanTemplate
from articles.models.record import (
    PublishedByline,
    PublishedIssue,
    PublishedPicture,
    PublishedSheet,
    PublishedSlot,
    PublishedStory,
    PublishedTag,
    Redaction,
)
from articles.models.stories import (
    Byline,
    Correction,
    Note,
    Read,
    Story,
    StoryPhoto,
    StoryTag,
    Tag,
)
from articles.models.syndication import Syndication

__all__ = [
    "Assignment",
    "Byline",
    "Change",
    "Contributor",
    "Correction",
    "Edition",
    "Issue",
    "ListedWord",
    "LogEntry",
    "NoIssueDay",
    "Note",
    "Notice",
    "Page",
    "Photo",
    "PhotoLook",
    "Placement",
    "PlanTemplate",
    "PreviewLink",
    "PublishedByline",
    "PublishedIssue",
    "PublishedPicture",
    "PublishedSheet",
    "PublishedSlot",
    "PublishedStory",
    "PublishedTag",
    "Read",
    "Redaction",
    "Seat",
    "Section",
    "Story",
    "StoryPhoto",
    "StoryTag",
    "Syndication",
    "Tag",
    "User",
    "Version",
    "WorkingCopy",
]
