"""What a bot finds inside bubblewrap besides the locks: next to nothing."""

import pytest

from dashboard.sandbox import Ending, Tier


@pytest.fixture
def bubble(run, needs):
    needs(Tier.BWRAP)

    def bubble(code, inputs=None, files=None, **options):
        return run(code, inputs, files, tier=Tier.BWRAP, **options)

    return bubble


def test_names_elsewhere_do_not_exist(bubble, private_file):
    outcome = bubble(
        """
        import os
        def run(inputs):
            seen = {}
            for path in inputs["paths"]:
                try:
                    os.stat(path)
                    seen[path] = "there"
                except OSError as error:
                    seen[path] = type(error).__name__
            return {"seen": seen, "pid": os.getpid()}
        """,
        {"paths": [str(private_file), "/etc/passwd", "/proc", "/root", "/work"]},
    )

    assert set(outcome.output["seen"].values()) == {"FileNotFoundError"}
    assert outcome.output["pid"] < 10


def test_an_absent_file_elsewhere_is_a_denial_and_an_own_one_a_mistake(bubble):
    elsewhere = bubble('def run(i): open("/etc/passwd")')
    own = bubble('def run(i): open("missing.csv")')

    assert elsewhere.ending is Ending.DENIED
    assert "tried to use /etc/passwd" in elsewhere.message
    assert own.ending is Ending.FAILED
    assert "missing.csv" in own.message


def test_output_is_collected_and_attached_files_are_read(bubble):
    outcome = bubble(
        """
        def run(inputs, files):
            with open("output/copy", "wb") as file:
                file.write((files / "a").read_bytes())
            return {}
        """,
        files={"a": b"content"},
    )

    assert [(file.name, file.content) for file in outcome.files] == [
        ("copy", b"content")
    ]
