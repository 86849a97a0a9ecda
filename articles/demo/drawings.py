"""The demo papers' "photographs", drawn by code in the manner of a screen print.

`jpeg(scene, seed)` gives the same bytes for the same seed; another seed, another hour and place.
"""

import math
import random
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from articles.demo import palette as inks
from articles.demo.elements import (
    Sheet,
    awning,
    boat,
    hills,
    house,
    lantern,
    person,
    sky,
    street,
    tree,
    water,
)
from articles.demo.palette import Palette, mix

Scene = Callable[[Sheet], None]
WIDE = (1600, 1067)


def _bay(sheet: Sheet, horizon: float = 0.52) -> None:
    p = sheet.palette
    sky(sheet, horizon)
    hills(sheet, horizon + 0.004, 0.13, mix(p.far, p.sky_low, 0.35), 1.6)
    hills(sheet, horizon + 0.004, 0.07, p.far, 2.6)
    water(sheet, horizon)


def harbour_dawn(sheet: Sheet) -> None:
    _bay(sheet)
    p = sheet.palette
    for x, y, scale in ((0.78, 0.6, 0.035), (0.28, 0.66, 0.055), (0.62, 0.8, 0.1)):
        boat(sheet, x + sheet.chance.uniform(-0.05, 0.05), y, scale, mix(p.near, p.accent, 0.15))
    sheet.box(0, 0.9, 1, 0.1, p.near)
    for x in (0.08, 0.3, 0.52, 0.74, 0.96):
        sheet.box(x - 0.008, 0.86, 0.016, 0.06, mix(p.near, p.light, 0.15))


def fishing_boats(sheet: Sheet) -> None:
    _bay(sheet, 0.45)
    p = sheet.palette
    hulls = [p.accent, mix(p.near, p.water, 0.2), mix(p.accent, p.near, 0.5)]
    for number, (x, y, scale) in enumerate(
        (
            (0.85, 0.53, 0.03),
            (0.14, 0.56, 0.04),
            (0.5, 0.6, 0.05),
            (0.78, 0.74, 0.09),
            (0.3, 0.86, 0.14),
        )
    ):
        boat(sheet, x + sheet.chance.uniform(-0.04, 0.04), y, scale, hulls[number % 3])


def lighthouse(sheet: Sheet) -> None:
    _bay(sheet, 0.62)
    p = sheet.palette
    x = sheet.chance.choice((0.3, 0.68))
    sheet.shape([(x - 0.4, 0.72), (x - 0.16, 0.56), (x + 0.14, 0.55), (x + 0.42, 0.72)], p.near)
    hills(sheet, 0.76, 0.06, p.near, 3)
    for band in range(6):
        top, low = 0.18 + band * 0.065, 0.18 + (band + 1) * 0.065
        half, lower = 0.026 + band * 0.0035, 0.026 + (band + 1) * 0.0035
        sheet.shape(
            [(x - half, top), (x + half, top), (x + lower, low), (x - lower, low)],
            p.accent if band % 2 else p.light,
        )
    sheet.box(x - 0.034, 0.165, 0.068, 0.018, p.near)
    sheet.box(x - 0.02, 0.115, 0.04, 0.05, p.glint)
    sheet.shape([(x - 0.026, 0.115), (x, 0.075), (x + 0.026, 0.115)], p.accent)
    lantern(sheet, x, 0.14, 0.012)
    house(sheet, x + 0.06, 0.575, 0.09, 0.07, wall=p.light, roof=p.accent, lit=0.4)


def tidal_flat(sheet: Sheet) -> None:
    p = sheet.palette
    sky(sheet, 0.42)
    hills(sheet, 0.424, 0.06, p.far, 2)
    sheet.gradient(0.42, 1, mix(p.water, p.sky_low, 0.5), mix(p.near, p.middle, 0.4))
    for row in range(16):
        y = 0.45 + 0.55 * (row / 16) ** 1.3
        shift = sheet.chance.uniform(0, 6)
        points = [
            (x / 40, y + 0.008 * (1 + row / 6) * math.sin(x / 3.2 + shift)) for x in range(41)
        ]
        sheet.line(points, mix(p.water, p.glint, 0.5), 0.003 + row * 0.0006)
    for x, y, size in (
        (0.2, 0.62, 0.09),
        (0.27, 0.64, 0.1),
        (0.66, 0.75, 0.16),
        (0.83, 0.55, 0.06),
    ):
        person(sheet, x + sheet.chance.uniform(-0.03, 0.03), y, size, p.near, walking=True)
        sheet.disc(x + 0.03, y - size * 0.12, size * 0.12, mix(p.accent, p.near, 0.2))


