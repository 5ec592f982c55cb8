from threading import Barrier, Thread

from sqlalchemy import func, select

from dashboard.extensions import db
from dashboard.users.models import ApiKey, User
from tests.factories import make_user


def test_two_people_of_one_name_at_once_are_one_person_and_a_refusal(
    app, real_database
):
    _, secret = ApiKey.issue(make_user("Ada"))
    db.session.commit()
    given = {"email": "nina@example.org", "username": "nina", "name": "Nina"}
    start, statuses = Barrier(4), []

    def add():
        with app.app_context():
            program = app.test_client()
            program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
            start.wait()
            statuses.append(program.post("/api/v1/users", json=given).status_code)

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert db.session.scalar(select(func.count(User.id))) == 2
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 409, 422}
