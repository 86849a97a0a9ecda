"""Columns that only the rules may change: a story's status, an issue's state.

With this, neither a form, nor a crafted request, nor a bulk action, nor an import can move a story
or an issue on: saving leaves those columns as they are, and bulk updates of them are refused. The
rules call `GuardedQuerySet.move`, and write the log in the same transaction.
"""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models

RowT = TypeVar("RowT", bound="Guarded", covariant=True)


class GuardedQuerySet(models.QuerySet[RowT]):
    """Refuses to change guarded columns, except through `move`."""

    def update(self, **kwargs: Any) -> int:
        touched = set(kwargs) & set(self.model.guarded)
        if touched:
            raise TypeError(f"{', '.join(sorted(touched))} is changed by articles.rules only.")
        return super().update(**kwargs)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        for row in rows:
            row.check_first_state()
        return super().bulk_create(rows, *args, **kwargs)

    def move(self, **kwargs: Any) -> int:
        """Change guarded columns. For `articles.rules` alone; tests/test_house.py sees to it."""
        return super().update(**kwargs)


class Guarded(models.Model):
    """A model with columns that only the rules may change."""

    guarded: ClassVar[dict[str, Any]]  # column -> what it is in a new row

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save everything but the guarded columns; a new row must be in its first state."""
        if self._state.adding:
            self.check_first_state()
        else:
            names = kwargs.get("update_fields")
            if names is None:
                names = [
                    field.name for field in self._meta.concrete_fields if not field.primary_key
                ]
            kwargs["update_fields"] = [name for name in names if name not in self.guarded]
        super().save(*args, **kwargs)

    def check_first_state(self) -> None:
        """Raise ValueError unless the guarded columns are as in a new row."""
        for column, first in self.guarded.items():
            if getattr(self, column) != first:
                raise ValueError(
                    f"A new {self._meta.verbose_name} has {column} {first!r}; "
                    "use the rules to move it on."
                )

    def fresh(self) -> Self:
        """The row as it is in the database now, locked until the transaction ends."""
        locked: Self = type(self)._default_manager.select_for_update().get(pk=self.pk)
        return locked
