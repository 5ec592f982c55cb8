"""`flask seed-prompts`: the nine that come with Quorum, each once."""

from sqlalchemy import select

from dashboard.extensions import db
from dashboard.prompts.content import rendered
from dashboard.prompts.models import Prompt, PromptKind
from dashboard.prompts.packaged import PACKAGED
from dashboard.prompts.reading import resolve
from tests.prompts.stage import make_prompt, points_at

NAMED = {
    "parameter_extraction_system": {
        "allowed_query_keys",
        "excluded_query_keys",
        "allowed_domains",
        "excluded_domains",
    },
    "trace_analysis_system": set(),
    "trace_analysis_user": {
        "original_context",
        "time_frame",
        "query_keys",
        "domain",
        "trace_id",
        "total_entries",
        "source_files_count",
        "timeline_count",
        "sample_messages",
        "timeline_steps",
    },
    "entries_analysis_system": set(),
    "entries_analysis_user": {
        "dispute_text",
        "trace_id",
        "entry_count",
        "sample_messages",
    },
    "quality_assessment_system": set(),
    "quality_assessment_user": {
        "original_context",
        "total_files",
        "total_matches",
        "trace_count",
    },
    "relevance_analysis_system": set(),
    "relevance_analysis_user": {
        "original_text",
        "domain",
        "query_keys",
        "time_frame",
        "additional_params",
        "rag_context",
        "trace_id",
        "timestamp",
        "total_entries",
        "service_names",
        "operations",
        "log_samples",
        "timeline_summary",
    },
}


def seeded(app):
    result = app.test_cli_runner().invoke(args=["seed-prompts"])
    db.session.expire_all()
    return result.exit_code, result.output.splitlines()[-1]


def test_nine_prompts_come_with_their_variables_and_a_second_time_with_none(
    app, database
):
    first, second = seeded(app), seeded(app)

    assert first == (0, "New: 9. There already: 0.")
    assert second == (0, "New: 0. There already: 9.")
    for prompt in db.session.scalars(select(Prompt)):
        served = resolve(prompt.id, "production")
        assert set(served.variables) == NAMED[prompt.name]
        assert all(about["description"] for about in served.variables.values())
        is_user = prompt.name.endswith("_user")
        assert prompt.kind is (PromptKind.USER if is_user else PromptKind.SYSTEM)
        assert prompt.description.endswith("agent.")


def test_one_that_has_the_name_stays_as_it_is(app, database, uma):
    mine = make_prompt(uma, "My own", name="trace_analysis_user")

    assert seeded(app)[1] == "New: 8. There already: 1."
    assert points_at(mine) is None


def test_the_braces_of_their_examples_survive():
    packaged = PACKAGED[0]

    text = rendered(packaged.content, {"allowed_domains": "payments"})

    assert '"time_frame": "YYYY-MM-DD, or null if no day is named"' in text
    assert "one of: payments. Never one of: $excluded_domains." in text
