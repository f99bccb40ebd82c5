"""Order of Chinese names by their sound, for lists."""

from pypinyin import lazy_pinyin

# Readings of place names which the library's dictionary does not have, confirmed by two lists of
# place names: https://swup.cn/shehui/2953.html (长, 都, 荥经) and
# http://bbs.dakotacollectibles.net/archiver/showtopic-7777.aspx (the others, and 荥经).
READINGS: dict[str, tuple[str, ...]] = {
    "长子": ("zhang", "zi"),
    "荥经": ("ying", "jing"),
    "单县": ("shan", "xian"),
    "浚县": ("xun", "xian"),
    "洪洞": ("hong", "tong"),
    "繁峙": ("fan", "shi"),
    "宕昌": ("tan", "chang"),
}

LONGEST = 200
"""Characters of a sort key: of some forty syllables the rest decides no order."""

# In names of places these are read so; the library falls back on the commoner reading.
PLACE_READINGS = {("长", "zhang"): "chang", ("都", "dou"): "du"}


def syllables(text: str) -> list[str]:
    read: list[str] = lazy_pinyin(text)
    if len(read) != len(text):  # foreign letters run together: nothing to correct by position
        return read
    return [PLACE_READINGS.get(pair, pair[1]) for pair in zip(text, read, strict=True)]


def pinyin_key(name: str) -> str:
    """Syllables without tones, joined by blanks so that shorter syllables sort first; as much as the columns hold."""
    for stem, reading in READINGS.items():
        if name.startswith(stem):
            return " ".join((*reading, *syllables(name[len(stem) :])))[:LONGEST]
    return " ".join(syllables(name))[:LONGEST]
