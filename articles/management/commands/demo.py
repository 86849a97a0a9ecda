"""manage.py demo: the demo papers, and who can log in."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.demo import loader


class Command(BaseCommand):
    help = "Load the demo papers and make the demo accounts. Runs again safely."

    def handle(self, *args: Any, **options: Any) -> None:
        # Some five hundred acts at the desk: the log has them, the screen needs none of them.
        logging.getLogger("newsroom.desk").setLevel(logging.WARNING)
        self.stdout.write("The demo papers: a week of issues, today's and tomorrow's …")
        try:
            made = loader.load(tell=self.stdout.write)
        except loader.DemoRefused as error:
            raise CommandError(str(error)) from error
        if not made:
            self.stdout.write("  They are here already; nothing was changed.")
        self.stdout.write("Who can log in at /admin/ (password for all: newsroom-demo):")
        for username, (role, first, family, _) in loader.ACCOUNTS.items():
            self.stdout.write(f"  {username:<14} {role:<14} {family}{first}")
