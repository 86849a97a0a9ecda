"""Choosing one of many by typing: Django's autocomplete, which numbers out of range do not break."""

from typing import Any, cast

from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest

LONGEST_NUMBER = 18  # digits: both databases keep keys in 64 bits


class Autocomplete(AutocompleteSelect):
    """Django's box. Shown anew after an error, it looks the posted key up in the database, and
    SQLite refuses to be asked for a number beyond 64 bits; such a key is nobody's."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        known = [one for one in value if len(str(one)) <= LONGEST_NUMBER]
        return super().optgroups(name, known, attrs)


class ChoosingMixin:
    """A ModelAdmin or an inline whose `autocomplete_fields` use `Autocomplete`."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        here = cast(Any, self)
        if db_field.name in here.get_autocomplete_fields(request):
            kwargs["widget"] = Autocomplete(db_field, here.admin_site, using=kwargs.get("using"))
        return cast(Any, super()).formfield_for_foreignkey(db_field, request, **kwargs)
