import pytest

from dashboard.bots.models import version_hash
from dashboard.bots.schemas import BotConfig, RunInputs, VersionIn
from dashboard.errors import Invalid
from dashboard.sandbox import Limits
from dashboard.schemas import checked

RUN = "def run(inputs, files):\n    return {}\n"


def version(**over):
    return checked(VersionIn, {"code": RUN, "message": "First"} | over)


def refusal(schema=VersionIn, **over):
    answers = {"code": RUN, "message": "First"} if schema is VersionIn else {}
    with pytest.raises(Invalid) as refused:
        checked(schema, answers | over)
    return refused.value.errors


@pytest.mark.parametrize(
    "code",
    [
        RUN,
        "  \n" + RUN,
        "async def run(inputs, files): ...",
        "run = lambda inputs, files: {}",
        "if True:\n    from elsewhere import run",
    ],
)
def test_code_that_defines_run_is_kept_as_it_is(code):
    assert version(code=code).code == code


def test_a_browsers_line_ends_make_no_other_version():
    assert version(code=RUN.replace("\n", "\r\n")).code == RUN


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("x = 1\ndef run(:\n", "Line 2: invalid syntax."),
        ("def run():\nreturn", "Line 2: expected an indented block"),
        ("def walk(inputs, files): ...", "Define a function run(inputs, files)"),
        ("print(run)", "Define a function run(inputs, files)"),
        ("def other():\n    def run(inputs, files): ...", "Define a function run"),
        (RUN + "# \0", "character that cannot be stored"),
        (RUN + "# \ud800", "character that cannot be stored"),
        ("run = " + "-" * 100_000 + "1", "nested too deeply"),
        (RUN + "#" * (256 << 10), "262,144 is the most"),
    ],
)
def test_code_that_cannot_run_is_refused_in_a_sentence(code, sentence):
    assert sentence in refusal(code=code)["code"]


def test_nothing_of_the_code_is_executed():
    code = "raise SystemExit\n" + RUN

    assert version(code=code).code == code


def test_code_of_exactly_256_kib_is_taken():
    code = RUN + "#" * ((256 << 10) - len(RUN))

    assert version(code=code).code == code


def test_a_config_is_stored_complete_so_that_its_hash_is_stable():
    left_out = version().config.stored()
    spelled_out = version(config={"retry": "safe", "limits": {"wall_seconds": 60}})

    assert left_out == {
        "limits": {
            "wall_seconds": 60,
            "cpu_seconds": 30,
            "memory_mb": 256,
            "disk_mb": 32,
            "log_kb": 1024,
        },
        "defaults": {},
        "retry": "safe",
    }
    assert version_hash(RUN, left_out) == version_hash(RUN, spelled_out.config.stored())


def test_limits_reach_the_sandbox_in_its_own_units():
    limits = {
        "wall_seconds": 5,
        "cpu_seconds": 4,
        "memory_mb": 64,
        "disk_mb": 2,
        "log_kb": 8,
    }

    assert BotConfig.model_validate({"limits": limits}).sandbox_limits() == Limits(
        wall_seconds=5,
        cpu_seconds=4,
        memory_bytes=64 << 20,
        disk_bytes=2 << 20,
        log_bytes=8 << 10,
    )


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("wall_seconds", 1, 3600),
        ("cpu_seconds", 1, 3600),
        ("memory_mb", 32, 4096),
        ("disk_mb", 1, 1024),
        ("log_kb", 1, 8192),
    ],
)
def test_limits_have_limits(name, least, most):
    for value in (least, most):
        version(config={"limits": {name: value}})
    for value in (least - 1, most + 1):
        assert list(refusal(config={"limits": {name: value}})) == [
            f"config.limits.{name}"
        ]


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"retries": 1}, "config.retries"),
        ({"retry": "often"}, "config.retry"),
        ({"limits": {"cpu": 1}}, "config.limits.cpu"),
        ({"defaults": {"a": float("nan")}}, "config.defaults"),
        ({"defaults": {"a": "\ud800"}}, "config.defaults"),
        ({"defaults": {"a": "x" * (256 << 10)}}, "config.defaults"),
        ([], "config"),
        ("[]", "config"),
        ("{", "config"),
        ("[" * 100_000, "config"),
    ],
)
def test_a_config_that_means_nothing_is_refused(config, path):
    assert list(refusal(config=config)) == [path]


def test_text_that_is_no_json_says_on_which_line():
    assert refusal(RunInputs, inputs='{\n"a": }')["inputs"].startswith("Line 2: ")


def test_inputs_keep_their_spaces():
    assert checked(RunInputs, {"inputs": {"a": " b "}}).inputs == {"a": " b "}
