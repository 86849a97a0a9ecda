"""The storage of pictures does not answer: what is said to a person, and what goes into the log."""

import contextlib
import logging
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from articles.rules.refusal import Refused

logger = logging.getLogger("newsroom.pictures")


@contextlib.contextmanager
def at_hand() -> Iterator[None]:
    """Around what writes to the storage or reads from it for a person at the desk.

    Raises Refused where it does not answer, so that their transaction is rolled back as a whole.
    """
    try:
        yield
    except OSError as error:
        logger.error("the storage of pictures does not answer", extra={"error": str(error)})
        raise Refused(
            _(
                "The place where pictures are kept does not answer. Try again in a minute; if it "
                "stays so, tell whoever runs the server."
            )
        ) from error


@contextlib.contextmanager
def taking_down(names: Collection[str]) -> Iterator[None]:
    """Around the deletion of public copies, once the record shows them no more.

    Nobody is served what the record does not show, so the act stands; what is left to be deleted
    by hand, is in the log.
    """
    try:
        yield
    except OSError as error:
        told = {"pictures": sorted(names), "error": str(error)}
        logger.error("public copies could not be deleted", extra=told)
