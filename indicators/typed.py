"""Reading a figure as people type and paste it: full-width digits, thousands separators, 万 and 亿, %, units.

What cannot be read for certain is refused with a sentence, never guessed: "1,23" may be 1.23 or 123.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DecimalException

from django.utils.translation import gettext as _

from indicators.measures import KINDS, Measure, alike, convert
from indicators.models import IndicatorVersion

LONGEST = 60
"""Characters of one cell: what `Figure.entered` keeps."""
STORED = Decimal("0.000001")
LARGEST = Decimal(10) ** 18

SUFFIXES: dict[str, Measure] = {
    "%": Measure.PERCENT,
    "人": Measure.PERSONS, "名": Measure.PERSONS, "persons": Measure.PERSONS, "person": Measure.PERSONS,
    "万人": Measure.TEN_THOUSAND_PERSONS, "万名": Measure.TEN_THOUSAND_PERSONS,
    "平方公里": Measure.SQUARE_KM, "平方千米": Measure.SQUARE_KM, "km2": Measure.SQUARE_KM,
    "sqkm": Measure.SQUARE_KM,
    "万平方公里": Measure.TEN_THOUSAND_SQUARE_KM, "万平方千米": Measure.TEN_THOUSAND_SQUARE_KM,
    "公顷": Measure.HECTARES, "ha": Measure.HECTARES, "hectares": Measure.HECTARES,
    "平方米": Measure.SQUARE_METRES, "m2": Measure.SQUARE_METRES,
    "平方米/人": Measure.SQUARE_METRES_EACH, "m2/人": Measure.SQUARE_METRES_EACH,
    "m2/person": Measure.SQUARE_METRES_EACH,
    "万平方米": Measure.TEN_THOUSAND_SQUARE_METRES, "万m2": Measure.TEN_THOUSAND_SQUARE_METRES,
    "万立方米": Measure.TEN_THOUSAND_CUBIC_METRES, "万m3": Measure.TEN_THOUSAND_CUBIC_METRES,
    "万吨": Measure.TEN_THOUSAND_TONNES,
    "万吨标准煤": Measure.TEN_THOUSAND_TONNES_OF_COAL, "万吨标煤": Measure.TEN_THOUSAND_TONNES_OF_COAL,
    "万人次": Measure.TEN_THOUSAND_TRIPS, "万次": Measure.TEN_THOUSAND_TRIPS,
    "mbps": Measure.MEGABITS, "兆": Measure.MEGABITS,
    "个": Measure.COUNT,
    "元": Measure.YUAN, "yuan": Measure.YUAN,
    "万元": Measure.TEN_THOUSAND_YUAN, "亿元": Measure.HUNDRED_MILLION_YUAN,
}  # fmt: skip
"""What may stand behind a number, after NFKC and in lower case (㎡ is m2 by then)."""
MANY = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
"""Bare multipliers: of the plain unit of the field's kind, so “51.35万” is the same in 人 and in 万人."""
ALREADY = {"10k_": Decimal(10_000), "100m_": Decimal(100_000_000)}
"""Units that count in 万 or 亿 themselves, by how their codes begin."""
YES = frozenset({"是", "有", "已完成", "完成", "yes", "y", "true", "√", "✓"})
NO = frozenset({"否", "无", "没有", "未完成", "no", "n", "false", "×", "✗"})
ABSENT = frozenset(
    {"-", "--", "---", "/", "无", "空", "n/a", "na", "不适用", "暂无", "暂无数据", "无数据", "未统计", "…", "..."}
)
ABOUT = ("约", "近", "超过", "不足", "左右", "以上", "以下", "余", "about", "approx", "~", "≈", "≥", "≤", ">", "<")
NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>[0-9][0-9,]*|(?=\.))(?P<fraction>\.[0-9]*)?(?P<power>e[+-]?[0-9]{1,2})?"
)
RAISED = re.compile(r"(?<=[0-9０-９.．])\s*[¹²³⁰⁴-⁹₀-₉①-⓿❶-➓¼-¾⅐-⅟]")  # noqa: RUF001
"""Numbers of notes, powers and fractions right behind a digit."""
GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]+")