def seafood_market(sheet: Sheet) -> None:
    p = sheet.palette
    sky(sheet, 0.4, sun=False)
    street(sheet, 0.62, 0.42, roofs=True, lit=0.25)
    sheet.box(0, 0.62, 1, 0.38, mix(p.middle, p.light, 0.35))
    for number in range(3):
        x = 0.02 + number * 0.335 + sheet.chance.uniform(-0.01, 0.01)
        sheet.box(x + 0.02, 0.5, 0.008, 0.24, p.near)
        sheet.box(x + 0.27, 0.5, 0.008, 0.24, p.near)
        sheet.box(x + 0.005, 0.72, 0.29, 0.1, mix(p.near, p.accent, 0.25))
        for item in range(22):
            sheet.disc(
                x + 0.02 + 0.26 * (item % 11) / 10,
                0.705 - 0.02 * (item // 11),
                0.017,
                sheet.chance.choice((p.water, p.far, p.glint, mix(p.accent, p.light, 0.4))),
            )
        awning(sheet, x, 0.42, 0.3, p.accent if number % 2 else mix(p.middle, p.near, 0.3))
    for x in (0.18, 0.44, 0.6, 0.86):
        person(sheet, x + sheet.chance.uniform(-0.03, 0.03), 0.93, 0.3, p.near, walking=True)


def old_street(sheet: Sheet) -> None:
    p = sheet.palette
    sky(sheet, 0.5)
    for side in (-1, 1):
        for depth in range(5, 0, -1):
            near = 0.5 + side * (0.08 + 0.1 * depth)
            wide = 0.1
            top = 0.52 - 0.075 * depth
            wall = mix(p.light, p.near, 0.12 + 0.09 * ((depth * 7) % 3))
            left = near - wide if side < 0 else near
            house(
                sheet,
                left,
                0.66 + 0.055 * depth,
                wide,
                0.14 + 0.13 * depth,
                wall=wall,
                roof=mix(p.accent, p.near, 0.35),
                lit=0.35,
            )
            lantern(sheet, near - side * 0.012, top + 0.16, 0.009 + 0.0025 * depth)
    sheet.shape([(0.42, 0.66), (0.58, 0.66), (1.05, 1), (-0.05, 1)], mix(p.middle, p.light, 0.3))
    for row in range(7):
        y = 0.7 + 0.3 * (row / 7) ** 1.2
        sheet.line([(0.5 - (y - 0.5), y), (0.5 + (y - 0.5), y)], mix(p.middle, p.near, 0.3), 0.002)
    for x, y, size in ((0.48, 0.74, 0.12), (0.55, 0.8, 0.17), (0.42, 0.9, 0.25)):
        person(sheet, x, y, size, p.near, walking=True)


def library(sheet: Sheet) -> None:
    p = sheet.palette
    sheet.gradient(0, 1, mix(p.light, p.glint, 0.3), mix(p.middle, p.light, 0.4))
    for column in range(4):
        x = 0.03 + column * 0.25
        sheet.box(x, 0.08, 0.21, 0.68, mix(p.near, p.accent, 0.25))
        for shelf in range(5):
            y = 0.1 + shelf * 0.13
            sheet.box(x + 0.008, y, 0.194, 0.115, mix(p.near, p.middle, 0.25))
            book = x + 0.012
            while book < x + 0.19:
                width = sheet.chance.uniform(0.006, 0.014)
                tall = sheet.chance.uniform(0.07, 0.105)
                colour = sheet.chance.choice((p.accent, p.far, p.glint, p.water, p.light, p.middle))
                sheet.box(book, y + 0.115 - tall, width, tall, mix(colour, p.near, 0.12))
                book += width + 0.002
    sheet.box(0, 0.76, 1, 0.24, mix(p.glint, p.near, 0.5))
    for x in (0.2, 0.52, 0.8):
        person(sheet, x + sheet.chance.uniform(-0.04, 0.04), 0.95, 0.34, p.near)
    for x in (0.14, 0.5, 0.86):
        sheet.line([(x, 0), (x, 0.12)], p.near, 0.004)
        lantern(sheet, x, 0.14, 0.024)


def classroom(sheet: Sheet) -> None:
    p = sheet.palette
    sheet.gradient(0, 1, mix(p.light, p.sky_low, 0.3), mix(p.light, p.glint, 0.35))
    for window in range(3):
        x = 0.62 + window * 0.13
        sheet.box(x, 0.12, 0.11, 0.3, mix(p.sky_top, p.light, 0.35))
        sheet.box(x + 0.052, 0.12, 0.006, 0.3, p.light)
    sheet.box(0.06, 0.12, 0.48, 0.3, mix(p.near, p.middle, 0.35))
    for row in range(3):
        start = 0.1
        for _ in range(6):
            length = sheet.chance.uniform(0.02, 0.07)
            sheet.line(
                [(start, 0.19 + row * 0.08), (start + length, 0.19 + row * 0.08)], p.light, 0.006
            )
            start += length + 0.015
    person(sheet, 0.57, 0.62, 0.38, mix(p.accent, p.near, 0.3))
    for row in range(3):
        for seat in range(6 - row % 2):
            x = 0.1 + seat * 0.165 + (row % 2) * 0.08
            y = 0.7 + row * 0.13
            sheet.disc(x, y - 0.07, 0.035 + row * 0.006, p.near)
            sheet.box(
                x - 0.03, y - 0.04, 0.06, 0.08, sheet.chance.choice((p.accent, p.water, p.far))
            )
            sheet.box(x - 0.055, y, 0.11, 0.022, mix(p.glint, p.near, 0.35))


def bridge(sheet: Sheet) -> None:
    _bay(sheet, 0.56)
    p = sheet.palette
    deck = 0.57
    for tower in (0.3, 0.7):
        sheet.shape(
            [
                (tower - 0.012, 0.18),
                (tower + 0.012, 0.18),
                (tower + 0.026, 0.78),
                (tower - 0.026, 0.78),
            ],
            p.near,
        )
        for cable in range(1, 12):
            for side in (-1, 1):
                sheet.line(
                    [(tower, 0.2 + cable * 0.012), (tower + side * cable * 0.026, deck)],
                    mix(p.near, p.light, 0.2),
                    0.0022,
                )
    sheet.box(-0.01, deck, 1.02, 0.022, p.near)
    sheet.box(-0.01, deck - 0.008, 1.02, 0.006, p.accent)
    for _ in range(9):
        sheet.box(
            sheet.chance.random(),
            deck - 0.022,
            0.022,
            0.014,
            sheet.chance.choice((p.light, p.accent)),
        )
    boat(sheet, 0.5, 0.86, 0.07, mix(p.near, p.accent, 0.3))


def night_town(sheet: Sheet) -> None:
    p = sheet.palette
    sky(sheet, 0.6)
    for _ in range(90):
        sheet.disc(sheet.chance.random(), sheet.chance.uniform(0, 0.4), 0.0016, p.light)
    street(sheet, 0.66, 0.42, roofs=False, lit=0.55)
    water(sheet, 0.66, glints=220)


def storm_sea(sheet: Sheet) -> None:
    p = sheet.palette
    sky(sheet, 0.4, sun=False)
    for row in range(7):
        y = 0.38 + row * 0.1
        shift = sheet.chance.uniform(0, 6)
        crest = [
            (
                x / 60,
                y
                + (0.012 + row * 0.007)
                * (math.sin(x / (4 - row * 0.3) + shift) + 0.4 * math.sin(x / 1.7)),
            )
            for x in range(61)
        ]
        sheet.shape([(0, 1), *crest, (1, 1)], mix(p.water, p.near, row / 8))
        sheet.line(crest, mix(p.glint, p.water, 0.25), 0.004 + row * 0.0016)
    for _ in range(160):
        x, y = sheet.chance.random(), sheet.chance.random()
        sheet.line([(x, y), (x - 0.012, y + 0.035)], mix(p.light, p.sky_low, 0.5), 0.0014)


def wind_farm(sheet: Sheet) -> None:
    _bay(sheet, 0.58)
    p = sheet.palette
    for x, base, tall in (
        (0.9, 0.6, 0.2),
        (0.12, 0.62, 0.26),
        (0.72, 0.66, 0.34),
        (0.34, 0.74, 0.5),
    ):
        hub = base - tall
        sheet.line([(x, base), (x, hub)], p.light, 0.012 * tall / 0.4)
        turn = sheet.chance.uniform(0, 2)
        for blade in range(3):
            angle = turn + blade * 2 * math.pi / 3
            reach = tall * 0.55
            tip = (x + math.cos(angle) * reach * sheet.h / sheet.w, hub + math.sin(angle) * reach)
            sheet.line([(x, hub), tip], p.light, 0.01 * tall / 0.4)
        sheet.disc(x, hub, 0.008, p.accent)


def _pitch(sheet: Sheet, field: inks.Colour) -> None:
    p = sheet.palette
    sky(sheet, 0.34)
    sheet.box(0, 0.26, 1, 0.14, mix(p.far, p.near, 0.25))
    for _ in range(420):
        sheet.disc(
            sheet.chance.random(),
            sheet.chance.uniform(0.27, 0.4),
            0.0065,
            sheet.chance.choice((p.light, p.accent, p.glint, p.water)),
        )
    sheet.gradient(0.4, 1, mix(field, p.light, 0.15), mix(field, p.near, 0.25))


def running_track(sheet: Sheet) -> None:
    p = sheet.palette
    _pitch(sheet, mix(p.accent, p.near, 0.15))
    for lane in range(7):
        sheet.line([(-0.1 + lane * 0.22, 1), (0.33 + lane * 0.06, 0.4)], p.light, 0.005)
    for x, y, size in ((0.36, 0.62, 0.2), (0.5, 0.72, 0.27), (0.66, 0.86, 0.36)):
        person(sheet, x, y, size, p.near, walking=True)


def football_pitch(sheet: Sheet) -> None:
    p = sheet.palette
    _pitch(sheet, mix((70, 130, 84), p.near, 0.1))
    for band in range(0, 6, 2):
        y = 0.4 + band * 0.1
        sheet.box(0, y, 1, 0.1, mix((78, 140, 90), p.near, 0.08))
    sheet.line([(0.18, 0.44), (0.82, 0.44)], p.light, 0.006)
    sheet.line([(0.38, 0.44), (0.38, 0.31), (0.62, 0.31), (0.62, 0.44)], p.light, 0.01)
    for x, y, size, ours in (
        (0.26, 0.68, 0.24, True),
        (0.42, 0.6, 0.19, False),
        (0.55, 0.8, 0.3, True),
        (0.76, 0.66, 0.23, False),
    ):
        person(
            sheet, x, y, size, mix((32, 72, 140), p.near, 0.1) if ours else p.accent, walking=True
        )
    sheet.disc(0.63, 0.82, 0.018, p.light)


def dragon_boat(sheet: Sheet) -> None:
    _bay(sheet, 0.4)
    p = sheet.palette
    for y, scale, colour in ((0.58, 0.7, p.accent), (0.8, 1.0, mix(p.near, p.glint, 0.3))):
        x0 = 0.5 - 0.4 * scale + sheet.chance.uniform(-0.05, 0.05)
        length = 0.8 * scale
        sheet.shape(
            [
                (x0, y - 0.07 * scale),
                (x0 + 0.05 * scale, y),
                (x0 + length - 0.06 * scale, y),
                (x0 + length, y - 0.1 * scale),
                (x0 + length * 0.95, y - 0.03 * scale),
                (x0 + length * 0.07, y - 0.03 * scale),
            ],
            colour,
        )
        for rower in range(9):
            x = x0 + length * (0.14 + rower * 0.08)
            sheet.disc(x, y - 0.105 * scale, 0.018 * scale, p.near)
            sheet.shape(
                [
                    (x - 0.014 * scale, y - 0.03 * scale),
                    (x - 0.005, y - 0.09 * scale),
                    (x + 0.016 * scale, y - 0.085 * scale),
                    (x + 0.014 * scale, y - 0.03 * scale),
                ],
                p.light,
            )
            sheet.line(
                [(x + 0.01, y - 0.07 * scale), (x + 0.035 * scale, y + 0.03 * scale)],
                p.near,
                0.006 * scale,
            )


def noodle_stall(sheet: Sheet) -> None:
    p = sheet.palette
    sheet.gradient(0, 1, mix(p.near, p.middle, 0.4), p.near)
    awning(sheet, 0.08, 0.16, 0.84, p.accent)
    sheet.box(0.1, 0.62, 0.8, 0.24, mix(p.glint, p.near, 0.45))
    sheet.box(0.08, 0.6, 0.84, 0.03, mix(p.glint, p.light, 0.2))
    person(sheet, 0.5, 0.66, 0.36, p.light)
    for x in (0.26, 0.42, 0.6, 0.76):
        sheet.disc(x, 0.585, 0.03, p.light)
        sheet.box(x - 0.022, 0.55, 0.044, 0.036, mix(p.glint, p.near, 0.45))
        for wisp in range(3):
            points = [
                (x - 0.012 + wisp * 0.012 + 0.006 * math.sin(s / 2 + wisp), 0.54 - s * 0.016)
                for s in range(8)
            ]
            sheet.line(points, mix(p.light, p.near, 0.45), 0.003)
    for x in (0.2, 0.5, 0.8):
        lantern(sheet, x, 0.31, 0.022)
    for x in (0.28, 0.68):
        person(sheet, x, 0.98, 0.36, mix(p.near, p.far, 0.3))


def bus_stop(sheet: Sheet) -> None:
    p = sheet.palette
    sky(sheet, 0.6)
    street(sheet, 0.64, 0.4, roofs=False, lit=0.3)
    sheet.box(0, 0.64, 1, 0.36, mix(p.middle, p.near, 0.4))
    sheet.box(0.36, 0.5, 0.5, 0.22, p.accent)
    sheet.box(0.36, 0.66, 0.5, 0.06, mix(p.accent, p.near, 0.4))
    for window in range(6):
        sheet.box(0.385 + window * 0.078, 0.53, 0.062, 0.08, mix(p.sky_top, p.light, 0.5))
    for wheel in (0.45, 0.76):
        sheet.disc(wheel, 0.725, 0.038, p.near)
        sheet.disc(wheel, 0.725, 0.016, p.light)
    sheet.box(0.14, 0.42, 0.008, 0.42, p.near)
    sheet.disc(0.144, 0.41, 0.035, p.light)
    for x in (0.2, 0.25, 0.31):
        person(sheet, x, 0.86, 0.27, p.near)


def orchard_hills(sheet: Sheet) -> None:
    p = sheet.palette
    sky(sheet, 0.5)
    hills(sheet, 0.56, 0.22, p.far, 1.5)
    hills(sheet, 0.7, 0.2, p.middle, 2.2)
    sheet.gradient(0.66, 1, mix(p.middle, p.light, 0.2), mix(p.near, p.middle, 0.5))
    for row in range(4):
        y = 0.7 + row * 0.08
        for number in range(9 - row):
            x = 0.04 + number * (0.115 + row * 0.02) + sheet.chance.uniform(-0.015, 0.015)
            tree(sheet, x, y, 0.11 + row * 0.03, mix((72, 112, 66), p.near, 0.25))
            for _ in range(4):
                sheet.disc(
                    x + sheet.chance.uniform(-0.02, 0.02),
                    y - 0.08 - row * 0.02 + sheet.chance.uniform(-0.02, 0.02),
                    0.007,
                    p.accent,
                )


def _front(sheet: Sheet, *, pillars: int, sign: bool) -> None:
    p = sheet.palette
    sky(sheet, 0.7)
    house(sheet, 0.12, 0.76, 0.76, 0.42, wall=mix(p.light, p.far, 0.15), lit=0.15)
    sheet.box(0.36, 0.28, 0.28, 0.48, p.light)
    if pillars:
        sheet.shape([(0.34, 0.3), (0.5, 0.2), (0.66, 0.3)], mix(p.light, p.near, 0.2))
        for number in range(pillars):
            sheet.box(
                0.375 + number * 0.25 / (pillars - 1) - 0.009,
                0.31,
                0.018,
                0.45,
                mix(p.light, p.near, 0.12),
            )
    if sign:
        sheet.box(0.475, 0.33, 0.05, 0.018, p.accent)
        sheet.box(0.4935, 0.305, 0.013, 0.068, p.accent)
    sheet.box(0.45, 0.6, 0.1, 0.16, mix(p.near, p.water, 0.4))
    sheet.gradient(0.76, 1, mix(p.middle, p.light, 0.5), mix(p.middle, p.near, 0.2))
    for x in (0.06, 0.94):
        tree(sheet, x, 0.8, 0.3, mix((66, 104, 70), p.near, 0.2))
    for x, size in ((0.3, 0.17), (0.42, 0.2), (0.62, 0.18), (0.72, 0.22)):
        person(sheet, x + sheet.chance.uniform(-0.03, 0.03), 0.9, size, p.near, walking=True)


def clinic(sheet: Sheet) -> None:
    _front(sheet, pillars=0, sign=True)


def town_hall(sheet: Sheet) -> None:
    _front(sheet, pillars=6, sign=False)


def concert_stage(sheet: Sheet) -> None:
    p = sheet.palette
    sheet.gradient(0, 1, mix(p.near, p.accent, 0.2), p.near)
    for number in range(5):
        x = 0.1 + number * 0.2
        sheet.shape(
            [
                (x, 0),
                (x + 0.02, 0),
                (x + 0.16 - number * 0.04, 0.66),
                (x - 0.1 - number * 0.02 + 0.04, 0.66),
            ],
            mix(p.near, sheet.chance.choice((p.glint, p.accent, p.water)), 0.42),
        )
    sheet.box(0, 0.66, 1, 0.08, mix(p.near, p.light, 0.2))
    for x in (0.3, 0.42, 0.54, 0.68):
        person(sheet, x, 0.68, 0.26, p.light)
    for number in range(34):
        x = number / 33
        sheet.disc(x, 0.92 + 0.03 * math.sin(number * 2.3), 0.05, mix(p.near, (0, 0, 0), 0.35))


def ferry(sheet: Sheet) -> None:
    _bay(sheet, 0.5)
    p = sheet.palette
    x, y = 0.2 + sheet.chance.uniform(-0.06, 0.06), 0.74
    sheet.shape([(x, y - 0.11), (x + 0.66, y - 0.11), (x + 0.6, y), (x + 0.04, y)], p.light)
    sheet.shape(
        [(x + 0.018, y - 0.045), (x + 0.627, y - 0.045), (x + 0.6, y), (x + 0.04, y)], p.accent
    )
    sheet.box(x + 0.06, y - 0.2, 0.46, 0.09, p.light)
    sheet.box(x + 0.11, y - 0.275, 0.3, 0.075, mix(p.light, p.far, 0.12))
    for row, (start, count, level) in enumerate(((0.08, 14, 0.185), (0.13, 9, 0.26))):
        for window in range(count):
            colour = p.glint if sheet.chance.random() < 0.65 else p.near
            sheet.box(x + start + window * 0.031, y - level, 0.018, 0.035 - row * 0.004, colour)
    sheet.box(x + 0.3, y - 0.36, 0.05, 0.09, p.accent)
    sheet.line([(x + 0.16, y - 0.275), (x + 0.16, y - 0.42)], p.near, 0.006)
    for row in range(5):
        sheet.line(
            [
                (x - 0.02 - row * 0.02, y + 0.012 + row * 0.02),
                (x + 0.62 - row * 0.03, y + 0.012 + row * 0.02),
            ],
            mix(p.glint, p.water, 0.3 + row * 0.12),
            0.006,
        )


def factory_floor(sheet: Sheet) -> None:
    p = sheet.palette
    sheet.gradient(0, 0.6, mix(p.light, p.far, 0.25), mix(p.far, p.light, 0.3))
    sheet.gradient(0.6, 1, mix(p.middle, p.light, 0.3), mix(p.middle, p.near, 0.3))
    for beam in range(6):
        sheet.line(
            [(beam * 0.2, 0), (0.5 + (beam - 2.5) * 0.06, 0.3)], mix(p.near, p.far, 0.4), 0.008
        )
    for number in range(4):
        x = 0.04 + number * 0.245
        sheet.box(x, 0.42, 0.19, 0.26, mix(p.near, p.water, 0.35))
        sheet.box(x + 0.02, 0.46, 0.07, 0.08, p.glint)
        sheet.disc(x + 0.14, 0.52, 0.035, p.accent)
    sheet.box(-0.01, 0.7, 1.02, 0.05, p.near)
    for item in range(12):
        sheet.box(
            0.02 + item * 0.084,
            0.655,
            0.045,
            0.045,
            sheet.chance.choice((p.light, p.glint, p.accent)),
        )
    for x in (0.22, 0.52, 0.8):
        person(sheet, x, 0.95, 0.34, mix(p.near, p.accent, 0.2))


def reading_child(sheet: Sheet) -> None:
    p = sheet.palette
    sheet.gradient(0, 1, mix(p.glint, p.light, 0.3), mix(p.light, p.sky_low, 0.4))
    sheet.box(0.1, 0.1, 0.46, 0.54, mix(p.sky_top, p.light, 0.25))
    sheet.disc(0.42, 0.26, 0.06, p.sun)
    sheet.box(0.326, 0.1, 0.01, 0.54, p.light)
    sheet.box(0, 0.72, 1, 0.28, mix(p.accent, p.near, 0.35))
    sheet.disc(0.66, 0.4, 0.1, p.near)
    sheet.shape([(0.58, 0.84), (0.6, 0.54), (0.72, 0.52), (0.77, 0.84)], p.accent)
    sheet.line([(0.62, 0.6), (0.55, 0.7), (0.5, 0.68)], p.near, 0.03)
    sheet.shape([(0.4, 0.66), (0.49, 0.7), (0.49, 0.58), (0.4, 0.54)], p.light)
    sheet.shape([(0.49, 0.7), (0.58, 0.66), (0.58, 0.54), (0.49, 0.58)], mix(p.light, p.near, 0.12))


def elder_and_chess(sheet: Sheet) -> None:
    p = sheet.palette
    sky(sheet, 0.6)
    tree(sheet, 0.5, 0.66, 0.62, mix((70, 108, 68), p.near, 0.2))
    sheet.gradient(0.62, 1, mix(p.middle, p.light, 0.4), mix(p.middle, p.near, 0.2))
    sheet.box(0.38, 0.7, 0.24, 0.03, mix(p.glint, p.near, 0.4))
    sheet.box(0.485, 0.72, 0.03, 0.16, p.near)
    for item in range(9):
        sheet.disc(0.4 + item * 0.025, 0.69, 0.011, p.accent if item % 2 else p.light)
    for x, side in ((0.31, 1), (0.69, -1)):
        sheet.disc(x + side * 0.01, 0.5, 0.05, p.near)
        sheet.shape(
            [(x - 0.05, 0.84), (x - 0.04, 0.57), (x + 0.045, 0.57), (x + 0.05, 0.84)],
            mix(p.near, p.accent, 0.3 if side > 0 else 0.05),
        )
        sheet.line([(x, 0.62), (x + side * 0.05, 0.7), (x + side * 0.1, 0.69)], p.near, 0.022)
    for x in (0.16, 0.86):
        person(sheet, x, 0.9, 0.34, mix(p.near, p.far, 0.25))


def construction_crane(sheet: Sheet) -> None:
    p = sheet.palette
    sky(sheet, 0.8)
    street(sheet, 0.86, 0.36, roofs=False, lit=0.1)
    for x, top in ((0.3, 0.14), (0.72, 0.26)):
        sheet.line([(x, 0.86), (x, top)], p.accent, 0.012)
        sheet.line([(x - 0.1, top + 0.03), (x + 0.26, top + 0.03)], p.accent, 0.01)
        sheet.line([(x, top - 0.05), (x + 0.24, top + 0.03)], p.near, 0.003)
        sheet.line([(x, top - 0.05), (x - 0.09, top + 0.03)], p.near, 0.003)
        sheet.line([(x + 0.18, top + 0.03), (x + 0.18, top + 0.24)], p.near, 0.003)
        sheet.box(x + 0.16, top + 0.24, 0.04, 0.03, p.near)
    sheet.box(0, 0.86, 1, 0.14, mix(p.near, p.middle, 0.3))


def salt_fields(sheet: Sheet) -> None:
    p = sheet.palette
    sky(sheet, 0.36)
    hills(sheet, 0.364, 0.08, p.far, 2.2)
    sheet.box(0, 0.36, 1, 0.64, mix(p.middle, p.light, 0.35))
    for row in range(5):
        top, low = 0.37 + 0.63 * (row / 5) ** 1.4, 0.37 + 0.63 * ((row + 0.88) / 5) ** 1.4
        for column in range(-4, 5):

            def x_at(c: float, y: float) -> float:
                return 0.5 + c * (0.08 + (y - 0.36) * 0.42)

            sheet.shape(
                [
                    (x_at(column, top), top),
                    (x_at(column + 0.9, top), top),
                    (x_at(column + 0.9, low), low),
                    (x_at(column, low), low),
                ],
                mix(sheet.chance.choice((p.water, p.sky_low, p.sky_top)), p.light, 0.35),
            )
    for x, y, size in ((0.24, 0.62, 0.05), (0.5, 0.74, 0.07), (0.78, 0.66, 0.055)):
        sheet.shape([(x - size, y), (x, y - size * 1.1), (x + size, y)], p.light)
        person(sheet, x + size * 1.3, y + 0.01, size * 2.2, p.near)


def seawall_walkers(sheet: Sheet) -> None:
    _bay(sheet, 0.46)
    p = sheet.palette
    sheet.shape([(0, 0.78), (1, 0.62), (1, 1), (0, 1)], mix(p.light, p.near, 0.2))
    sheet.line([(0, 0.7), (1, 0.56)], p.near, 0.008)
    for post in range(14):
        x = post / 13
        sheet.line([(x, 0.7 - 0.14 * x), (x, 0.79 - 0.165 * x)], p.near, 0.006)
    for x, size in ((0.16, 0.36), (0.24, 0.34), (0.52, 0.28), (0.74, 0.23), (0.79, 0.21)):
        person(sheet, x, 0.95 - 0.18 * x, size, p.near, walking=True)


def night_market(sheet: Sheet) -> None:
    p = sheet.palette
    sky(sheet, 0.5, sun=False)
    street(sheet, 0.58, 0.36, roofs=True, lit=0.5)
    sheet.gradient(0.56, 1, mix(p.near, p.accent, 0.2), p.near)
    for number in range(4):
        x = 0.01 + number * 0.25
        sheet.box(x + 0.01, 0.66, 0.21, 0.13, mix(p.accent, p.near, 0.5))
        awning(sheet, x, 0.46, 0.22, p.accent if number % 2 else mix(p.water, p.near, 0.3))
    for number in range(13):
        lantern(sheet, 0.04 + number * 0.077, 0.3 + 0.05 * math.sin(number * 1.1), 0.014)
    for number in range(9):
        person(
            sheet,
            0.08 + number * 0.105 + sheet.chance.uniform(-0.03, 0.03),
            0.97,
            sheet.chance.uniform(0.24, 0.34),
            mix(p.near, (0, 0, 0), 0.3),
            walking=True,
        )


def portrait(sheet: Sheet) -> None:
    p, chance = sheet.palette, sheet.chance
    sheet.gradient(0, 1, mix(p.sky_low, p.light, 0.3), mix(p.sky_top, p.sky_low, 0.4))
    sheet.disc(0.5, 0.46, 0.4, mix(p.sky_low, p.glint, 0.4))
    skin = chance.choice(((224, 182, 150), (206, 160, 126), (236, 200, 170)))
    coat = chance.choice((p.accent, p.near, p.middle, mix(p.water, p.near, 0.4)))
    hair = chance.choice(((38, 33, 34), (60, 48, 44), (150, 146, 142)))
    left = chance.choice((-1, 1)) * 0.01
    if chance.random() < 0.5:
        sheet.shape([(0.36, 0.64), (0.37, 0.3), (0.63, 0.3), (0.64, 0.64)], hair)
    sheet.box(0.46, 0.52, 0.08, 0.14, mix(skin, p.near, 0.2))
    sheet.shape(
        [(0.16, 1), (0.24, 0.74), (0.44, 0.64), (0.5, 0.7), (0.56, 0.64), (0.76, 0.74), (0.84, 1)],
        coat,
    )
    sheet.shape([(0.44, 0.64), (0.5, 0.8), (0.56, 0.64), (0.5, 0.68)], p.light)
    sheet.pen.ellipse([*sheet.at(0.395 + left, 0.22), *sheet.at(0.605 + left, 0.6)], fill=skin)
    sheet.pen.pieslice([*sheet.at(0.385, 0.17), *sheet.at(0.615, 0.52)], 180, 360, fill=hair)
    if chance.random() < 0.4:
        for eye in (0.452, 0.548):
            sheet.pen.ellipse(
                [*sheet.at(eye - 0.032 + left, 0.375), *sheet.at(eye + 0.032 + left, 0.445)],
                outline=p.near,
                width=8,
            )


SCENES: dict[str, Scene] = {
    "harbour-dawn": harbour_dawn,
    "fishing-boats": fishing_boats,
    "lighthouse": lighthouse,
    "tidal-flat": tidal_flat,
    "seafood-market": seafood_market,
    "old-street": old_street,
    "library": library,
    "classroom": classroom,
    "bridge": bridge,
    "night-town": night_town,
    "storm-sea": storm_sea,
    "wind-farm": wind_farm,
    "running-track": running_track,
    "dragon-boat": dragon_boat,
    "noodle-stall": noodle_stall,
    "bus-stop": bus_stop,
    "orchard-hills": orchard_hills,
    "clinic": clinic,
    "town-hall": town_hall,
    "concert-stage": concert_stage,
    "ferry": ferry,
    "factory-floor": factory_floor,
    "reading-child": reading_child,
    "elder-and-chess": elder_and_chess,
    "construction-crane": construction_crane,
    "salt-fields": salt_fields,
    "seawall-walkers": seawall_walkers,
    "night-market": night_market,
    "football-pitch": football_pitch,
    "portrait": portrait,
}
HOURS: dict[str, Palette] = {
    "harbour-dawn": inks.DAWN,
    "night-town": inks.NIGHT,
    "night-market": inks.NIGHT,
    "noodle-stall": inks.NIGHT,
    "concert-stage": inks.NIGHT,
    "storm-sea": inks.STORM,
}


def draw(scene: str, seed: int) -> Image.Image:
    """Draw a scene, 1600 pixels wide. Raises KeyError for a scene that is not in `SCENES`."""
    palette = HOURS.get(scene) or inks.of_day(random.Random(seed))
    sheet = Sheet(*WIDE, palette, seed)
    SCENES[scene](sheet)
    return sheet.printed()


def jpeg(scene: str, seed: int) -> bytes:
    """The same as a JPEG, as a camera would hand it in."""
    written = BytesIO()
    draw(scene, seed).save(written, "JPEG", quality=85)
    return written.getvalue()
