"""Users, the sessions they are signed in with, their API keys, and who has to wait."""

from dashboard.users.models.delay import SignInDelay
from dashboard.users.models.key import ApiKey
from dashboard.users.models.session import UserSession
from dashboard.users.models.user import User, account, with_password

__all__ = [
    "ApiKey",
    "SignInDelay",
    "User",
    "UserSession",
    "account",
    "with_password",
]
