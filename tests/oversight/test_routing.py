import pytest

from dashboard.errors import Invalid
from dashboard.oversight.routing import responsible
from tests.factories import make_bot, make_council, stored
from tests.oversight.stage import make_routed_type


@pytest.fixture
def bot(uma):
    return make_bot(uma)


def test_the_council_a_type_names_decides_whatever_the_domains(olga, bot):
    make_council(olga, name="Shop", domains=["commerce"])
    own = make_council(olga, name="Release")
    type_ = make_routed_type(bot, council=own, name="Sweep", domain="commerce")

    route = responsible(type_)

    assert route.council == own
    assert route.as_json() == {"reasons": ["Sweep names Release itself."]}


def test_the_council_that_has_the_domain_decides(olga, bot):
    make_council(olga, name="Safety", domains=["safety"])
    shop = make_council(olga, name="Shop", domains=["support", "commerce"])

    route = responsible(make_routed_type(bot, name="Sweep", domain="commerce"))

    assert route.council == shop
    assert route.reasons == [
        "Sweep names no council: its domain commerce decides.",
        "Shop has commerce: it decides.",
    ]


def test_the_closest_domain_wins_and_the_others_are_named(olga, bot):
    make_council(olga, name="Shop", domains=["commerce"])
    prices = make_council(olga, name="Prices", domains=["commerce.pricing", "commerce"])

    route = responsible(make_routed_type(bot, domain="commerce.pricing.sale"))

    assert route.council == prices
    assert route.reasons[1:] == [
        "No council has commerce.pricing.sale.",
        "Prices has commerce.pricing, the closest domain above: it decides.",
        "Shop has only commerce, which is further off.",
    ]


def test_of_two_that_have_it_the_older_council_decides(olga, bot):
    older = make_council(olga, name="Old", domains=["commerce"])
    make_council(olga, name="Young", domains=["commerce"])

    route = responsible(make_routed_type(bot, domain="commerce.pricing"))

    assert route.council == older
    assert route.reasons[-1] == (
        "Young has commerce too, but Old is the older council."
    )


def test_a_word_that_only_begins_alike_is_no_parent(olga, bot):
    make_council(olga, domains=["com", "commerce.pricing.sale"])

    with pytest.raises(Invalid):
        responsible(make_routed_type(bot, domain="commerce.pricing"))


def test_an_archived_council_is_not_asked(olga, bot):
    gone = make_council(olga, domains=["commerce"])
    gone.archive()
    stored(gone)
    kept = make_council(olga, domains=["commerce"])

    assert responsible(make_routed_type(bot, domain="commerce")).council == kept


@pytest.mark.parametrize(
    ("domain", "why"),
    [
        ("", "It names no council and has no domain."),
        ("commerce.pricing", "No council has commerce.pricing, nor a domain above it."),
    ],
)
def test_where_nobody_is_responsible_it_says_who_can_help(bot, domain, why):
    with pytest.raises(Invalid) as refused:
        responsible(make_routed_type(bot, name="Sweep", domain=domain))

    assert refused.value.errors == {
        "type_id": f"No council is responsible for Sweep. {why} Ask an admin to name "
        "a council for this type, or to give a council its domain."
    }
