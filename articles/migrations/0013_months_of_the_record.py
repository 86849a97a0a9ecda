"""An index by month, for the sitemaps."""

from django.db import migrations, models

import articles.models.record


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0012_found_by_correction"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="publishedstory",
            index=models.Index(
                articles.models.record.Month("published_at"),
                models.OrderBy(models.F("live_from"), descending=True),
                name="record_by_month",
            ),
        ),
    ]
