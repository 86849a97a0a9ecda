"""Choosing one of many by typing: Django's autocomplete, which numbers out of range do not break."""

import re
from typing import Any, TypeVar, cast

from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model
from django.http import HttpRequest

# Both databases keep keys in 64 bits: eighteen digits always fit.

ModelT = TypeVar("ModelT", bound=Model)


def is_key(typed: object) -> bool:
    """Whether what was typed, or sent by a crafted form, is a number that the databases can keep."""
    return bool(re.fullmatch(r"[0-9]{1,18}", str(typed)))


def picked(model: type[ModelT], typed: object) -> ModelT | None:
    """The row whose number was sent; None where it is none, or nobody's."""
    return model._default_manager.filter(pk=typed).first() if is_key(typed) else None


class Autocomplete(AutocompleteSelect):
    """Django's box. Shown anew after an error, it looks the posted key up in the database, and
    SQLite refuses to be asked for a number beyond 64 bits; such a key is nobody's."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        known = [one for one in value if is_key(one)]
        return super().optgroups(name, known, attrs)


class ChoosingMixin:
    """A ModelAdmin or an inline whose `autocomplete_fields` use `Autocomplete`."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        here = cast(Any, self)
        if db_field.name in here.get_autocomplete_fields(request):
            kwargs["widget"] = Autocomplete(db_field, here.admin_site, using=kwargs.get("using"))
        return cast(Any, super()).formfield_for_foreignkey(db_field, request, **kwargs)