class BadNumber(ValueError):
    """A text that is no figure: `code` for machines, `message` for whoever typed it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Number:
    """A figure as it is kept, and how fine it was given: `step` is one unit of the last digit, in the same unit."""

    value: Decimal
    step: Decimal


def read_number(text: str, measure: str, version: IndicatorVersion, *, of: str = "value") -> Decimal:
    """The number a text says, in the unit the version keeps `of` (value, numerator, denominator) in.

    `measure` is the unit chosen beside the field ("" where none was: the version's own); a unit written behind the
    number counts more. Raises BadNumber.
    """
    return read(text, measure, version, of=of).value


def read(text: str, measure: str, version: IndicatorVersion, *, of: str = "value") -> Number:
    """As `read_number`, with how fine the figure was given."""
    wanted = wanted_measure(version, of)
    typed = _tidy(text)
    if of == "value" and version.is_yes_no:
        return Number(_yes_or_no(typed), Decimal(1))
    _refuse_words(typed, text)
    number, rest = _split(typed, text)
    factor, given = _unit(rest, Measure(measure or wanted), text)
    try:
        value = convert(number * factor, given, wanted)
        step = convert(_last_digit(number) * factor, given, wanted)
    except ValueError:
        raise BadNumber("unit", _wrong_unit(rest or Measure(given).label, wanted)) from None
    if is_too_large(value):
        raise BadNumber("too_large", _("“%(text)s” is larger than any figure kept here.") % {"text": text.strip()})
    return Number(value.quantize(STORED, ROUND_HALF_UP).normalize() + Decimal(0), max(step, STORED))


def is_too_large(value: Decimal) -> bool:
    """Whether no column holds it, rounded as it is stored."""
    return abs(value) + STORED / 2 >= LARGEST


def wanted_measure(version: IndicatorVersion, of: str = "value") -> str:
    """The unit a figure's value, or its numerator and denominator, is kept in."""
    return version.measure if of == "value" else (version.part_measure or version.measure)


def typed_measure(version: IndicatorVersion) -> str:
    """The unit a row's numbers are in unless another is chosen; of a rate that of its two parts."""
    return wanted_measure(version, "numerator" if version.is_rate else "value")


def measures_for(version: IndicatorVersion) -> list[Measure]:
    """The units a number may be typed in, the indicator's own first; of a rate those of its two parts."""
    own = Measure(typed_measure(version))
    return [own, *(other for other in alike(own) if other != own)]


def _tidy(text: str) -> str:
    if len(text) > LONGEST:
        raise BadNumber("too_long", _("This is too long for a figure. Put remarks into the note."))
    if RAISED.search(text):  # NFKC would make 51.351 of 51.35¹
        raise BadNumber("several", _("“%(text)s” holds more than one number. Enter one.") % {"text": text.strip()})
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    plain = re.sub(r"(?<=[0-9])\s+(?=[0-9])", ",", plain)
    plain = re.sub(r"[\s'’]", "", plain).replace("−", "-").replace("–", "-").replace("—", "-").replace("，", ",")  # noqa: RUF001
    if not plain:
        raise BadNumber("empty", _("There is no number here."))
    return plain


def _yes_or_no(typed: str) -> Decimal:
    if typed in YES or typed == "1":
        return Decimal(1)
    if typed in NO or typed == "0":
        return Decimal(0)
    raise BadNumber("yes_or_no", _("Answer with yes or no (1 or 0)."))


def _refuse_words(typed: str, text: str) -> None:
    if typed in ABSENT:
        raise BadNumber(
            "absent",
            _("“%(text)s” is no number. Enter 0 if it is zero; otherwise choose “not applicable” or “not available” "
              "and say why.") % {"text": text.strip()},
        )  # fmt: skip
    about = next((word for word in ABOUT if typed.startswith(word) or typed.endswith(word)), "")
    if about:
        raise BadNumber(
            "about",
            _("“%(text)s” is not one number. Enter the number alone and put “%(word)s” into the note.")
            % {"text": text.strip(), "word": about},
        )


def _split(typed: str, text: str) -> tuple[Decimal, str]:
    """The number in front, and whatever stands behind it."""
    found = NUMBER.match(typed)
    if found is None or not (found["digits"] or len(found["fraction"] or "") > 1):
        raise BadNumber("no_number", _("“%(text)s” is no number.") % {"text": text.strip()})
    digits, rest = found["digits"], typed[found.end() :]
    if re.search(r"[0-9]", re.sub("m[23]", "", rest)):
        raise BadNumber("several", _("“%(text)s” holds more than one number. Enter one.") % {"text": text.strip()})
    if not GROUPED.fullmatch(digits or "0"):
        raise BadNumber(
            "separators",
            _("The separators in “%(text)s” can be read in two ways. Write thousands as 1,234 and decimals as 1.23.")
            % {"text": text.strip()},
        )
    try:
        written = f"{found['sign']}{digits.replace(',', '') or '0'}{found['fraction'] or ''}{found['power'] or ''}"
        return Decimal(written), rest
    except DecimalException:
        raise BadNumber("no_number", _("“%(text)s” is no number.") % {"text": text.strip()}) from None


def _unit(rest: str, chosen: Measure, text: str) -> tuple[Decimal, Measure]:
    """By what to multiply, and in which unit that then is."""
    if not rest:
        return Decimal(1), chosen
    if rest in MANY:
        many = next((size for prefix, size in ALREADY.items() if chosen.value.startswith(prefix)), Decimal(1))
        return MANY[rest] / many, chosen
    if rest == "‰":
        return Decimal("0.1"), Measure.PERCENT
    if rest in SUFFIXES:
        return Decimal(1), SUFFIXES[rest]
    raise BadNumber(
        "unknown_unit",
        _("“%(rest)s” in “%(text)s” is no unit known here.") % {"rest": rest, "text": text.strip()},
    )


def _last_digit(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)


def _wrong_unit(given: object, wanted: str) -> str:
    kind = KINDS[Measure(wanted)].of
    fitting = [str(other.label) for other, found in KINDS.items() if found.of == kind]
    return _("“%(given)s” does not measure this. Give it in: %(fitting)s.") % {
        "given": given,
        "fitting": " / ".join(fitting),
    }
