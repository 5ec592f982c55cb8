"""What agents think with, and what people talk and write of work to be done."""

from datetime import timedelta

from dashboard.demo.minds import boards, chats, models, prompts, schooling
from dashboard.demo.stage import Scene

SCENES: tuple[tuple[timedelta, Scene], ...] = (
    (timedelta(days=28), models.are_added),
    (timedelta(days=27), prompts.are_written),
    (timedelta(days=26), schooling.agents_are_given_minds),
    (timedelta(days=24), schooling.trainings),
    (timedelta(days=14), prompts.production_is_put_under_votes),
    (timedelta(days=8), prompts.a_tidy_up_is_rolled_back),
    (timedelta(hours=26), chats.lena_looks_for_a_type),
    (timedelta(hours=20), boards.boards_are_filled),
    (timedelta(hours=12), prompts.a_promotion_waits),
)
"""How long ago each began."""
