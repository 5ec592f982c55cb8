"""Signing in through the API: a short-lived token, and one to renew it with."""

from typing import Any

from apiflask import APIBlueprint, EmptySchema
from flask import abort

from dashboard.auth import actions
from dashboard.auth.schemas import CredentialsIn, RefreshIn, TokensOut
from dashboard.extensions import csrf
from dashboard.users.models import UserSession
from dashboard.users.tokens import ACCESS, access_token

ANYBODY: list[str | dict[str, list[Any]]] = [{}]
"""OpenAPI for: no token needed."""

bp = APIBlueprint("auth_api", __name__, tag="Sign-in", url_prefix="/api/v1/auth")
csrf.exempt(bp)  # it reads no cookie, like the rest of the API


@bp.post("/login")
@bp.input(CredentialsIn)
@bp.output(TokensOut)
@bp.doc(security=ANYBODY, responses=[401, 429])
def login(json_data: CredentialsIn) -> TokensOut:
    """Sign in with email (or username) and password."""
    session = actions.sign_in(json_data.email, json_data.password)
    if session is None:
        abort(401, actions.WRONG)
    return tokens(session, actions.hand_out(session))


@bp.post("/refresh")
@bp.input(RefreshIn)
@bp.output(TokensOut)
@bp.doc(security=ANYBODY, responses=[401])
def refresh(json_data: RefreshIn) -> TokensOut:
    """Renew the tokens; a refresh token works once."""
    found = actions.refresh(json_data.refresh_token)
    if found is None:
        abort(401, "This refresh token is worth nothing any more. Sign in again.")
    return tokens(*found)


@bp.post("/logout")
@bp.input(RefreshIn)
@bp.output(EmptySchema, status_code=204)
@bp.doc(security=ANYBODY)
def logout(json_data: RefreshIn) -> str:
    """Sign out: both tokens are dead at once."""
    actions.sign_out(json_data.refresh_token)
    return ""


def tokens(session: UserSession, refresh_token: str) -> TokensOut:
    return TokensOut(
        access_token=access_token(session),
        refresh_token=refresh_token,
        expires_in=int(ACCESS.total_seconds()),
    )
