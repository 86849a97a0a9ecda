"""How a picture looks, in few bits: to notice it when it comes again, and to stand in for it."""

from PIL import Image, ImageChops, ImageFilter, ImageStat

# The look: each of 8 x 8 cells brighter or not than its neighbour on the right (a dHash). It stays
# the same through resizing, recompression and a change of contrast.
SIDE = 8
# Looks that differ in no more bits than this are taken for the same picture.
ALIKE = 6
PARTS = 4
# Columns and rows of the colours that stand in for a picture on its way.
TONES = (4, 3)


def look_of(picture: Image.Image) -> str:
    """64 bits in 16 hexadecimal digits; '' for a picture of one colour, which looks like nothing."""
    small = picture.convert("L").resize((SIDE + 1, SIDE), Image.Resampling.BOX)
    if ImageStat.Stat(small).stddev[0] < 2:
        return ""
    cells = small.tobytes()
    bits = 0
    for row in range(SIDE):
        for column in range(SIDE):
            at = row * (SIDE + 1) + column
            bits = bits << 1 | (cells[at] > cells[at + 1])
    return f"{bits:016x}"


def parts_of(look: str) -> list[int]:
    """A look in its four parts, 16 bits each."""
    return [int(look[at : at + 4], 16) for at in range(0, len(look), 4)]


def difference(one: str, other: str) -> int:
    """In how many bits two looks differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def tones_of(picture: Image.Image) -> str:
    """The picture in twelve colours, rows from the top, six hexadecimal digits each."""
    return picture.convert("RGB").resize(TONES, Image.Resampling.BOX).tobytes().hex()


def what_matters(picture: Image.Image) -> tuple[int, int]:
    """A guess at what matters: (percent from the left, percent from the top).

    The middle of where the fine detail is that stands out from its surroundings, since
    photographers focus on what they mean, pulled towards a little above the centre, where people's
    heads are. Only a beginning for whoever sets it by hand.
    """
    small = picture.convert("L")
    small.thumbnail((96, 96))
    sharp = ImageChops.difference(small, small.filter(ImageFilter.GaussianBlur(2)))
    sharp = sharp.filter(ImageFilter.GaussianBlur(3))
    least = ImageStat.Stat(sharp).mean[0] * 1.2
    weight = across = down = 0.0
    cells = sharp.tobytes()
    for at, cell in enumerate(cells):
        if cell > least:
            weight += cell - least
            across += (cell - least) * (at % sharp.width)
            down += (cell - least) * (at // sharp.width)
    if weight <= 0:
        return 50, 45
    x = 100 * (across / weight + 0.5) / sharp.width
    y = 100 * (down / weight + 0.5) / sharp.height
    return round(0.75 * x + 0.25 * 50), round(0.75 * y + 0.25 * 45)
