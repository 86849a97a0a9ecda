"""Pages as printed, on the desk and in the record; how an edition parts its paragraphs."""

import django.db.models.deletion
from django.db import migrations, models

import articles.models.paper


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0009_roles_that_plan"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="paragraphs",
            field=models.CharField(
                choices=[("indented", "by an indent"), ("spaced", "by a space")],
                default="indented",
                help_text="In Chinese an indent is two characters. One of the two, never both.",
                max_length=10,
                verbose_name="how paragraphs part",
            ),
        ),
        migrations.AddField(
            model_name="page",
            name="pdf",
            field=models.FileField(
                blank=True,
                upload_to=articles.models.paper.sheet_path,
                verbose_name="PDF of the printed page",
            ),
        ),
        migrations.AddField(
            model_name="page",
            name="picture",
            field=models.FileField(
                blank=True,
                help_text="With zones, readers open stories from it. Left empty, it is drawn from the PDF.",
                upload_to=articles.models.paper.sheet_path,
                verbose_name="picture of the printed page",
            ),
        ),
        migrations.AddField(
            model_name="page",
            name="picture_height",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="page",
            name="picture_width",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="page",
            name="sheet_name",
            field=models.CharField(blank=True, editable=False, max_length=32),
        ),
        migrations.CreateModel(
            name="PublishedSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=32, verbose_name="public name")),
                ("page_number", models.CharField(max_length=4, verbose_name="page number")),
                ("has_pdf", models.BooleanField(default=False, verbose_name="with its PDF")),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="printed",
                        to="articles.publishedissue",
                    ),
                ),
            ],
            options={
                "verbose_name": "published page picture",
                "verbose_name_plural": "published page pictures",
                "indexes": [models.Index(fields=["name"], name="record_sheet_name")],
                "constraints": [
                    models.UniqueConstraint(fields=("row", "name"), name="record_sheet_once")
                ],
            },
        ),
    ]
