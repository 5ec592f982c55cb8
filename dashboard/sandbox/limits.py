"""How much of everything one bot may use."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The ceilings of one run; reaching one ends the run and says which it was."""

    wall_seconds: int = 60
    """From start to end, whatever the bot does meanwhile."""

    cpu_seconds: int = 30
    """Seconds of processor time."""

    memory_bytes: int = 256 << 20
    """Address space of the bot's process, the interpreter's own 30 MB included."""

    disk_bytes: int = 32 << 20
    """Everything the bot writes, together."""

    files: int = 256
    """Files and folders the bot may make, together."""

    log_bytes: int = 1 << 20
    """What is kept of stdout and stderr; eight times as much ends the run."""

    result_bytes: int = 1 << 20
    """The returned dict as JSON."""

    @property
    def flood_bytes(self) -> int:
        """More output than this is a bot out of control."""
        return 8 * self.log_bytes
