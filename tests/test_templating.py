"""What every page shares: headers, addresses of files, words, macros, navigation."""

import re
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from flask import g, render_template_string, url_for
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from config import Config
from dashboard import create_app, templating
from dashboard.navigation import nav

STATIC = Path(__file__).parent.parent / "static"
LIMIT = 150
SHADES = [SelectChoice("l", "Light"), SelectChoice("d", "Dark")]


class SeatForm(Form):
    weight = IntegerField("Weight")


class SampleForm(Form):
    name = StringField("Name", [InputRequired()])
    why = TextAreaField("Why", description="Everybody reads this.")
    shade = SelectField("Shade", choices=SHADES)
    tone = RadioField("Tone", choices=SHADES)
    tags = SelectMultipleField("Tags", choices=SHADES)
    file = FileField("Log file")
    veto = BooleanField("May veto")
    seats = FieldList(FormField(SeatForm), min_entries=1)


@pytest.fixture
def draw(app):
    """draw(source, **context): a template's text, inside a request for ?status=open."""

    def text_of(source, path="/councils/?status=open&status=won&after=x", **context):
        with app.test_request_context(path):
            app.preprocess_request()
            return render_template_string(source, **context)

    return text_of


def draw_field(draw, field, call="field(it)"):
    source = '{% from "_macros/form.html" import code_area, field %}{{ ' + call + " }}"
    return draw(source, it=field)


def test_every_answer_carries_the_protective_headers(client):
    headers = client.get("/login").headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_each_answer_has_a_nonce_of_its_own_and_every_script_carries_it(client):
    first, second = client.get("/login"), client.get("/login")

    nonce = re.search(r"nonce-([^']+)'", first.headers["Content-Security-Policy"])[1]
    scripts = re.findall(r"<script [^>]*>", first.text)
    assert nonce not in second.headers["Content-Security-Policy"]
    assert len(scripts) == len(list((STATIC / "js").glob("*.js")))
    assert all(f'nonce="{nonce}"' in script for script in scripts)


def test_only_a_site_on_https_asks_to_stay_there(tmp_path):
    secure = create_app(
        Config(
            secret_key="s" * 32,
            audit_key="a" * 32,
            data_keys=("d" * 32,),
            database_url="sqlite://",
            base_url="https://quorum.example",
            instance=tmp_path,
            testing=True,
        )
    )

    answer = secure.test_client().get("/nowhere", base_url="https://quorum.example")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_file_is_kept_for_long_under_the_address_of_its_content(client, draw):
    address = draw("{{ asset('css/quorum.css') }}")

    assert re.search(r"\?v=[0-9a-f]{12}$", address)
    with client.get(address) as named, client.get(address.split("?")[0]) as bare:
        assert "immutable" in named.headers["Cache-Control"]
        assert "immutable" not in bare.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("cookie", "attribute"),
    [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"'), ("auto", "")],
)
def test_the_chosen_theme_is_in_the_page_before_any_script(client, cookie, attribute):
    client.set_cookie("theme", cookie)

    opening = re.search(r"<html[^>]*>", client.get("/login").text)[0]

    assert opening == f'<html lang="en"{" " + attribute if attribute else ""}>'


def test_a_made_up_theme_counts_as_none(client):
    client.set_cookie("theme", '"><script>')

    assert '<html lang="en">' in client.get("/login").text


def test_the_navigation_names_only_what_its_reader_may_open(app, ada, uma):
    def labels_for(actor):
        with app.test_request_context("/councils/"):
            g.actor = actor
            return {entry.label for _, entries in nav() for entry in entries}

    assert labels_for(ada) - labels_for(uma) >= {"Audit"}
    assert "Councils" in labels_for(uma)


def test_the_navigation_marks_where_one_is(client, ada):
    page = client.as_(ada).get("/councils/").text

    current = re.findall(r'<a href="([^"]+)" aria-current="page"', page)
    assert current[0] == "/councils/"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0.34, "340 ms"),
        (1.84, "1.8 s"),
        (125, "2 min 5 s"),
        (120, "2 min"),
        (12_000, "3 h 20 min"),
    ],
)
def test_a_duration_reads_as_people_say_it(seconds, words):
    assert templating.duration(seconds) == words


def test_numbers_and_sizes_read_as_people_say_them():
    assert templating.plural(1, "vote") == "1 vote"
    assert templating.plural(1200, "entry", "entries") == "1,200 entries"
    assert templating.filesize(10 << 20) == "10.0 MiB"


def test_the_address_of_a_record_is_the_one_its_page_has(app):
    id_ = uuid4()

    with app.test_request_context("/", base_url="https://here.example/below"):
        for endpoint in ("runs.show", "receipts.show"):
            (name,) = next(app.url_map.iter_rules(endpoint)).arguments
            url = url_for(endpoint, **{name: id_})
            assert templating.address(id_, endpoint) == url
        assert templating.address(7, "audit_log.show") == "/below/audit/7"


def test_highlighted_code_stays_text():
    code = templating.highlight("x = '<script>alert(1)</script>'\n", "python")

    assert "<script>" not in code
    assert "&lt;script&gt;" in code
    assert 'class="linenos"' in code


