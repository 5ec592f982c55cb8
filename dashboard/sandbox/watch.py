"""Follows a running bot: passes on its log, keeps its reports, notices each limit."""

import json
import os
import selectors
import time
from collections.abc import Callable
from typing import Any

from dashboard.sandbox.folders import usage
from dashboard.sandbox.launch import Child, Job, Place
from dashboard.sandbox.outcome import Ending, Follower

TICK_SECONDS = 0.1
CHUNK_BYTES = 65536
CHUNKS_LEFT_IN_A_PIPE = 16
ROOM_FOR_REPORTS = 256 << 10


class Watch:
    """One run from start to end, seen from outside."""

    def __init__(self, child: Child, job: Job, place: Place, follower: Follower):
        self.child = child
        self.limits = job.limits
        self.work = place.folder.work
        self.follower = follower
        self.deadline = time.monotonic() + job.limits.wall_seconds
        self.next_look = 0.0
        self.log_bytes = 0
        self.reports = bytearray()
        self.status = bytearray()

    def until_the_end(self) -> Ending | None:
        """Wait until the run is over by itself, or say why it must be ended."""
        with selectors.DefaultSelector() as selector:
            takers: dict[int, Callable[[bytes], None]] = {
                self.child.log_fd: self._take_log,
                self.child.result_fd: self.reports.extend,
                self.child.status_fd: self.status.extend,
            }
            for fd in takers:
                selector.register(fd, selectors.EVENT_READ)
            # only the supervisor holds the status pipe, and it goes last
            while self.child.status_fd in selector.get_map():
                for key, _ in selector.select(TICK_SECONDS):
                    chunk = os.read(key.fd, CHUNK_BYTES)
                    takers[key.fd](chunk)
                    if not chunk:
                        selector.unregister(key.fd)
                reason = self._reason_to_stop()
                if reason:
                    return reason
        return None

    def drain(self) -> None:
        """Take what the pipes still hold; never wait for their end."""
        for fd, take in (
            (self.child.log_fd, self._take_log),
            (self.child.result_fd, self.reports.extend),
            (self.child.status_fd, self.status.extend),
        ):
            for _ in range(CHUNKS_LEFT_IN_A_PIPE):
                try:
                    chunk = os.read(fd, CHUNK_BYTES)
                except BlockingIOError:
                    break
                if not chunk:
                    break
                take(chunk)

    @property
    def log_truncated(self) -> bool:
        return self.log_bytes > self.limits.log_bytes

    @property
    def writes_too_much(self) -> bool:
        size, entries = usage(self.work, self.limits.files + 1)  # output/ is ours
        return size > self.limits.disk_bytes or entries > self.limits.files + 1

    def exit_status(self) -> dict[str, Any]:
        """How the bot's process ended; empty when the supervisor could not say."""
        return json.loads(self.status) if self.status.endswith(b"\n") else {}

    def _take_log(self, chunk: bytes) -> None:
        room = self.limits.log_bytes - self.log_bytes
        self.log_bytes += len(chunk)
        kept = chunk[: max(room, 0)]
        if kept:
            self.follower.on_log(kept)

    def _reason_to_stop(self) -> Ending | None:
        if self.log_bytes > self.limits.flood_bytes:
            return Ending.OUTPUT_LIMIT
        if len(self.reports) > self.limits.result_bytes + ROOM_FOR_REPORTS:
            return Ending.BAD_RESULT
        now = time.monotonic()
        if now >= self.deadline:
            return Ending.TIMED_OUT
        if now < self.next_look:
            return None
        self.next_look = now + TICK_SECONDS
        if self.follower.cancelled():
            return Ending.CANCELLED
        return Ending.DISK_LIMIT if self.writes_too_much else None
