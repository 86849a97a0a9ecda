"""The environment of the tests, set before Django's settings are read. A pytest plugin."""

import os

os.environ.setdefault("SECRET_KEY", "a-secret-for-the-tests-alone-" + "0123456789" * 4)
os.environ["DEBUG"] = "false"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["TIME_ZONE"] = "Asia/Shanghai"
os.environ["LANGUAGE_CODE"] = "zh-hans"
os.environ["EDITORIAL_READS"] = "3"
# Playwright's sync interface runs an event loop in this thread; Django's ORM is used beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
