"""How acts of today get the times of a tale."""

from datetime import timedelta

from dashboard.clock import now
from dashboard.demo.story import Story
from dashboard.extensions import db
from tests.factories import make_council, make_user, make_workflow


def test_what_is_made_in_a_block_is_moved_and_nothing_else(database):
    story, ada = Story(), make_user("Ada")
    council, before = make_council(ada), make_workflow(ada)
    untouched, start = before.created_at, now()

    with story.at(start - timedelta(days=3)):
        past = make_workflow(ada)
        before.title = "Renamed"
        db.session.commit()
    story.tell()

    assert abs(past.created_at - (start - timedelta(days=3))) < timedelta(seconds=5)
    assert before.created_at == untouched
    assert past.id < before.id
    assert council.created_at < now()


def test_each_act_is_moved_by_its_own_distance(database):
    story, start = Story(), now()
    ada = make_user("Ada")

    with story.at(start - timedelta(days=3)):
        council = make_council(ada)
    with story.at(start - timedelta(days=1)):
        council.archive()
        db.session.commit()
    story.tell()

    lasted = council.archived_at - council.created_at
    assert abs(lasted - timedelta(days=2)) < timedelta(seconds=5)
