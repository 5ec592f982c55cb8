"""The key that signs, and what passes for a public key."""

import base64

import pytest

from dashboard.receipts.checking import check
from dashboard.receipts.signing import (
    Unusable,
    decoded,
    encoded,
    key_id,
    private_key,
    public_jwk,
    read_key,
)
from tests.receipts.tale import JWK, KEY, signed, tale


def test_the_same_secret_makes_the_same_key_and_another_one_another():
    assert public_jwk(private_key("a" * 32)) == JWK
    assert public_jwk(private_key("a" * 31 + "b")) != JWK


def test_the_key_is_not_the_secret_itself():
    assert KEY.private_bytes_raw() != b"a" * 32


def test_the_public_half_is_written_as_the_standard_has_it():
    raw = KEY.public_key().public_bytes_raw()

    assert {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "x": base64.urlsafe_b64encode(raw).decode().rstrip("="),
        "kid": key_id(raw),
    } == JWK
    assert len(decoded(JWK["kid"])) == 16


def test_an_example_of_the_standard_is_read():
    """RFC 8037, appendix A.2."""
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

    id_, key = read_key({"kty": "OKP", "crv": "Ed25519", "x": x})

    assert encoded(key.public_bytes_raw()) == x
    assert id_ == key_id(key.public_bytes_raw())


@pytest.mark.parametrize(
    ("jwk", "why"),
    [
        ([], "JSON object"),
        (None, "JSON object"),
        ({"kty": "RSA"}, "not an Ed25519 key"),
        (JWK | {"crv": "X25519"}, "not an Ed25519 key"),
        (JWK | {"x": "AAAA"}, "32 bytes"),
        (JWK | {"x": 7}, "32 bytes"),
        (JWK | {"x": JWK["x"] + "="}, "32 bytes"),
        (JWK | {"kid": "another"}, "does not belong to its x"),
    ],
)
def test_what_is_no_key_is_refused_with_the_reason(jwk, why):
    with pytest.raises(Unusable, match=why):
        check(signed(tale()), jwk)


def test_bytes_have_one_spelling():
    """The last sign holds bits that no byte takes up."""
    assert decoded("AA") == b"\0"
    assert decoded("AB") is None
    assert decoded("A A") is None
    assert decoded("é") is None
