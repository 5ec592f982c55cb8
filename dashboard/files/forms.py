"""The field that takes uploads."""

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField

from dashboard.files.uploads import Uploads, read_uploads


class UploadsField(MultipleFileField):
    """Files next to a form's answers: read on their own, no part of the schema."""

    sent: Sequence[FileStorage] = ()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        self.sent = [each for each in valuelist if isinstance(each, FileStorage)]

    def uploads(self) -> Uploads:
        """The files as name to content, or Invalid with the sentence for this field."""
        return read_uploads(self.sent, self.name)
