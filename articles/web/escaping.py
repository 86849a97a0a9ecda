"""Text as HTML, for what is put out at once: plain strings in, plain strings out."""

import html
from collections.abc import Callable

import markupsafe
from django.utils.safestring import SafeString

# In C. markupsafe's `escape` makes an object of each text, that says it is HTML: nobody asks what
# is part of a page already.
_escaped: Callable[[str], str] = getattr(markupsafe, "_escape_inner", html.escape)


def shown(value: object) -> str:
    """A value as HTML: escaped, unless it says that it is HTML already (`__html__`)."""
    if type(value) is str:
        return _escaped(value)
    if type(value) is SafeString:
        return value
    return str(markupsafe.escape(value))
