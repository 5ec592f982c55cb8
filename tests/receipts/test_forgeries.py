"""What was changed by hand, and what another key signed."""

import copy
import json

import pytest

from dashboard.receipts.checking import check
from dashboard.receipts.signing import public_jwk
from dashboard.receipts.spelling import digest, digests_of, written
from tests.receipts.tale import JWK, OTHER, cast, signed, tale


def findings(receipt, key):
    return [str(finding) for finding in check(signed(receipt, key), JWK)]


@pytest.fixture
def receipt():
    return copy.deepcopy(tale(voters=4))


def test_another_key_is_named(receipt):
    other = public_jwk(OTHER)["kid"]

    found = findings(receipt, key=OTHER)

    assert len(found) == 1
    assert f"it names the key {other}, and the key at hand is {JWK['kid']}" in found[0]


def test_another_key_under_the_name_of_ours_is_found_out(receipt):
    document = json.loads(signed(receipt, OTHER))
    document["key_id"] = JWK["kid"]

    found = [str(each) for each in check(written(document), JWK)]

    assert len(found) == 1
    assert found[0].startswith("signature (line")


def test_a_part_changed_with_its_own_digest_is_still_named(receipt):
    document = json.loads(signed(receipt))
    vote = document["receipt"]["rounds"][0]["votes"][1]
    vote["reason"] = "Whatever."
    document["digests"]["rounds/0/votes/1"] = digest(vote)

    found = [str(each) for each in check(written(document), JWK)]

    assert found[0].startswith("rounds/0/votes (lines")
    assert any(each.startswith("signature (line") for each in found)


def test_a_forger_who_makes_every_digest_anew_lacks_the_key(receipt):
    document = json.loads(signed(receipt))
    told = document["receipt"]["rounds"][0]
    told["votes"][0]["choice"] = "reject"
    document["digests"] = digests_of(document)

    found = [str(each) for each in check(written(document), JWK)]

    assert found[0].startswith("signature (line")
    assert any("with these votes" in each for each in found)


def test_a_vote_that_was_removed_is_told(receipt):
    document = json.loads(signed(receipt))
    document["receipt"]["rounds"][0]["votes"].pop()

    found = [str(each) for each in check(written(document), JWK)]

    assert "this lists rounds/0/votes/2, which is not in the receipt" in found[0]


def test_a_vote_that_was_added_is_told(receipt):
    document = json.loads(signed(receipt))
    document["receipt"]["rounds"][0]["votes"].append(cast(3))

    found = [str(each) for each in check(written(document), JWK)]

    assert "rounds/0/votes/3 has no digest: it was added" in found[0]
