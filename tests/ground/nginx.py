"""A real nginx for the tests, with the configuration that the guide gives."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from articles.bench import serving
from tests.ground.redis import NotStartedError


def program() -> str:
    """Where nginx is. Raises NotStartedError where it is not installed."""
    if found := serving.nginx_program():
        return found
    raise NotStartedError("nginx is missing. On Debian: apt install nginx")


@contextlib.contextmanager
def server(files: Path, paper: int, folder: Path) -> Iterator[int]:
    """nginx before `files` and a paper at the port `paper`, while the block lasts; gives its port."""
    program()
    with serving.nginx_as_in_the_guide(files, paper, 1, folder, "/") as running:
        assert running is not None
        yield running.port


if __name__ == "__main__":
    try:
        print(program())
    except NotStartedError as error:
        raise SystemExit(str(error)) from error
