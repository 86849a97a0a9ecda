"""The desk's screens. Django loads this module at start; each room registers its own."""

from articles.admin import log, paper, people, photos, plan, record, stories

__all__ = ["log", "paper", "people", "photos", "plan", "record", "stories"]
