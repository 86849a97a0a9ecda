"""Searched words as grams; what the paper tells machines; portraits of contributors."""

from typing import Any

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import articles.models.syndication
from articles.text import grams, markup

AT_ONCE = 500
# The guard on started rows: taken down for the rewriting, and put up again after every `migrate`.
GUARD = "articles_publishedstory_update_started"


def rewrite_searched_words(apps: Any, schema_editor: Any) -> None:
    """The words of rows published before are kept in the new form too; nothing readers see moves."""
    connection = schema_editor.connection
    on_table = " ON articles_publishedstory" if connection.vendor == "postgresql" else ""
    rows = apps.get_model("articles", "PublishedStory").objects.exclude(search_text="")
    batch = []
    if rows.exists():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {GUARD}{on_table}")
    for row in rows.only("payload", "body").iterator(AT_ONCE):
        told = row.payload
        heads = [told.get(key, "") for key in ("kicker", "headline")]
        heads += [tag["name"] for tag in told.get("tags", [])]
        lines = [told.get(key, "") for key in ("column", "deck", "short_title", "lead_in")]
        lines += [byline.get("name", "") for byline in told.get("bylines", [])]
        lines += [photo.get("caption", "") for photo in told.get("photos", [])]
        row.search_text = grams.indexed(heads, [*lines, *markup.plain_text(row.body).splitlines()])
        batch.append(row)
        if len(batch) == AT_ONCE:
            rows.model.objects.bulk_update(batch, ["search_text"])
            batch = []
    rows.model.objects.bulk_update(batch, ["search_text"])


def let_publishers_decide(apps: Any, schema_editor: Any) -> None:
    apps.get_model("articles", "Syndication").objects.get_or_create(pk=1)
    publishers = apps.get_model("auth", "Group").objects.filter(name="publisher").first()
    if publishers is None:  # the paper did away with the role
        return
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="articles", model="syndication"
    )
    for verb in ("view", "change"):
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type,
            codename=f"{verb}_syndication",
            defaults={"name": f"Can {verb} crawlers and hub"},
        )
        publishers.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0005_planning"),
    ]

    operations = [
        migrations.CreateModel(
            name="Syndication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address",
                    models.URLField(
                        blank=True,
                        help_text="Such as https://paper.example. Needed to tell a hub which feeds changed.",
                        validators=[articles.models.syndication.validate_address],
                        verbose_name="the paper's address",
                    ),
                ),
                (
                    "hub",
                    models.URLField(
                        blank=True,
                        help_text="Address of a WebSub hub, which brings news to those who follow a feed.",
                        verbose_name="hub",
                    ),
                ),
                (
                    "ai_crawlers",
                    models.CharField(
                        choices=[
                            ("welcome", "may read the paper"),
                            ("refused", "may not read the paper"),
                        ],
                        default="welcome",
                        max_length=10,
                        verbose_name="crawlers that collect texts for AI",
                    ),
                ),
                (
                    "robots",
                    models.TextField(
                        blank=True,
                        help_text="They come after the paper's own. The desk and searches are always closed.",
                        max_length=20000,
                        validators=[articles.models.syndication.validate_robots],
                        verbose_name="more lines for robots.txt",
                    ),
                ),
                (
                    "told_until",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="hub told until",
                    ),
                ),
            ],
            options={
                "verbose_name": "crawlers and hub",
                "verbose_name_plural": "crawlers and hub",
            },
        ),
        migrations.AddField(
            model_name="contributor",
            name="portrait",
            field=models.ForeignKey(
                blank=True,
                help_text="Shown to readers on the contributor's page, once something of theirs is live.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="portrait_of",
                to="articles.photo",
                verbose_name="portrait",
            ),
        ),
        migrations.AlterField(
            model_name="edition",
            name="slug",
            field=models.SlugField(
                max_length=40,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^(?!(?:about|admin|api|archive|contributors|corrections|feeds|healthz|media|offline|readyz|search|sections|share|sitemaps|static|stories|tags)$)",
                        "This word is an address of the site already.",
                    )
                ],
                verbose_name="place in the address",
            ),
        ),
        migrations.AddIndex(
            model_name="publishedstory",
            index=models.Index(
                fields=["-published_at", "-id", "live_from"], name="record_by_publication"
            ),
        ),
        migrations.AddConstraint(
            model_name="syndication",
            constraint=models.CheckConstraint(
                condition=models.Q(("pk", 1)), name="syndication_is_one"
            ),
        ),
        migrations.RunPython(let_publishers_decide, migrations.RunPython.noop),
        migrations.RunPython(rewrite_searched_words, migrations.RunPython.noop),
    ]
