"""A row for each change that makes readers' pages anew."""

from django.db import migrations, models

import articles.models.changes


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0007_photo_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=articles.models.changes.any_number,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                ("keys", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "change for readers",
                "verbose_name_plural": "changes for readers",
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["at"], name="change_by_instant")],
            },
        ),
    ]
