"""Insight: published counts of a crime in an area, by financial year and by month against the year before."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request

from auth.roles import Action
from foundation.errors import Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.web.axis import ticks
from sharing.insight.kinds import METROPOLITAN_POLICE
from sharing.insight.months import in_words, months_between, short
from sharing.insight.recorded import ATTRIBUTION, Choices, Overview, choices_of, overview

blueprint = Blueprint("insight", __name__)

_FIRST = {"area": "Havering", "crime": "robbery", "from": "", "to": ""}


@blueprint.get("/insight")
@allows(Action.INSIGHT_READ)
def show() -> tuple[str, int]:
    """One crime in one area, chosen by the form; what cannot be shown is said above the form."""
    asked = {name: request.args.get(name, first)[:80] for name, first in _FIRST.items()}
    database, actor = context.database(), context.actor()
    try:
        page = overview(database, actor, asked["area"], asked["crime"], first=asked["from"], last=asked["to"])
    except Invalid as invalid:
        return _render(None, asked, choices_of(database, actor), invalid.problems), 422
    return _render(page, asked, page.choices, {}), 200


def _render(
    page: Overview | None, asked: Mapping[str, str], choices: Choices, problems: Mapping[str, str]
) -> str:
    months = page.months if page else ()
    years = page.years if page else ()
    return render_template(
        "pages/insight/show.html",
        page=page,
        asked=asked,
        choices=choices,
        problems=problems,
        span_months=len(months_between(page.span.first, page.span.last)) if page else 0,
        month_ticks=ticks(max((max(pair.now, pair.before) for pair in months), default=0)),
        year_ticks=ticks(max((row.count for row in years), default=0)),
        publisher=METROPOLITAN_POLICE,
        attribution=ATTRIBUTION,
        in_words=in_words,
        short=short,
        tables=_tables(page) if page else None,
        marking="OFFICIAL",
        marking_note="Counts only, no people",
    )


def _tables(page: Overview) -> dict[str, list[list[str]] | list[str]]:
    """The numbers of the charts as words, row by row."""
    editions = []
    for year in page.restated:
        said = dict(year.counts)
        told = [f"{said[edition]:,}" if edition in said else "Not covered" for edition in page.editions]
        editions.append([year.period, *told])
    return {
        "months": [
            [in_words(pair.month), f"{pair.now:,}", f"{pair.before:,}", pair.difference]
            for pair in page.months
        ],
        "years": [[row.period, f"{row.count:,}", str(row.months)] for row in page.years],
        "edition_columns": ["Year", *(f"Edition to {in_words(edition)}" for edition in page.editions)],
        "editions": editions,
    }
