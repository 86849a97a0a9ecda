"""What a picture may cost: bytes, pixels, frames, metadata, memory, time. Each has one number."""

import contextlib
import sys
from dataclasses import dataclass

MEGABYTE = 1024 * 1024

MAX_BYTES = 40 * MEGABYTE
# Today's cameras have up to 61 million pixels; a scanned page has 35 at 600 dots per inch.
MAX_PIXELS = 80_000_000
# Longer than any sensor or scanner, shorter than what makes decoders overflow.
MAX_SIDE = 30_000
# A TIFF may hold a small picture of itself, and a scanner's pages; we take the first.
MAX_TIFF_PAGES = 16
# Photoshop's own history can make a packet of a megabyte; nothing honest is larger than this.
MAX_METADATA = 4 * MEGABYTE
MAX_PROFILE = 4 * MEGABYTE

# Of the child process. An 80-megapixel picture takes four bytes a pixel once, twice while it is
# converted; what the libraries themselves map comes on top.
MEMORY = 1536 * MEGABYTE
SECONDS_OF_PROCESSOR = 40
SECONDS = 60
MAX_WRITTEN = 64 * MEGABYTE


@dataclass(frozen=True)
class Told:
    """A picture refused: a code that `articles.intake.pictures` has words for, and its figures."""

    code: str
    figures: dict[str, object]


class RefusedPictureError(Exception):
    """Raised in the child where a picture breaks a limit or is not what it should be."""

    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.told = Told(code, figures)


def close_in(memory: int, seconds: int) -> None:
    """Put the limits on this process, as far as its system knows them. Before any decoder loads.

    `memory` in bytes of address space, `seconds` of the processor's time.

    Linux keeps all of them; macOS keeps those of time and files, not that of memory.
    """
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is what is left
        return
    for what, most in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", MAX_WRITTEN),
        ("RLIMIT_CORE", 0),
    ):
        number = getattr(resource, what, None)
        if number is not None:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(number, (most, most))


def peak_memory() -> int:
    """The most memory this process has held so far, in bytes; 0 where the system does not say.

    Linux says it in /proc (VmHWM). Its getrusage would not do: a child begins with the peak of the
    process that it was forked from, even after exec.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as told:
            for line in told:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
