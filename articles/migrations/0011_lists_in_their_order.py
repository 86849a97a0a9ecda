"""Tags and bylines of the record tell when their row was published: lists are read in their order."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery

SIDES = ("PublishedTag", "PublishedByline")


def tell_the_time(apps: Any, schema_editor: Any) -> None:
    """Each side row gets its row's time. What readers see stays as it is.

    The guards on started rows are taken down for it, and put up again after every `migrate`.
    """
    connection = schema_editor.connection
    rows = apps.get_model("articles", "PublishedStory").objects
    for name in SIDES:
        model = apps.get_model("articles", name)
        table = model._meta.db_table
        on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_update_started{on_table}")
        row = rows.filter(pk=OuterRef("row_id"))
        model.objects.update(published_at=Subquery(row.values("published_at")))


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_pages_as_printed")]

    operations = [
        *(
            migrations.AddField(name, "published_at", models.DateTimeField("published", null=True))
            for name in SIDES
        ),
        migrations.RunPython(tell_the_time, migrations.RunPython.noop),
        *(
            migrations.AlterField(name, "published_at", models.DateTimeField("published"))
            for name in SIDES
        ),
        migrations.RemoveIndex("PublishedTag", "record_tag_slug"),
        migrations.AddIndex(
            "PublishedTag",
            models.Index(fields=["slug", "-published_at", "-row"], name="record_by_tag"),
        ),
        migrations.AddIndex(
            "PublishedByline",
            models.Index(
                fields=["contributor", "-published_at", "-row"], name="record_by_contributor"
            ),
        ),
        migrations.RemoveIndex("PublishedStory", "record_by_package"),
        migrations.AddIndex(
            "PublishedStory",
            models.Index(
                condition=Q(package__isnull=False), fields=["package"], name="record_by_package"
            ),
        ),
    ]
