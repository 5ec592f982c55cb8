"""The demo's bots, run as any bot is run: in the sandbox."""

import csv
import io
from math import exp, factorial

import pytest

from dashboard.bots.schemas import runnable
from dashboard.demo.work import HERE, code, sample
from dashboard.sandbox import Ending, Limits, run_bot

FILES = sorted((HERE / "bots").rglob("[a-z]*.py"))
SSHD = "Nov 16 06:34:39 web1 sshd[2121]: "


def outcome_of(bot, inputs, **files):
    named = {name.replace("__", "."): content for name, content in files.items()}
    return run_bot(code(bot), inputs, named, Limits(wall_seconds=20))


def report(*lines, **inputs):
    text = "".join(f"{SSHD}{line}\n" for line in lines)
    return outcome_of("break_in_report", inputs, auth__log=text.encode())


def failed(user, address):
    return f"Failed password for {user} from {address} port 4711 ssh2"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_bot_would_be_accepted_from_a_person(file):
    assert runnable(file.read_text()) == file.read_text()


def test_the_sample_log_is_counted_as_by_hand():
    outcome = outcome_of("break_in_report", {}, auth__log=sample("auth.log"))

    assert outcome.ending is Ending.COMPLETED, outcome.traceback
    assert outcome.output["failed_passwords"] == 139
    assert outcome.output["by_address"][:3] == [
        {"address": "203.0.113.77", "failed": 84},
        {"address": "198.51.100.23", "failed": 27},
        {"address": "192.0.2.144", "failed": 12},
    ]
    assert outcome.output["over_threshold"] == ["203.0.113.77", "198.51.100.23"]
    assert outcome.output["lines"] == 317


def test_the_addresses_are_left_as_a_table():
    outcome = report(failed("root", "192.0.2.1"), failed("root", "192.0.2.1"))

    [file] = outcome.files
    rows = list(csv.DictReader(io.StringIO(file.content.decode())))
    assert (file.name, rows) == (
        "addresses.csv",
        [{"address": "192.0.2.1", "failed": "2"}],
    )


def test_a_line_that_stands_for_five_counts_five_times():
    again = f"message repeated 5 times: [ {failed('root', '192.0.2.1')}]"

    outcome = report(failed("root", "192.0.2.1"), again)

    assert outcome.output["failed_passwords"] == 6
    assert outcome.output["lines"] == 2


def test_users_are_counted_whether_they_exist_or_not():
    outcome = report(
        failed("root", "192.0.2.1"),
        failed("invalid user git", "192.0.2.1"),
        failed("invalid user git", "192.0.2.2"),
    )

    assert outcome.output["by_user"] == [
        {"user": "git", "failed": 2},
        {"user": "root", "failed": 1},
    ]


def test_an_invented_user_name_invents_no_address():
    name = "x from 198.51.100.1 port 22 ssh2"

    outcome = report(
        failed(f"invalid user {name}", "192.0.2.1"),
        f"Invalid user {failed('root', '198.51.100.2')} from 192.0.2.1 port 4711",
    )

    assert outcome.output["by_address"] == [{"address": "192.0.2.1", "failed": 1}]


def test_only_more_than_the_threshold_is_named():
    lines = [failed("root", "192.0.2.1")] * 3 + [failed("root", "192.0.2.2")] * 2

    assert report(*lines, threshold=2).output["over_threshold"] == ["192.0.2.1"]


def test_several_logs_are_counted_together():
    line = f"{SSHD}{failed('root', '192.0.2.1')}\n".encode()

    outcome = outcome_of("break_in_report", {}, auth__log=line, auth__log__1=line * 2)

    assert outcome.output["failed_passwords"] == 3


@pytest.mark.parametrize(
    ("bot", "inputs", "sentence"),
    [
        ("break_in_report", {}, "Attach at least one sshd log."),
        ("ticket_digest", {}, "Attach at least one CSV export of tickets."),
        ("refund_batch", {"limit": 1}, "Attach the refunds as CSV"),
        ("help_page_check", {}, "Attach at least one help page"),
    ],
)
def test_without_a_file_it_says_what_to_attach(bot, inputs, sentence):
    outcome = outcome_of(bot, inputs)

    assert outcome.ending is Ending.FAILED
    assert sentence in outcome.message


