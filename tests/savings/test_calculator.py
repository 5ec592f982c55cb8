"""What work saves: the documented case, each unit, and what must always hold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.savings.calculator import Per, Rating, Unit, Work, savings_of
from dashboard.savings.catalogue import BY_ID, OFFERS
from dashboard.savings.schemas import check_names
from dashboard.workflows.inputs import check_schema, checked


def work(**over):
    facts = {
        "volume": 50,
        "per": Per.WEEK,
        "time": 15,
        "unit": Unit.MINUTES,
        "wage": 30,
        "automation": "0.8",
        "error_rate": "0.05",
        "cost_per_error": 20,
        "value": 0,
    } | over
    plain = {"per", "unit"}
    return Work(**{n: v if n in plain else Decimal(v) for n, v in facts.items()})


def test_the_documented_case():
    found = savings_of(work())

    figures = (found.weekly, found.monthly, found.yearly)
    assert list(map(str, figures)) == ["340.00", "1472.20", "17680.00"]
    assert (str(found.labour), str(found.errors)) == ("300.00", "40.00")
    assert (found.rating, found.whole) == (Rating.EXCELLENT, 340)


@pytest.mark.parametrize(
    ("over", "weekly"),
    [
        ({"automation": 80, "error_rate": 5}, "340.00"),
        ({"automation": 1}, "425.00"),
        ({"time": "0.25", "unit": Unit.HOURS}, "340.00"),
        ({"volume": 10, "per": Per.DAY}, "340.00"),
        ({"volume": "216.5", "per": Per.MONTH}, "340.00"),
        ({"value": 2}, "420.00"),
        ({"volume": 0}, "0.00"),
    ],
)
def test_units_and_parts_say_the_same_in_other_words(over, weekly):
    assert str(savings_of(work(**over)).weekly) == weekly


@pytest.mark.parametrize(
    ("volume", "rating"),
    [
        (57, Rating.STELLAR),
        (29, Rating.EXCELLENT),
        (28, Rating.STRONG),
        (15, Rating.STRONG),
        (14, Rating.VIABLE),
        (3, Rating.VIABLE),
        (2, Rating.MARGINAL),
    ],
)
def test_the_rating_goes_by_the_year(volume, rating):
    assert savings_of(work(volume=volume)).rating is rating


AMOUNTS = st.decimals(0, 10_000, places=2)
PARTS = st.decimals(0, 1, places=2)


@given(AMOUNTS, AMOUNTS, AMOUNTS, PARTS, PARTS)
def test_more_work_never_saves_less(volume, time, wage, automation, error_rate):
    facts = {"time": time, "wage": wage, "automation": automation}
    facts["error_rate"] = error_rate
    less, more = (savings_of(work(volume=v, **facts)) for v in (volume, volume + 1))

    assert 0 <= less.weekly <= more.weekly
    assert abs(less.yearly - less.weekly * 52) <= Decimal("0.27")
    assert abs(less.weekly - less.labour - less.errors) <= Decimal("0.02")


SIX = {
    "customer_followup": ({"tasks_per_week": 50, "time_per_task_minutes": 15}, 340),
    "invoice_reminders": (
        {"invoices_per_month": 433, "time_per_invoice_minutes": 6},
        1540,
    ),
    "content_scheduler": ({"posts_per_week": 10, "time_per_post_minutes": 60}, 402),
    "data_entry_automation": (
        {"entries_per_week": 100, "time_per_entry_minutes": 5},
        560,
    ),
    "report_generation": (
        {"reports_per_month": 433, "time_per_report_hours": 1},
        10520,
    ),
    "email_triage": ({"emails_per_day": 20, "time_per_email_minutes": 3}, 616),
}


@pytest.mark.parametrize("id_", BY_ID)
def test_each_of_the_six_asks_for_what_it_reads_and_reckons_it(id_):
    offer, (given_, weekly) = BY_ID[id_], SIX[id_]
    schema = check_schema(offer.input_schema)
    check_names(offer.calculator, schema)

    asked = given_ | {"hourly_wage": 30, "automation_percent": 0.8}
    found = savings_of(offer.calculator.work_of(checked(schema, asked)))

    assert found.whole == weekly


def test_the_catalogue_holds_the_six_and_no_other():
    assert [offer.id for offer in OFFERS] == list(SIX)
