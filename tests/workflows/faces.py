"""The two doors to every verb: a person's forms, and a program's JSON."""

from html import unescape

from sqlalchemy import select

from dashboard.extensions import db
from dashboard.runs.models import Run
from dashboard.workflows.models import Status
from dashboard.workflows.refusals import SENTENCES
from dashboard.workflows.voting import Refusal
from tests.factories import open_vote, vote
from tests.workflows.test_rounds import round_of


class Html:
    """Pages and forms; a refusal is read off the page as its sentence."""

    def __init__(self, client):
        self.client = client

    def post(self, actor, url, **data):
        return self.client.as_(actor).post(url, data=data)

    def propose(self, actor, type_, **over):
        fields = {"type_id": type_.id, "title": "Clean up"} | over
        return self.post(actor, f"/workflows/new?type_id={type_.id}", **fields)

    def edit(self, actor, workflow, **over):
        fields = {"title": workflow.title, "description": workflow.description}
        return self.post(actor, f"/workflows/{workflow.id}/edit", **fields | over)

    def open(self, actor, workflow):
        return self.post(actor, f"/workflows/{workflow.id}/round")

    def vote(self, actor, workflow, choice="approve", **over):
        fields = {"choice": choice, "revision": workflow.revision} | over
        return self.post(actor, f"/workflows/{workflow.id}/votes", **fields)

    def void(self, actor, workflow, voter, reason="Their account was taken over."):
        url = f"/workflows/{workflow.id}/votes/{voter.id}/void"
        return self.post(actor, url, reason=reason)

    def cancel(self, actor, workflow, reason="No longer needed."):
        url = f"/workflows/{workflow.id}/cancellation"
        return self.post(actor, url, reason=reason)

    def run(self, actor, workflow):
        return self.post(actor, f"/workflows/{workflow.id}/run")

    def stop(self, actor, run, reason="It does harm."):
        return self.post(actor, f"/runs/{run.id}/cancel", reason=reason)

    def read(self, actor, workflow):
        return self.client.as_(actor).get(f"/workflows/{workflow.id}")

    def accepts(self, response):
        return response.status_code == 303

    def refuses(self, response, refusal, sentence=""):
        said = unescape(response.text)
        return (
            response.status_code in {403, 409}
            and (sentence or SENTENCES[refusal]) in said
        )


class Api:
    """JSON; a refusal is read off its code."""

    def __init__(self, api):
        self.api = api

    def post(self, actor, path, **body):
        return self.api.with_key(actor).post(f"/api/v1{path}", json=body)

    def propose(self, actor, type_, **over):
        fields = {"type_id": str(type_.id), "title": "Clean up"} | over
        return self.post(actor, "/workflows", **fields)

    def edit(self, actor, workflow, **over):
        fields = {"title": workflow.title, "description": workflow.description}
        url = f"/api/v1/workflows/{workflow.id}"
        return self.api.with_key(actor).put(url, json=fields | over)

    def open(self, actor, workflow):
        return self.post(actor, f"/workflows/{workflow.id}/round")

    def vote(self, actor, workflow, choice="approve", **over):
        fields = {"choice": choice, "revision": workflow.revision} | over
        return self.post(actor, f"/workflows/{workflow.id}/votes", **fields)

    def void(self, actor, workflow, voter, reason="Their account was taken over."):
        url = f"/workflows/{workflow.id}/votes/{voter.id}/void"
        return self.post(actor, url, reason=reason)

    def cancel(self, actor, workflow, reason="No longer needed."):
        return self.post(actor, f"/workflows/{workflow.id}/cancellation", reason=reason)

    def run(self, actor, workflow):
        return self.post(actor, f"/workflows/{workflow.id}/run")

    def stop(self, actor, run, reason="It does harm."):
        return self.post(actor, f"/runs/{run.id}/cancel", reason=reason)

    def read(self, actor, workflow):
        return self.api.with_key(actor).get(f"/api/v1/workflows/{workflow.id}")

    def accepts(self, response):
        return response.status_code in {200, 201, 202}

    def refuses(self, response, refusal, sentence=""):
        said = response.get_json()
        known = response.status_code in {403, 409}
        return known and said["code"] == Refusal(refusal).value and bool(said["detail"])


FACES = {"html": Html, "api": Api}


def approved(proposer, type_, *voters):
    """A workflow these people have approved."""
    workflow = open_vote(proposer, type_)
    for voter in voters:
        vote(workflow, voter)
    assert workflow.status is Status.APPROVED
    return workflow


def bought(workflow):
    """The run its approval bought."""
    wanted = select(Run).where(Run.round_id == round_of(workflow).id)
    return db.session.scalars(wanted).one()


def state(workflow):
    db.session.refresh(workflow)
    return workflow.status, workflow.status_reason
