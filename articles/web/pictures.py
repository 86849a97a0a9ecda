"""Pictures of the record as templates read them: their public copies, crops and frames."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Tone:
    """A patch of what stands in for a picture on its way: column, row, colour."""

    x: int
    y: int
    colour: str


TONES_ACROSS = 4


@dataclass(frozen=True)
class Picture:
    """A picture of a story, or a crop of one: its public copies by width in pixels."""

    name: str
    width: int
    height: int
    widths: tuple[int, ...]
    caption: str
    credit: str
    alt: str
    base: str  # address of the folder the copies are served from
    formats: tuple[str, ...] = ("webp", "jpg")
    tones: str = ""
    focal: tuple[int, int] = (50, 50)  # what matters, percent from the left and from the top
    description: str = ""
    group: int | None = None  # pictures with the same number are a group with one caption
    crops: dict[str, "Picture"] = field(default_factory=dict)

    def source(self, width: int, extension: str) -> str:
        return f"{self.base}{self.name}-{width}.{extension}"

    def srcset(self, extension: str) -> str:
        """Empty where there are no copies in that format."""
        if extension not in self.formats:
            return ""
        return ", ".join(f"{self.source(width, extension)} {width}w" for width in self.widths)

    @property
    def avif(self) -> str:
        return self.srcset("avif")

    @property
    def webp(self) -> str:
        return self.srcset("webp")

    @property
    def jpeg(self) -> str:
        return self.srcset("jpg")

    @property
    def plain(self) -> str:
        """One copy for browsers that know no srcset, and for machines."""
        return self.source(self.widths[-1], "jpg")

    @property
    def is_portrait(self) -> bool:
        return self.height > self.width

    @property
    def focus(self) -> str:
        """Where a frame of another shape is put over it, as classes: by tens of percent."""
        across, down = (round(part / 10) * 10 for part in self.focal)
        return f"fx{across} fy{down}" if (across, down) != (50, 50) else ""

    @property
    def lead(self) -> "Picture":
        """As the lead of a page: cropped by hand, or whole."""
        return self.crops.get("lead", self)

    @property
    def square(self) -> "Picture":
        """Square, for lists; whole where the record has no square."""
        return self.crops.get("square", self)

    @property
    def share(self) -> "Picture":
        """For the card of a shared link, 1.91 to 1."""
        return self.crops.get("share", self)

    @property
    def placeholder(self) -> list[Tone]:
        """Twelve patches of colour, four across, that stand in while the picture is on its way."""
        colours = [self.tones[at : at + 6] for at in range(0, len(self.tones), 6)]
        return [
            Tone(at % TONES_ACROSS, at // TONES_ACROSS, f"#{colour}")
            for at, colour in enumerate(colours)
        ]


@dataclass(frozen=True)
class Figure:
    """Pictures that stand together under one caption: nearly always one of them."""

    pictures: tuple[Picture, ...]

    @property
    def first(self) -> Picture:
        return self.pictures[0]

    @property
    def is_group(self) -> bool:
        return len(self.pictures) > 1

    @property
    def layout(self) -> str:
        """A class that says how many there are, as far as it matters to where they stand."""
        return f"n{len(self.pictures)}" if len(self.pictures) <= 4 else "many"

    @property
    def caption(self) -> str:
        return next((one.caption for one in self.pictures if one.caption), "")

    @property
    def credit(self) -> str:
        """Everybody's credit, once."""
        return " · ".join(dict.fromkeys(one.credit for one in self.pictures if one.credit))


def figures_of(pictures: Iterable[Picture]) -> list[Figure]:
    """A story's pictures as they stand on the page: those of a group together."""
    figures: list[Figure] = []
    for picture in pictures:
        last = figures[-1].first.group if figures else None
        if picture.group is not None and picture.group == last:
            figures[-1] = Figure((*figures[-1].pictures, picture))
        else:
            figures.append(Figure((picture,)))
    return figures


def picture_of(photo: dict[str, Any], base: str) -> Picture:
    """A picture from a payload of any schema."""
    words = {
        "caption": photo.get("caption", ""),
        "credit": photo.get("credit", ""),
        "alt": photo.get("alt", ""),
        "base": base,
    }
    return Picture(
        **_copies(photo),
        **words,
        tones=photo.get("tones", ""),
        focal=tuple(photo.get("focal", (50, 50))),
        description=photo.get("description", ""),
        group=photo.get("group"),
        crops={
            use: Picture(**_copies(crop), **words, tones=photo.get("tones", ""))
            for use, crop in photo.get("crops", {}).items()
        },
    )


def _copies(photo: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": photo["name"],
        "width": photo["width"],
        "height": photo["height"],
        "widths": tuple(photo.get("widths") or (photo["width"],)),
        "formats": tuple(photo.get("formats") or ("webp", "jpg")),
    }
