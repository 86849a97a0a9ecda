"""A correction as a paper prints it: where it stood, what was wrong, what is right."""

import datetime as dt


def as_printed(
    wrong: str,
    right: str,
    headline: str,
    language: str,
    date: dt.date | None = None,
    page: str = "",
) -> str:
    """The line that is printed, from what was wrong and what is right.

    `date` and `page` say where the story ran in print, where it did. Without something wrong the
    line only says what is right. Chinese takes the trade's form (“误”应为“正”，特此更正).
    """
    wrong, right = wrong.strip(), right.strip()
    if language.startswith("zh"):
        where = f"本报{date.month}月{date.day}日" if date else "本报"
        where += f"第{page}版" if page else ""
        said = f"“{wrong}”应为“{right}”" if wrong and right else right or f"“{wrong}”有误"
        return f"{where}《{headline}》一文中，{said}，特此更正。"
    where = f" ({date.day} {date:%B}" + (f", page {page})" if page else ")") if date else ""
    if wrong and right:
        return f"In “{headline}”{where}, “{wrong}” should have read “{right}”."
    return f"In “{headline}”{where}: {right or f'“{wrong}” was wrong'}."
