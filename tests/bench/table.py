"""Tables of figures: as Markdown, as JSON, and beside those of the last time."""

import math
from dataclasses import asdict, dataclass, field


@dataclass
class Table:
    """One measure; `named` are the columns that say which row is which."""

    name: str
    named: tuple
    compared: tuple
    """Columns whose figures are set against the last time's."""
    rows: list = field(default_factory=list)
    note: str = ""
    measured: str = ""
    """When, of what, on what."""

    def compare(self, last):
        """Write into each row how many times the last figure it is now."""
        known = {self.key(row): row for row in last.get(self.name, {}).get("rows", [])}
        for row in self.rows:
            before = known.get(self.key(row), {})
            ratios = [ratio(row.get(name), before.get(name)) for name in self.compared]
            row["now / last"] = " · ".join(ratios) if any(ratios) else "–"

    def key(self, row):
        return tuple(row.get(name) for name in self.named)

    @property
    def markdown(self):
        above = f"### {self.name}\n\n{self.note}\n\n{self.measured}\n"
        if not self.rows:
            return above
        head = list(self.rows[0])
        align = ["---" if name in self.named else "---:" for name in head]
        lines = [
            head,
            align,
            *([said(row[name]) for name in head] for row in self.rows),
        ]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"{above}\n{table}\n"

    @property
    def stored(self):
        return asdict(self)


def ratio(now, before):
    both = isinstance(now, int | float) and isinstance(before, int | float) and before
    return f"{now / before:.2f}" if both else ""


def said(value):
    if value is None:
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def figure(value, digits=3):
    """Rounded to what it is worth."""
    if not value:
        return 0.0
    return round(value, max(0, digits - 1 - math.floor(math.log10(abs(value)))))


def ranked(values, share):
    """The value below which this share lies."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def sized(rows):
    """5k, 500k, 5M."""
    for unit, short in ((1_000_000, "M"), (1_000, "k")):
        if rows >= unit and rows % unit == 0:
            return f"{rows // unit}{short}"
    return str(rows)
