"""Every field of a rule, through the form and back."""

import re

import pytest

from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.workflows.rules import PRESETS, Rule
from tests.factories import make_council, make_user, rule_of

EVERYTHING = Rule.model_validate(
    {
        "threshold": {"num": 3, "den": 5, "strict": True, "base": "present"},
        "quorum": {"num": 2, "den": 3, "strict": True, "counts": "approve_abstain"},
        "min_approvals": 2,
        "required_roles": {"member": 2, "se.cu-rity": 1},
        "voting_period": 5400,
        "early_decision": "off",
        "min_open": 61,
        "vote_change": False,
        "reason_required": "always",
        "late_extension": {"seconds": 3600, "trigger": "flip"},
        "timelock": 172_800,
        "run_window": None,
        "exclude": ["agent_owner"],
        "runner_must_differ": True,
    }
).model_dump(mode="json")
OPTION = re.compile(r"<option selected value=\"([^\"]*)\"")
TAG = re.compile(r"<(input|select)[^>]*>")


@pytest.fixture
def people(database):
    roles = ["member", "member", "se.cu-rity"]
    seated = [make_user(f"P{n}", role=Role.COUNCIL_OPERATOR) for n in range(3)]
    return list(zip(seated, roles, strict=True))


@pytest.fixture
def council(people):
    council = make_council(*(person for person, _ in people), rule=rule_of())
    for member, (_, role) in zip(council.members, people, strict=True):
        member.role = role
    db.session.commit()
    return council


def sent(page, **over):
    """What a browser would send of the council's form on this page."""
    form = page[page.index('id="council"') : page.index("Save council")]
    fields = {}
    for found in TAG.finditer(form):
        tag = found[0]
        name = re.search(r'name="([^"]*)"', tag)
        if name is None or ('type="checkbox"' in tag and "checked" not in tag):
            continue
        if found[1] == "select":
            part = form[found.end() : form.index("</select>", found.end())]
            first = re.search(r'value="([^"]*)"', part)
            value = (OPTION.search(part.replace(" >", ">")) or first)[1]
        else:
            value = re.search(r'value="([^"]*)"', tag)[1]
        fields.setdefault(name[1], []).append(value)
    return fields | {f"rule-{name}": value for name, value in over.items()}


def test_every_field_comes_back_as_it_was_stored(client, ada, council):
    council.rule = EVERYTHING
    db.session.commit()
    url = f"/councils/{council.id}/edit"

    fields = sent(client.as_(ada).get(url).text)
    saved = client.post(url, data=fields | {"description": "Touched"})

    assert saved.status_code == 303, saved.text
    found = db.session.get(Council, council.id)
    assert (found.rule, found.description) == (EVERYTHING, "Touched")


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_comes_back_as_it_was_stored(client, ada, council, key):
    council.rule = rule_of(key)
    db.session.commit()
    url = f"/councils/{council.id}/edit"

    fields = sent(client.as_(ada).get(url).text)
    client.post(url, data=fields)

    assert fields["rule-preset"] == [key]
    assert db.session.get(Council, council.id).rule == rule_of(key)


TYPED = {
    "threshold-num": ("3", {"threshold": {"num": 3, "den": 4}}),
    "voting_period": ("90", {"voting_period": 90 * 86_400}),
    "min_approvals": ("2", {"min_approvals": 2}),
    "timelock": ("5", {"timelock": 300}),
    "run_window-unit": ("never", {"run_window": None}),
    "early_decision": ("off", {"early_decision": "off"}),
    "vote_change": ("false", {"vote_change": False}),
    "reason_required": ("never", {"reason_required": "never"}),
    "runner_must_differ": ("y", {"runner_must_differ": True}),
    "exclude": ([], {"exclude": []}),
    "quorum-counts": (
        "approve_abstain",
        {"quorum": rule_of()["quorum"] | {"counts": "approve_abstain"}},
    ),
    "threshold-base": (
        "eligible",
        {"threshold": rule_of()["threshold"] | {"base": "eligible"}},
    ),
}


@pytest.mark.parametrize("name", TYPED)
def test_each_field_is_saved_and_nothing_else_moves(client, ada, council, name):
    typed, changed = TYPED[name]
    url = f"/councils/{council.id}/edit"
    fields = sent(client.as_(ada).get(url).text, **{name: typed})
    if name == "threshold-num":
        fields["rule-threshold-den"] = "4"
        changed = {"threshold": rule_of()["threshold"] | changed["threshold"]}

    client.post(url, data=fields)

    assert db.session.get(Council, council.id).rule == rule_of(**changed)


