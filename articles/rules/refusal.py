"""A rule's no: what was refused, of which thing, and what to do about it."""


class Refused(Exception):  # noqa: N818 - it is an answer to a person, not a fault
    """A rule said no. The message is for the person who asked, in their language."""
