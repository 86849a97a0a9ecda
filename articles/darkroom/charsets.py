"""Words as they come in pictures' metadata: UTF-8, GBK, or one read as the other."""

LONGEST = 20_000  # characters of one field; a caption has a few hundred


def text_of(data: bytes, *, declared_utf8: bool = False) -> str:
    """Bytes as the words they most likely are: UTF-8, else GBK, else Western.

    Programs cut fields to a length in bytes, so the last character may be broken: it is dropped.
    `declared_utf8`: the file says that it is UTF-8, and is believed as far as it goes.
    """
    data = data[: LONGEST * 4].strip(b"\0 \r\n\t")
    if not data:
        return ""
    try:
        return _tidy(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start:
            return _tidy(data[: error.start].decode("utf-8"))
    if (chinese := _as_gbk(data)) is not None:
        return _tidy(chinese)
    if declared_utf8:
        return _tidy(data.decode("utf-8", "ignore"))
    return _tidy(data.decode("cp1252", "replace").replace("\ufffd", ""))


def mended(text: str) -> str:
    """Words that were read in the wrong encoding on their way, put right: ÐÂ»ª is 新华."""
    if text.isascii() or any(letter > "\u2122" for letter in text):
        return _tidy(text)
    for wrong in ("latin-1", "cp1252"):
        try:
            data = text.encode(wrong)
        except UnicodeEncodeError:
            continue
        try:
            return _tidy(data.decode("utf-8"))
        except UnicodeDecodeError:
            pass
        if (chinese := _as_gbk(data)) is not None:
            return _tidy(chinese)
    return _tidy(text)


def _as_gbk(data: bytes) -> str | None:
    """The words if these bytes are Chinese in GBK, and not Western letters that happen to fit.

    In Chinese most characters are of GB 2312, whose two bytes are both high; an accented letter
    before a plain one makes a pair whose second byte is low.
    """
    for cut in range(2):
        piece = data[: len(data) - cut]
        try:
            words = piece.decode("gb18030")
        except UnicodeDecodeError:
            continue
        pairs = common = at = 0
        while at < len(piece):
            if piece[at] < 0x80:
                at += 1
                continue
            if piece[at + 1 : at + 2].isdigit():  # a rare character: GB 18030 has it in four bytes
                at += 4
                continue
            pairs += 1
            common += at + 1 < len(piece) and piece[at] >= 0xA1 and piece[at + 1] >= 0xA1
            at += 2
        has_han = any("\u4e00" <= letter <= "\u9fff" for letter in words)
        return words if pairs and has_han and common * 2 >= pairs else None
    return None


def _tidy(text: str) -> str:
    """One kind of line break, no control characters, nothing endless."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in text if letter >= " " or letter in "\n\t")
    return kept.strip().strip("\ufeff\ufffe")[:LONGEST]
