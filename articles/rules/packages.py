"""Packages (组稿): a parent story, the stories under it, and no way back from one to itself."""

from articles.models import Story


def leads_back(story: int | None, package: int | None) -> bool:
    """Whether a story, made a part of `package`, would be a part of itself by however many steps."""
    passed: set[int] = set()
    while package is not None and package not in passed:
        if package == story:
            return True
        passed.add(package)
        package = Story.objects.filter(pk=package).values_list("package", flat=True).first()
    return False
