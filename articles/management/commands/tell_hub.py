"""`manage.py tell_hub`: tells the WebSub hub what went live since the last time. For cron."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from articles.export import hub


class Command(BaseCommand):
    help = "Tell the paper's WebSub hub which feeds have changed. Run it by cron, each minute."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            feeds = hub.tell(timezone.now())
        except hub.NotTold as error:
            raise CommandError(str(error)) from error
        for feed in feeds:
            self.stdout.write(feed)
