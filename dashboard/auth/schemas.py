"""What signing in asks for, and what the API hands out."""

from pydantic import Field

from dashboard.schemas import Out, Schema, Text
from dashboard.users.passwords import Password


class CredentialsIn(Schema):
    email: Text = Field(
        min_length=1, max_length=254, description="Your email or username."
    )
    password: Password = Field(min_length=1)


class SignInIn(CredentialsIn):
    next: Text = ""


class ConfirmIn(Schema):
    password: Password = Field(min_length=1)
    next: Text = ""


class PasswordChangeIn(Schema):
    current: Password = Field(min_length=1)
    new: Password
    again: Password


class RefreshIn(Schema):
    refresh_token: Text = Field(max_length=200)


class TokensOut(Out):
    access_token: str
    refresh_token: str
    token_type: str = "bearer"  # noqa: S105  # the scheme's name, no secret
    expires_in: int = Field(description="Seconds the access token is good for.")
