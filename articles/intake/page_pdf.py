"""A printed page's PDF coming in: checked, and drawn as a picture where none was sent."""

import threading
from io import BytesIO

import pypdfium2
from django.utils.translation import gettext as _
from PIL import Image

MAX_BYTES = 60 * 1024 * 1024
# Of the picture that is drawn: about 150 dots an inch for a broadsheet.
DRAWN_WIDTH = 2400
# A page taller than this many times its width is no newspaper page.
TALLEST = 4
# The library that draws may be in one thread at a time only.
_ONE_AT_A_TIME = threading.Lock()


class PdfError(ValueError):
    """A file that cannot be taken in as a page's PDF. The message is for the person who sent it."""


def draw(data: bytes) -> bytes:
    """Check that `data` is a PDF of one page and return it drawn, as a JPEG. Raises PdfError."""
    if len(data) > MAX_BYTES:
        raise PdfError(
            _("The PDF has %(size)d MB; the most is %(most)d MB. Send a smaller one.")
            % {"size": len(data) // 1024**2, "most": MAX_BYTES // 1024**2}
        )
    if not data.startswith(b"%PDF-"):
        raise PdfError(_("This is no PDF, whatever its name says."))
    with _ONE_AT_A_TIME:
        try:
            return _checked_and_drawn(data)
        except pypdfium2.PdfiumError as error:
            raise PdfError(
                _("The PDF is broken or locked and cannot be read. Send it anew.")
            ) from error


def _checked_and_drawn(data: bytes) -> bytes:
    document = pypdfium2.PdfDocument(data)
    try:
        if len(document) != 1:
            raise PdfError(
                _("The PDF has %(pages)d pages. Send each printed page as a PDF of its own.")
                % {"pages": len(document)}
            )
        return _drawn(document[0])
    finally:
        document.close()


def _drawn(page: "pypdfium2.PdfPage") -> bytes:
    width, height = page.get_size()
    if not (0 < width < 15_000 and 0 < height <= width * TALLEST):
        raise PdfError(_("The PDF's page has a size that no newspaper page has."))
    bitmap = page.render(scale=DRAWN_WIDTH / width, may_draw_forms=False)
    image: Image.Image = bitmap.to_pil().convert("RGB")
    written = BytesIO()
    image.save(written, "JPEG", quality=85)
    page.close()
    return written.getvalue()
