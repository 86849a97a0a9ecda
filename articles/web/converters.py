"""Parts of the readers' addresses: a date as YYYY-MM-DD, a page number."""

import datetime as dt


class DateConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)  # a ValueError is a 404, as Django has it

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


class PageNumberConverter:
    regex = r"[A-Z]?[1-9][0-9]{0,2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class MonthConverter:
    regex = r"0[1-9]|1[0-2]"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02d}"