def test_roles_are_rows(client, ada, council):
    url = f"/councils/{council.id}/edit"
    rows = {"required_roles-0-role": "member", "required_roles-1-role": "se.cu-rity"}
    rows |= {"required_roles-0-number": "2", "required_roles-1-number": ""}

    client.as_(ada).post(url, data=sent(client.get(url).text, **rows))

    rule = db.session.get(Council, council.id).rule
    assert rule["required_roles"] == {"member": 2, "se.cu-rity": 1}


def test_without_a_share_only_people_count(client, ada, council):
    url = f"/councils/{council.id}/edit"
    fields = sent(client.as_(ada).get(url).text)
    del fields["rule-threshold-on"]

    client.post(url, data=fields)

    assert db.session.get(Council, council.id).rule == rule_of(threshold=None)


def test_another_preset_decides_over_the_fields_drawn_for_the_one_before(
    client, ada, council
):
    url = f"/councils/{council.id}/edit"
    over = {"preset": "any_two", "timelock": "1", "exclude": ["agent_owner"]}

    client.as_(ada).post(url, data=sent(client.get(url).text, **over))

    everybody = ["proposer", "editors", "agent_owner"]
    rule = rule_of("any_two", timelock=60, exclude=everybody)
    assert db.session.get(Council, council.id).rule == rule


WRONG = {
    "threshold-num": ("3", "threshold-num", "3/2 is more than all"),
    "quorum-den": ("0", "quorum-den", "Enter 1 or more."),
    "quorum-num": ("x", "quorum-num", "Enter a whole number."),
    "min_approvals": ("9", "min_approvals", "It asks for nine people to approve"),
    "min_open": ("9999", "min_open", "Enter 259200 seconds (the voting period)"),
    "late_extension-seconds": ("9999", "late_extension-seconds", "Extend by 259200"),
    "voting_period": ("0", "voting_period", "Enter 1 or more."),
    "timelock": ("-1", "timelock", "Enter 0 or more."),
    "run_window": ("soon", "run_window", "Enter a whole number."),
    "run_window-unit": ("moons", "run_window", "Enter a whole number."),
    "required_roles-0-number": ("2", "required_roles-0-role", "Fill this in."),
    "early_decision": ("maybe", "early_decision", "Choose"),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_mistake_is_refused_beside_its_field_and_kept(client, ada, council, name):
    typed, field, sentence = WRONG[name]
    url = f"/councils/{council.id}/edit"
    fields = sent(client.as_(ada).get(url).text, **{name: typed})

    response = client.post(url, data=fields | {"description": "Typed"})

    assert response.status_code == 422
    _, beside = response.text.split(f'id="rule-{field}-error"')
    assert sentence in beside.partition("</p>")[0]
    assert "Typed" in response.text
    if "unit" not in name and "early" not in name:
        assert f'value="{typed}"' in response.text
    assert db.session.get(Council, council.id).rule == rule_of()


def test_more_than_all_is_refused(client, ada, council):
    url = f"/councils/{council.id}/edit"
    over = {"threshold-num": "2", "threshold-strict": "true"}

    response = client.as_(ada).post(url, data=sent(client.get(url).text, **over))

    assert response.status_code == 422
    assert "More than all cannot be reached" in response.text


def test_a_role_is_named_once_and_somebody_holds_it(client, ada, council):
    url = f"/councils/{council.id}/edit"
    page = client.as_(ada).get(url).text
    twice = {"required_roles-0-role": "member", "required_roles-1-role": "member"}
    nobody = {"required_roles-0-role": "law"}

    doubled = client.post(url, data=sent(page, **twice))
    missing = client.post(url, data=sent(page, **nobody))

    assert doubled.status_code == missing.status_code == 422
    assert 'id="rule-required_roles-1-role-error"' in doubled.text
    assert "It asks for one approval from law, and no people here" in missing.text
    assert 'value="law"' in missing.text


def test_who_has_no_script_asks_what_it_means_and_nothing_is_saved(
    client, ada, council
):
    url = f"/councils/{council.id}/edit"
    fields = sent(client.as_(ada).get(url).text, preset="everyone", timelock="7")

    shown = client.post(url, data=fields | {"meaning": "1", "name": "Typed"})
    again = client.post(url, data=sent(shown.text))

    assert shown.status_code == 200
    assert "Passes when all 3 approve, within 3 days." in shown.text
    assert 'value="Typed"' in shown.text
    assert again.status_code == 303
    found = db.session.get(Council, council.id)
    assert (found.name, found.rule) == ("Typed", rule_of("everyone", timelock=420))
