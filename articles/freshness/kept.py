"""A page as it is kept: its bytes, plain and compressed, and until when it stands."""

import gzip
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

import brotli
from django.http.response import ResponseHeaders

# Shorter bodies, and kinds that are compressed already, are kept plain.
WORTH_PRESSING = 500
PRESSED = (
    "text/",
    "application/json",
    "application/feed+json",
    "application/manifest+json",
    "application/xml",
    "application/atom+xml",
    "image/svg",
)
NEVER = float("inf")


@dataclass(slots=True)
class Kept:
    """A page. Times are seconds since 1970.

    `mark` is the store's when the making began; `until` the first instant after which the page is
    not what it should be; `begins_anew` the first at which the record has something else to say of
    it (later than `until` where only a date changes).
    """

    mark: int
    numbers: tuple[int, ...]
    made: float
    until: float
    begins_anew: float
    digest: str
    headers: dict[str, str]
    bodies: dict[str, bytes]
    checked: int = 0
    used: bool = False
    size: int = field(default=0)
    said: dict[str, ResponseHeaders] = field(default_factory=dict)  # by encoding, once answered

    def stands(self, now: float) -> bool:
        """Whether it is right at `now`, as far as instants go."""
        return self.made <= now < self.until

    def body(self, encoding: str) -> tuple[str, bytes]:
        """The body in an encoding, or plain; and in which."""
        if encoding in self.bodies:
            return encoding, self.bodies[encoding]
        return "", self.bodies[""]

    def head(self) -> bytes:
        """All but the bodies, for a store that keeps bytes."""
        return json.dumps(
            [self.made, self.until, self.begins_anew, self.digest, self.headers, [*self.bodies]]
        ).encode()

    @classmethod
    def read(
        cls, mark: int, numbers: tuple[int, ...], head: bytes, encoding: str, body: bytes
    ) -> "Kept":
        """A page from `head()` and one of its bodies. Raises ValueError where they are no page."""
        made, until, begins_anew, digest, headers, _ = json.loads(head)
        bodies = {encoding: body}
        return cls(mark, numbers, made, until, begins_anew, digest, headers, bodies)


def press(body: bytes, content_type: str) -> dict[str, bytes]:
    """A body by the encoding that a browser asks for: "" (plain), "gzip", "br"."""
    bodies = {"": body}
    if len(body) >= WORTH_PRESSING and content_type.startswith(PRESSED):
        # No time in the gzip header: the same page is the same bytes.
        bodies["gzip"] = gzip.compress(body, compresslevel=6, mtime=0)
        bodies["br"] = brotli.compress(body, quality=5)
    return bodies


def digest_of(body: bytes) -> str:
    return blake2b(body, digest_size=12).hexdigest()


LONGEST_ACCEPTED = 200
_WEIGHT = re.compile(r"\s*q=([01](?:\.\d{0,3})?)\s*")


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """The encoding for an `Accept-Encoding` header: the one it likes best, "" for plain.

    RFC 9110, 12.4.2 and 12.5.3. Of two liked as much it is brotli, which is shorter. What cannot be
    read, and any header beyond all measure, asks for nothing.
    """
    taken = {}
    for part in accepted.lower().split(",") if len(accepted) <= LONGEST_ACCEPTED else ():
        name, given, weight = part.partition(";")
        found = _WEIGHT.fullmatch(weight) if given else None
        taken[name.strip()] = float(found[1]) if found else 0.0 if given else 1.0
    best = max(("br", "gzip"), key=lambda one: taken.get(one, 0.0))
    return best if taken.get(best) else ""
