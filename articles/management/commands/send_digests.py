"""manage.py send_digests: the mails of those who want one now and then. For cron, hourly or so."""

from typing import Any

from django.core.management.base import BaseCommand

from articles.rules import telling


class Command(BaseCommand):
    help = "Mail everybody who wishes a digest what concerns them and they have not seen."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{telling.send_digests()} mails sent.")
