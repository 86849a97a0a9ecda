"""What the demo drawings are put together from. All measures are parts of the sheet, 0 to 1."""

import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from articles.demo.palette import Colour, Palette, mix


class Sheet:
    """A sheet to draw on, twice as large as the print, so that edges come out smooth."""

    def __init__(self, width: int, height: int, palette: Palette, seed: int) -> None:
        self.size = (width, height)
        self.image = Image.new("RGB", (width * 2, height * 2), palette.sky_low)
        self.pen = ImageDraw.Draw(self.image)
        self.w, self.h = self.image.size
        self.palette = palette
        self.chance = random.Random(seed)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return x * self.w, y * self.h

    def shape(self, points: list[tuple[float, float]], colour: Colour) -> None:
        self.pen.polygon([self.at(x, y) for x, y in points], fill=colour)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        self.pen.rectangle([*self.at(x, y), *self.at(x + width, y + height)], fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A disc; `radius` is a part of the sheet's height."""
        cx, cy = self.at(x, y)
        r = radius * self.h
        self.pen.ellipse([cx - r, cy - r, cx + r, cy + r], fill=colour)

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float) -> None:
        """A line; `width` is a part of the sheet's height."""
        self.pen.line(
            [self.at(x, y) for x, y in points],
            fill=colour,
            width=max(2, round(width * self.h)),
            joint="curve",
        )

    def gradient(self, top: float, low: float, above: Colour, below: Colour) -> None:
        y0, y1 = round(top * self.h), round(low * self.h)
        ramp = Image.linear_gradient("L").resize((self.w, max(1, y1 - y0)))
        band = Image.composite(
            Image.new("RGB", ramp.size, below), Image.new("RGB", ramp.size, above), ramp
        )
        self.image.paste(band, (0, y0))

    def printed(self) -> Image.Image:
        """The finished print, at its size, with a little grain of paper."""
        small = self.image.resize(self.size, Image.Resampling.LANCZOS)
        half = (self.size[0] // 2, self.size[1] // 2)
        specks = Image.frombytes("L", half, self.chance.randbytes(half[0] * half[1]))
        noise = Image.blend(Image.new("L", half, 128), specks, 0.2).resize(self.size)
        grain = Image.merge("RGB", [noise] * 3)
        return Image.blend(small, ImageChops.overlay(small, grain), 0.35)


def sky(sheet: Sheet, horizon: float, *, sun: bool = True) -> None:
    p, chance = sheet.palette, sheet.chance
    sheet.gradient(0, horizon, p.sky_top, p.sky_low)
    if sun:
        sheet.disc(chance.uniform(0.2, 0.8), horizon * chance.uniform(0.35, 0.75), 0.085, p.sun)
    for _ in range(chance.randint(2, 4)):
        cloud(sheet, chance.uniform(0, 0.9), chance.uniform(0.06, horizon * 0.6))


def cloud(sheet: Sheet, x: float, y: float) -> None:
    colour = mix(sheet.palette.sky_low, sheet.palette.light, 0.55)
    length = sheet.chance.uniform(0.12, 0.3)
    for row in range(3):
        inset = row * length * 0.14
        top = y + row * 0.014
        radius = 0.007 * sheet.h
        left, upper = sheet.at(x + inset, top)
        right, lower = sheet.at(x + length - inset * 0.6, top + 0.011)
        sheet.pen.rounded_rectangle([left, upper, right, lower], radius=radius, fill=colour)


def hills(sheet: Sheet, base: float, height: float, colour: Colour, bumps: float = 2.0) -> None:
    shift = sheet.chance.uniform(0, 7)
    points = [(0.0, base)]
    for step in range(81):
        x = step / 80
        wave = math.sin(x * bumps * math.pi + shift) + 0.45 * math.sin(x * bumps * 5.3 + shift * 2)
        points.append((x, base - height * (0.55 + 0.4 * wave)))
    points.append((1.0, base))
    sheet.shape(points, colour)


def water(sheet: Sheet, horizon: float, *, glints: int = 60) -> None:
    p, chance = sheet.palette, sheet.chance
    sheet.gradient(horizon, 1, mix(p.water, p.sky_low, 0.45), mix(p.water, p.near, 0.35))
    for _ in range(glints):
        depth = chance.random() ** 0.7
        y = horizon + (1 - horizon) * depth
        length = 0.01 + 0.09 * depth * chance.random()
        x = min(1.0, max(-0.02, chance.gauss(0.5, 0.32)))
        colour = mix(p.water, p.glint, 0.35 + 0.4 * (1 - depth))
        sheet.line([(x, y), (x + length, y)], colour, 0.0018 + 0.003 * depth)


def boat(sheet: Sheet, x: float, y: float, scale: float, colour: Colour) -> None:
    """A fishing boat at anchor: hull, cabin, mast, and its shadow on the water."""
    p = sheet.palette
    s = scale
    sheet.shape(
        [(x - s, y - 0.32 * s), (x + s * 1.1, y - 0.4 * s), (x + s * 0.8, y), (x - s * 0.8, y)],
        colour,
    )
    sheet.box(x - s * 0.98, y - 0.36 * s, s * 1.95, 0.05 * s, p.light)
    sheet.box(x - s * 0.55, y - 0.85 * s, s * 0.6, 0.5 * s, p.light)
    for window in range(3):
        sheet.box(x - s * (0.47 - 0.19 * window), y - 0.74 * s, s * 0.11, 0.17 * s, p.near)
    sheet.line([(x + s * 0.35, y - 0.38 * s), (x + s * 0.35, y - 1.9 * s)], p.near, 0.05 * s)
    sheet.line([(x + s * 0.35, y - 1.8 * s), (x - s * 0.6, y - 0.86 * s)], p.near, 0.018 * s)
    sheet.line([(x + s * 0.35, y - 1.8 * s), (x + s * 1.08, y - 0.42 * s)], p.near, 0.018 * s)
    sheet.shape(
        [
            (x + s * 0.37, y - 1.86 * s),
            (x + s * 0.72, y - 1.78 * s),
            (x + s * 0.37, y - 1.64 * s),
        ],
        p.accent,
    )
    for row in range(4):
        inset = row * 0.16 * s
        level = y + 0.05 * s + row * 0.09 * s
        sheet.line(
            [(x - s * 0.8 + inset, level), (x + s * 0.75 - inset, level)],
            mix(p.water, p.near, 0.6),
            0.028 * s,
        )


def house(
    sheet: Sheet,
    x: float,
    base: float,
    width: float,
    height: float,
    *,
    wall: Colour,
    roof: Colour | None = None,
    lit: float = 0.3,
) -> None:
    """A house front with rows of windows, some of them lit; a pitched roof if one is given."""
    p, chance = sheet.palette, sheet.chance
    sheet.box(x, base - height, width, height, wall)
    if roof:
        sheet.shape(
            [
                (x - width * 0.08, base - height),
                (x + width * 0.12, base - height - 0.05),
                (x + width * 0.88, base - height - 0.05),
                (x + width * 1.08, base - height),
            ],
            roof,
        )
    columns = max(2, round(width / 0.028))
    rows = max(1, round(height / 0.075))
    for row in range(rows):
        for column in range(columns):
            colour = p.glint if chance.random() < lit else mix(wall, p.near, 0.45)
            sheet.box(
                x + width * (column + 0.28) / columns,
                base - height + height * (row + 0.25) / rows,
                width * 0.44 / columns,
                height * 0.42 / rows,
                colour,
            )


def street(sheet: Sheet, base: float, tallest: float, *, roofs: bool, lit: float) -> None:
    """A row of houses from edge to edge."""
    p, chance = sheet.palette, sheet.chance
    x = -0.03
    while x < 1:
        width = chance.uniform(0.07, 0.14)
        height = tallest * chance.uniform(0.5, 1)
        wall = mix(chance.choice((p.middle, p.far, p.light)), p.near, chance.uniform(0.05, 0.3))
        roof = mix(p.accent, p.near, chance.uniform(0.1, 0.5)) if roofs else None
        house(sheet, x, base, width, height, wall=wall, roof=roof, lit=lit)
        x += width + chance.choice((0, 0, 0.008))


def person(
    sheet: Sheet, x: float, base: float, height: float, colour: Colour, *, walking: bool = False
) -> None:
    """A small figure standing on `base`, `height` tall."""
    h, ratio = height, sheet.h / sheet.w
    w = h * 0.145 * ratio
    sheet.disc(x, base - h * 0.88, h * 0.105, colour)
    sheet.shape(
        [
            (x - w * 0.85, base - h * 0.74),
            (x + w * 0.85, base - h * 0.74),
            (x + w * 1.05, base - h * 0.34),
            (x - w * 1.05, base - h * 0.34),
        ],
        colour,
    )
    spread = w * (1.25 if walking else 0.45)
    for side in (-1, 1):
        sheet.line(
            [(x + side * w * 0.4, base - h * 0.4), (x + side * spread, base)], colour, h * 0.085
        )
        sheet.line(
            [(x + side * w * 0.8, base - h * 0.7), (x + side * w * 1.3, base - h * 0.42)],
            colour,
            h * 0.06,
        )


def tree(sheet: Sheet, x: float, base: float, height: float, colour: Colour) -> None:
    sheet.line([(x, base), (x, base - height * 0.6)], mix(colour, (40, 30, 25), 0.6), height * 0.05)
    for _ in range(9):
        sheet.disc(
            x + sheet.chance.uniform(-0.28, 0.28) * height * sheet.h / sheet.w,
            base - height * sheet.chance.uniform(0.5, 0.95),
            height * sheet.chance.uniform(0.13, 0.2),
            mix(colour, sheet.palette.light, sheet.chance.uniform(0, 0.18)),
        )


def lantern(sheet: Sheet, x: float, y: float, radius: float) -> None:
    """A lit lamp with its glow."""
    p = sheet.palette
    glow = Image.new("L", sheet.image.size, 0)
    cx, cy = sheet.at(x, y)
    r = radius * sheet.h * 3.2
    ImageDraw.Draw(glow).ellipse([cx - r, cy - r, cx + r, cy + r], fill=90)
    box = [round(v) for v in (cx - 2 * r, cy - 2 * r, cx + 2 * r, cy + 2 * r)]
    left, top = max(0, box[0]), max(0, box[1])
    right, low = min(sheet.w, box[2]), min(sheet.h, box[3])
    if right > left and low > top:
        mask = glow.crop((left, top, right, low)).filter(ImageFilter.GaussianBlur(r * 0.4))
        sheet.image.paste(Image.new("RGB", mask.size, p.light), (left, top), mask)
    sheet.disc(x, y, radius, p.glint)


def awning(sheet: Sheet, x: float, y: float, width: float, colour: Colour) -> None:
    """A striped awning with scallops, as over a market stall."""
    stripes = 8
    for number in range(stripes):
        left = x + width * number / stripes
        fill = colour if number % 2 else sheet.palette.light
        sheet.shape(
            [
                (left + width * 0.02, y),
                (left + width / stripes + width * 0.02, y),
                (left + width / stripes, y + 0.075),
                (left, y + 0.075),
            ],
            fill,
        )
        sheet.disc(left + width / stripes / 2, y + 0.075, width / stripes * 0.75, fill)
