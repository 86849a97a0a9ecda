"""The photo desk: rights, places, crops, looks; a photo retired or replaced; groups of photos."""

from typing import Any

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def who_retires(apps: Any, schema_editor: Any) -> None:
    """Taking a photo out of everything published, or changing it there, is the publisher's."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="articles", model="photo"
    )
    group = apps.get_model("auth", "Group").objects.filter(name="publisher").first()
    for codename, name in (
        ("retire_photo", "Can retire a photo from everything published"),
        ("replace_photo", "Can replace a photo in everything published"),
    ):
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        if group is not None:
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_search_and_machines"),
    ]

    operations = [
        migrations.CreateModel(
            name="PhotoLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.PositiveSmallIntegerField()),
                ("bits", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "look of a photo",
                "verbose_name_plural": "looks of photos",
            },
        ),
        migrations.AlterModelOptions(
            name="photo",
            options={
                "ordering": ["-created_at", "-pk"],
                "permissions": [
                    ("retire_photo", "Can retire a photo from everything published"),
                    ("replace_photo", "Can replace a photo in everything published"),
                ],
                "verbose_name": "photo",
                "verbose_name_plural": "photos",
            },
        ),
        migrations.AddField(
            model_name="photo",
            name="checked",
            field=models.BooleanField(default=True, editable=False, verbose_name="details checked"),
        ),
        migrations.AddField(
            model_name="photo",
            name="copyright",
            field=models.CharField(blank=True, max_length=200, verbose_name="copyright"),
        ),
        migrations.AddField(
            model_name="photo",
            name="crops",
            field=models.JSONField(blank=True, default=dict, verbose_name="crops"),
        ),
        migrations.AddField(
            model_name="photo",
            name="expires_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Empty: they do not.",
                null=True,
                verbose_name="rights run out",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="focal_x",
            field=models.PositiveSmallIntegerField(
                default=50,
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="what matters, from the left",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="focal_y",
            field=models.PositiveSmallIntegerField(
                default=50,
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="what matters, from the top",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="found",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="photo",
            name="instructions",
            field=models.TextField(
                blank=True,
                help_text="From whoever sent it, for the desk only.",
                verbose_name="instructions",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="keywords",
            field=models.CharField(
                blank=True,
                help_text="Separated by commas.",
                max_length=500,
                verbose_name="keywords",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="long_description",
            field=models.TextField(
                blank=True,
                help_text="Only where a sentence is not enough: maps, charts, pages of a document.",
                verbose_name="longer description",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="look",
            field=models.CharField(blank=True, editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name="photo",
            name="place",
            field=models.CharField(blank=True, max_length=200, verbose_name="place"),
        ),
        migrations.AddField(
            model_name="photo",
            name="replaced_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaces",
                to="articles.photo",
                verbose_name="replaced by",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="retired_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="retired"),
        ),
        migrations.AddField(
            model_name="photo",
            name="retired_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="retired by",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="retired_reason",
            field=models.TextField(blank=True, editable=False, verbose_name="why it was retired"),
        ),
        migrations.AddField(
            model_name="photo",
            name="taken_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken"),
        ),
        migrations.AddField(
            model_name="photo",
            name="tones",
            field=models.CharField(blank=True, editable=False, max_length=72),
        ),
        migrations.AddField(
            model_name="photo",
            name="usage_terms",
            field=models.TextField(blank=True, verbose_name="terms of use"),
        ),
        migrations.AddField(
            model_name="photo",
            name="web_allowed",
            field=models.BooleanField(default=True, verbose_name="may be shown on the web"),
        ),
        migrations.AddField(
            model_name="publishedpicture",
            name="photo",
            field=models.BigIntegerField(null=True, verbose_name="photo"),
        ),
        migrations.AddField(
            model_name="storyphoto",
            name="grouped",
            field=models.BooleanField(
                default=False,
                help_text="A group of photos has one caption: that of its first.",
                verbose_name="with the photo before it",
            ),
        ),
        migrations.AlterField(
            model_name="photo",
            name="alt",
            field=models.CharField(
                blank=True,
                help_text="For readers who cannot see it: what the picture shows, in a sentence. The caption says what it means; somebody who hears both should not hear the same twice.",
                max_length=300,
                verbose_name="what is in the picture",
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                fields=["photographer", "-created_at", "-id"], name="articles_ph_photogr_d0ab3f_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(fields=["-taken_at", "-id"], name="photo_by_day_taken"),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(fields=["expires_at"], name="photo_by_end_of_rights"),
        ),
        migrations.AddIndex(
            model_name="publishedpicture",
            index=models.Index(fields=["photo"], name="record_picture_photo"),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.CheckConstraint(
                condition=models.Q(("focal_x__lte", 100), ("focal_y__lte", 100)),
                name="photo_matters_inside",
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retired_at__isnull", True),
                    models.Q(("retired_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="photo_is_retired_for_a_reason",
            ),
        ),
        migrations.AddField(
            model_name="photolook",
            name="photo",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="looks",
                to="articles.photo",
            ),
        ),
        migrations.AddIndex(
            model_name="photolook",
            index=models.Index(fields=["part", "bits"], name="photo_look_by_bits"),
        ),
        migrations.AddConstraint(
            model_name="photolook",
            constraint=models.UniqueConstraint(
                fields=("photo", "part"), name="photo_look_part_once"
            ),
        ),
        migrations.RunPython(who_retires, migrations.RunPython.noop),
    ]
