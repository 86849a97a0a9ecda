"""A scratch database and a scratch folder, made for one measurement and taken away after it."""

import contextlib
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql


class NotHereError(Exception):
    """The database asked for cannot be used; the message says why, and what to do."""


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder for files of a run, which goes with them."""
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as name:
        yield Path(name)


@contextlib.contextmanager
def database(url: str, into: Path) -> Iterator[str]:
    """The URL of a new, empty database: a file in `into`, or beside the PostgreSQL database `url`.

    The database that `url` names is only the door: a new one is made on its server, and dropped at
    the end. Raises NotHereError where that is not possible.
    """
    if not url:
        yield f"sqlite:///{into / f'{secrets.token_hex(4)}.sqlite3'}"
        return
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise NotHereError("--database takes a postgresql:// address; without it, SQLite is used.")
    name = f"newsroom_bench_{secrets.token_hex(4)}"
    try:
        with psycopg.connect(url, autocommit=True) as door:
            door.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        raise NotHereError(f"No scratch database could be made there: {error}") from error
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as door:
            door.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def is_the_papers(url: str, papers: Mapping[str, object]) -> bool:
    """Whether a URL names the database in Django's settings `papers`: its bench runs elsewhere."""
    parts = urlsplit(url)
    named = (unquote(parts.hostname or ""), str(parts.port or ""), parts.path.lstrip("/"))
    return named == tuple(str(papers.get(key) or "") for key in ("HOST", "PORT", "NAME"))