def test_refunds_over_the_limit_are_left_to_a_person():
    refunds = sample("refunds.csv")

    outcome = outcome_of("refund_batch", {"limit": 100}, refunds__csv=refunds)

    assert outcome.output == {
        "paid": 8,
        "total": "286.10",
        "left_to_a_person": ["N-20440", "N-20460"],
    }


def test_an_amount_that_is_none_names_its_line():
    typed = sample("refunds-typed.csv")

    outcome = outcome_of("refund_batch", {"limit": 100}, refunds__csv=typed)

    assert outcome.ending is Ending.FAILED
    assert "Line 4: '37,50' is not an amount." in outcome.message


def test_tickets_are_counted_by_category_and_hour():
    export = b"ticket,opened,category\n1,2026-11-02 09:10,billing\n"
    export += b"2,2026-11-02 09:50,billing\n3,2026-11-02 11:00,\n"

    outcome = outcome_of("ticket_digest", {"top": 1}, tickets__csv=export)

    assert outcome.output == {
        "tickets": 3,
        "by_category": [{"category": "billing", "tickets": 2}],
        "busiest_hour": "09",
    }


def test_links_that_lead_nowhere_are_found():
    pages = {"returns__md": sample("returns.md"), "account__md": sample("account.md")}

    found = outcome_of("help_page_check", {}, **pages)
    strict = outcome_of("help_page_check", {"strict": True}, **pages)

    assert found.output["broken"] == [{"page": "returns.md", "link": "#refunds"}]
    assert strict.ending is Ending.FAILED
    assert "#refunds" in strict.message


def test_reply_times_name_what_half_and_nine_of_ten_waited():
    inputs = {"tickets": [{"minutes": n} for n in range(1, 11)], "target": 8}

    outcome = outcome_of("earlier/reply_times_6", inputs)

    assert outcome.output == {
        "tickets": 10,
        "half_within": 5,
        "nine_of_ten_within": 9,
        "late": 2,
    }


def test_the_seventh_version_asks_for_what_is_not_there():
    outcome = outcome_of("reply_times", {"tickets": [{"minutes": 4}]})

    assert outcome.ending is Ending.FAILED
    assert "KeyError: 'first_reply'" in outcome.message


def test_parcels_are_counted_by_state_until_the_courier_has_a_new_one():
    known = {"lines": ["A;OK;Madrid", "B;OK", "C;HUB"]}

    found = outcome_of("courier_tracking", known)
    new = outcome_of("courier_tracking", {"lines": ["D;LOCKER;Getafe"]})

    assert found.output["by_state"] == {"delivered": 2, "on its way": 1}
    assert (new.ending, "'LOCKER'" in new.message) == (Ending.FAILED, True)


def test_nobody_is_at_the_desk_more_than_a_day_more_than_others():
    people = ["Ana", "Bilal", "Chen", "Dora", "Emre"]

    output = outcome_of("shift_plan", {"people": people, "seats": 2}).output

    assert sum(output["days"].values()) == 14
    assert max(output["days"].values()) - min(output["days"].values()) <= 1
    assert all(len(set(names)) == 2 for names in output["plan"].values())


def test_staffing_is_what_erlang_says():
    load, people = 42 * 6 / 60, 6
    tail = load**people / factorial(people) * people / (people - load)
    wait = tail / (sum(load**n / factorial(n) for n in range(people)) + tail)
    in_time = 1 - wait * exp((load - people) * 5 / 6)

    desk = {"tickets_per_hour": 42, "minutes_each": 6, "people": people}
    output = outcome_of("staffing_check", desk).output

    assert output["busy"] == 0.7
    assert output["in_time"] == round(in_time, 2)
    assert output["people_wanted"] == 6


def test_a_sample_is_drawn_once_each_from_all():
    drawn = outcome_of("quality_sample", {"tickets": 400, "percent": 3}).output["drawn"]

    assert len(set(drawn)) == 12
    assert 1 <= min(drawn) <= max(drawn) <= 400
