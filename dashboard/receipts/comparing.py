"""The digests a receipt lists beside those its parts have: where they part ways."""

from functools import cached_property

from dashboard.receipts.spelling import parent

Listed = dict[str, str]


class Digests:
    """Each change of a part also changes the digests of all that is around it.

    So where the part around is unchanged, the list is wrong and not the part.
    """

    def __init__(self, listed: Listed, actual: Listed) -> None:
        self.listed = listed
        self.wrong = {path for path, each in actual.items() if listed.get(path) != each}
        self.missing = actual.keys() - listed.keys()
        self.extra = listed.keys() - actual.keys()

    @cached_property
    def misstated(self) -> set[str]:
        """Digests of parts that were not changed."""
        return {path for path in self.wrong if not self.is_altered(path)}

    def is_altered(self, path: str) -> bool:
        around = parent(path)
        if around is not None:
            return around in self.wrong
        return path in self.listed and path in map(parent, self.wrong | self.extra)

    @cached_property
    def added(self) -> set[str]:
        """What has no digest, each with all that is inside it."""
        added = self.missing - self.misstated
        return {path for path in added if parent(path) not in added}

    @cached_property
    def changed(self) -> set[str]:
        """The innermost parts that are not what they were."""
        changed = self.wrong - self.misstated - self.missing
        around = {parent(path) for path in (self.wrong - self.misstated) | self.extra}
        return changed - around

    @cached_property
    def gone(self) -> set[str]:
        """What is listed and not there, each with all that was inside it."""
        return {path for path in self.extra if parent(path) not in self.extra}
