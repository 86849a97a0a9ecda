"""Lets the body editor's import map through the strict Content-Security-Policy.

Browsers treat `<script type="importmap">` as an inline script. Its exact hash is allowed, computed
from the map that the form's media render, so that nothing else inline ever runs.
"""

import base64
import hashlib
import re
from typing import Any

from django.http import HttpResponse

# The one `<style>` that the editor's engine puts into the page, by its hash. It changes with the
# editor's version; then the browser tests complain of a blocked style.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"

_MAP = re.compile(r'<script type="importmap"[^>]*>(.*?)</script>', re.DOTALL)


def allow_import_map(response: HttpResponse, media: Any) -> HttpResponse:
    """Add the hashes of the import map in `media`, and of the editor's style, to the policy."""
    if found := _MAP.search(str(media)):
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        response._csp_update = {  # type: ignore[attr-defined]
            "script-src": [f"'sha256-{digest}'"],
            "style-src": [EDITOR_STYLE],
        }
    return response
