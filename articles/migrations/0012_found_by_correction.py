"""Corrections are found by an index; rows without a redaction, which are all, by none."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0011_lists_in_their_order"),
    ]

    operations = [
        migrations.AlterField(
            model_name="publishedstory",
            name="redaction",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rows",
                to="articles.redaction",
            ),
        ),
        migrations.AddIndex(
            model_name="publishedstory",
            index=models.Index(
                condition=models.Q(("change", "correction")),
                fields=["edition", "-live_from"],
                name="record_corrections",
            ),
        ),
    ]
