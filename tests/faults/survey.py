"""What became of one fault: how many trials survived, what was lost or doubled."""

from dataclasses import dataclass, field


@dataclass
class Survey:
    """The count of one fault, as a line and as a verdict."""

    fault: str
    n: int = 0
    survived: int = 0
    lost: int = 0
    dup: int = 0
    recover: list[float] = field(default_factory=list)
    """Seconds from each fault until all was well again."""
    note: str = ""

    @property
    def held(self):
        return self.n > 0 and self.survived == self.n and not (self.lost or self.dup)

    @property
    def p95(self):
        if not self.recover:
            return None
        ranked = sorted(self.recover)
        return ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]

    def __str__(self):
        seconds = "–" if self.p95 is None else f"{self.p95:.1f}"
        return (
            f"fault={self.fault} n={self.n} survived={self.survived} "
            f"lost={self.lost} dup={self.dup} recover_p95={seconds}"
        )