@pytest.mark.parametrize(
    ("name", "widget"),
    [
        ("name", '<input class="input" id="name"'),
        ("why", '<textarea aria-describedby="why-hint" class="input" id="why"'),
        ("shade", '<select class="select" id="shade"'),
        ("tone", '<input type="radio" name="tone" value="d" checked>'),
        ("tags", '<input type="checkbox" name="tags" value="l">'),
        ("file", '<input class="input file" id="file"'),
        ("veto", '<input id="veto" name="veto" type="checkbox"'),
    ],
)
def test_each_kind_of_field_gets_its_widget(draw, name, widget):
    form = SampleForm(MultiDict({"tone": "d"}))

    assert widget in draw_field(draw, form[name])


def test_a_field_is_read_out_with_its_hint_and_its_mistake(draw):
    form = SampleForm()
    for name in ("why", "veto"):
        form[name].errors = ["Say more <b>words</b>."]

    for name in ("why", "veto"):
        text = draw_field(draw, form[name], "field(it, hint='One line.')")
        assert f'aria-describedby="{name}-hint {name}-error"' in text
        assert 'aria-invalid="true"' in text
        assert f'id="{name}-hint">One line.' in text
        assert "Say more &lt;b&gt;words&lt;/b&gt;." in text


def test_a_choice_among_several_is_read_out_with_its_mistake(draw):
    form = SampleForm()
    form.tone.errors = ["Choose one."]

    text = draw_field(draw, form.tone)

    assert '<fieldset class="field" id="tone"' in text
    assert 'aria-describedby="tone-error"' in text


def test_only_what_must_be_filled_in_is_marked(draw):
    form = SampleForm()

    assert 'class="must"' in draw_field(draw, form.name)
    assert 'class="must"' not in draw_field(draw, form.why)


def test_code_is_written_without_the_browsers_help(draw):
    text = draw_field(draw, SampleForm().why, "code_area(it, rows=7)")

    assert 'spellcheck="false"' in text
    assert 'rows="7"' in text
    assert 'aria-describedby="why-hint"' in text


def test_mistakes_are_announced_and_each_is_one_click_away(draw):
    form = SampleForm()
    form.name.errors = ["Enter a name."]
    form.seats[0].form.weight.errors = ["Enter 10 or less."]

    text = draw(
        '{% from "_macros/form.html" import problems %}{{ problems(form) }}', form=form
    )

    assert 'role="alert" tabindex="-1"' in text
    assert 'href="#name">Name</a>' in text
    assert 'href="#seats-0-weight">Weight</a>' in text
    assert "Nothing was saved yet." in text
    assert 'href="#why"' not in text


def test_a_form_without_mistakes_says_nothing(draw):
    text = draw(
        '{% from "_macros/form.html" import problems %}{{ problems(form) }}',
        form=SampleForm(),
    )

    assert text.strip() == ""


def test_a_button_that_writes_is_a_form_and_asks_first(draw):
    text = draw(
        '{% from "_macros/form.html" import post_button %}'
        '{{ post_button("/x", "Delete", confirm="Delete it?", tone="destroy", '
        'hidden={"seen": 3}) }}'
    )

    assert '<form method="post" action="/x" data-confirm="Delete it?"' in text
    assert 'data-confirm-tone="destroy"' in text
    assert 'name="csrf_token"' in text
    assert '<input type="hidden" name="seen" value="3">' in text


def test_the_next_page_keeps_every_filter(draw):
    page = SimpleNamespace(next="c2", total=60, total_is_capped=True)

    text = draw(
        '{% from "_macros/list.html" import pager %}{{ pager(page) }}', page=page
    )

    following = re.search(r'rel="next" href="([^"]+)"|href="([^"]+)" rel="next"', text)[
        1
    ]
    assert following == "/councils/?status=open&amp;status=won&amp;after=c2"
    assert 'href="/councils/?status=open&amp;status=won"' in text
    assert "60+ in all" in text


def test_a_chart_has_its_numbers_in_a_table(draw):
    rows = [{"label": "1 Nov", "values": [7, 2]}]

    text = draw(
        '{% from "_macros/charts.html" import bars %}'
        '{{ bars(rows, [("done", "s-ok"), ("failed", "s-bad")], "Runs") }}',
        rows=rows,
    )

    assert "<title>1 Nov: 7 done, 2 failed</title>" in text
    assert '<td>1 Nov</td><td class="end num">7</td><td class="end num">2</td>' in text


def test_json_is_shown_as_text(draw):
    source = '{% from "_macros/json.html" import json_view %}{{ json_view(value) }}'

    text = draw(source, value={"ö": "<img>"})

    assert "&#34;ö&#34;: &#34;&lt;img&gt;&#34;" in text


def test_a_refusal_shows_the_request_and_a_way_forward(client, ada):
    answer = client.as_(ada).get("/nowhere")

    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] in answer.text
    assert 'href="/">' in answer.text


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("css/**/*.css")), ids=str)
def test_a_style_sheet_is_short_and_in_a_layer(sheet):
    entry = (STATIC / "css/quorum.css").read_text()
    name = sheet.relative_to(STATIC / "css").as_posix()

    assert len(sheet.read_text().splitlines()) <= LIMIT
    assert name == "quorum.css" or f'@import url("{name}") layer(' in entry
