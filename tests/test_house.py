"""The house: imports run down the floors only, and the record is written in one room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "articles"

# room -> its floor. A room imports from lower floors, and from itself.
FLOORS = {
    "text": 0,
    "freshness": 0,
    "darkroom": 0,
    "models": 1,
    "migrations": 2,
    "rules": 2,
    "intake": 3,
    "export": 3,
    "search": 3,
    "web": 4,
    "demo": 4,
    "bench": 4,
    "templatetags": 4,
    "admin": 5,
    "management": 5,
    "apps": 5,
}
# Rooms on one floor that are one room for imports: the readers' template tags serve their screens.
TOGETHER = {frozenset({"web", "templatetags"})}
# Of the models, the readers' screens see the record, sections, editions and people.
READERS_MAY_SEE = {
    "address",  # no model: where pages are
    "PublishedStoryQuerySet",
    "Act",
    "Contributor",
    "Edition",
    "PublishedByline",
    "PublishedIssue",
    "PublishedPicture",
    "PublishedSheet",
    "PublishedSlot",
    "PublishedStory",
    "PublishedTag",
    "Section",
    "Syndication",
}


def modules() -> Iterator[tuple[Path, str, ast.Module]]:
    for path in sorted(HOUSE.rglob("*.py")):
        room = path.relative_to(HOUSE).parts[0].removesuffix(".py")
        if room != "__init__":
            yield path, room, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """Every import of the project's own code, those inside functions too: module and names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where an arrow leads"
            if node.module and node.module.split(".")[0] in ("articles", "newsroom", "tests"):
                yield node.module, [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in ("articles", "newsroom", "tests"):
                    yield alias.name, []


def rooms_of(module: str, names: list[str]) -> set[str]:
    parts = module.split(".")
    if parts[0] != "articles":
        return {parts[0]}
    return {parts[1]} if len(parts) > 1 else set(names)


def test_every_room_has_a_floor() -> None:
    assert {room for _, room, _ in modules()} <= set(FLOORS)


def test_imports_run_down_the_floors_only() -> None:
    wrong = []
    for path, room, tree in modules():
        for module, names in imports(tree):
            for other in rooms_of(module, names):
                if other == room or frozenset({room, other}) in TOGETHER:
                    continue
                if other == "newsroom" and room in ("web", "templatetags"):
                    continue  # the readers' screens ask the project which language was asked for
                if FLOORS.get(other, 99) >= FLOORS[room]:
                    wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert wrong == []


def test_the_words_know_nothing_of_the_orm() -> None:
    for path, room, tree in modules():
        if room not in ("text", "darkroom"):
            continue
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            # Gettext is no table: what a proofreader asks is asked in the reader's language.
            known = [name for name in names if name != "django.utils.translation"]
            assert not [name for name in known if name.startswith("django.")], path


@pytest.mark.parametrize("room", ["web", "templatetags", "export"])
def test_readers_rooms_see_no_desk_tables(room: str) -> None:
    for path, where, tree in modules():
        if where != room:
            continue
        for module, names in imports(tree):
            if module.startswith("articles.models"):
                assert set(names) <= READERS_MAY_SEE, f"{path} imports {names}"


def test_readers_screens_ask_one_clock() -> None:
    """So that the desk looks at another instant through every one of them (`web/clock.py`).

    How long a kept page stands goes by the machine's clock: nobody looks through that.
    """
    for path, where, tree in modules():
        if where not in ("web", "templatetags") or path.name in ("clock.py", "timetable.py"):
            continue
        asked = [
            ast.unparse(node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
        ]
        assert set(asked) <= {"clock.now"}, path


def test_only_publishing_writes_the_record() -> None:
    """`PublishedX.objects.create`, `.update`, `.save` and so on stand in publishing alone."""
    writes = {"create", "bulk_create", "get_or_create", "update_or_create", "bulk_update"}
    for path, _, tree in modules():
        if {"publishing", "migrations"} & set(path.parts) or path.name == "snapshot.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                spelled = ast.unparse(node.func)
                if spelled.startswith("Published") and node.func.attr in writes:
                    raise AssertionError(f"{path}:{node.lineno} writes the record")


def test_only_the_rules_move_guarded_columns() -> None:
    for path, room, tree in modules():
        if room == "rules" or path.name == "guarded.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                keywords = {keyword.arg for keyword in node.keywords}
                assert not (
                    node.func.attr == "move" and keywords & {"status", "state", "goes_live_at"}
                ), f"{path}:{node.lineno} moves a status past the rules"


def test_modules_say_what_they_are_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path, _, tree in modules()
        if tree.body and not ast.get_docstring(tree)
    ]
    assert [path for path in silent if "migrations/0001" not in path] == []
