"""The narrow function through which lists and searches go: it takes the agreements and gives records' ids.

It knows for itself who asks, so a lane in which the person's agency does not stand is not walked, whoever
names it. What it gives it also seals into the transaction, by which the policies of the tables know the rows
again without asking for each of them anew. Its statement is that of sharing.scope.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import String, select

from foundation.walls import REQUESTS
from migrations.walls.conditions import AGREEMENTS, BROKEN_AFTER, SITES
from migrations.walls.context import OPENED, Function, keep
from migrations.walls.lookups import sql_type, tables_of, written
from sharing.records.record import record
from sharing.scope import FIND_ONE, FIND_PAGE, FIND_TYPES, FIND_WORDS, Shape, under_order, walked

#: A member's sites as an array, NULL for everybody else.
SITES_LISTED = f"CASE WHEN {SITES} IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text({SITES})) END"
#: What the statement binds and the function knows for itself, or has checked.
_KNOWN = ("agency", "user", "sites", "now", "broken_after", "agreements", "recipients")
_COLUMNS = "record_id text, at text, more boolean, ordered boolean"


def functions() -> Iterator[Function]:
    """`found`, which walks a list, and `found_one`, which looks for one record."""
    yield _function("found", FIND_PAGE, _by_words())
    yield _function("found_one", FIND_ONE, _kept(_shape(one=True)))


def tables_read() -> set[str]:
    """The tables that they read."""
    shapes = (_shape(words=FIND_WORDS), _shape(one=True))
    return {table.name for shape in shapes for table in tables_of(_statement(shape))}


def _shape(*, words: int = 0, one: bool = False) -> Shape:
    # Glass opens one record, so it has an arm where one is looked for.
    return Shape(
        "", 1, own=True, by_sites=False, words=words, one=one, glass=one, dialect="postgresql", walled=True
    )


def _statement(shape: Shape):  # noqa: ANN202 - a select of four columns
    found = walked(shape)
    ordered = under_order().label("ordered")
    here = select(found.c.record_id, found.c.at, found.c.more, ordered)
    return here.select_from(found.join(record, record.c.id == found.c.record_id))


def _function(name: str, given: Sequence[str], kept: str) -> Function:
    arguments = ", ".join(f"in_{each} {sql_type(FIND_TYPES.get(each, String()))}" for each in given)
    body = f"""
#variable_conflict use_column
DECLARE
  in_agency text := wall.agency();
  in_user text := wall.person();
  in_sites text[] := {SITES_LISTED};
  in_now text := wall.moment();
  in_broken_after text := {BROKEN_AFTER};
  standing jsonb := {AGREEMENTS};
  ids text[];
  moments text[];
  orders boolean[];
  older boolean;
  body text;
  key bytea;
BEGIN
  IF in_agency IS NULL THEN
    RETURN;
  END IF;
  SELECT array_agg(lane.agreement), array_agg(lane.recipient) INTO in_agreements, in_recipients
    FROM unnest(in_agreements, in_recipients) lane(agreement, recipient)
    WHERE standing ? lane.agreement AND wall.sites() IS DISTINCT FROM '[]'
    AND (lane.recipient IN (in_agency, '*') OR lane.recipient = 'members' AND wall.sites() IS NOT NULL);
{kept}
  body := coalesce(to_jsonb(ids), '[]')::text;
{keep(OPENED, "body")}
  RETURN QUERY SELECT known.id, known.moment, older, known.bound
    FROM unnest(ids, moments, orders) known(id, moment, bound);
END
"""
    return Function(
        f"{name}({arguments})",
        f"TABLE ({_COLUMNS})",
        body,
        (REQUESTS,),
        path="public, pg_temp",
        rows=50,
    )


def _by_words() -> str:
    """One statement for each number of words, each with a plan of its own."""
    cases = "\n".join(
        f"  WHEN {words} THEN{_kept(_shape(words=words), indent='    ')}" for words in range(FIND_WORDS)
    )
    most = _kept(_shape(words=FIND_WORDS), indent="    ")
    return f"  CASE coalesce(cardinality(in_words), 0)\n{cases}\n  ELSE{most}\n  END CASE;"


def _kept(shape: Shape, indent: str = "  ") -> str:
    names = {*FIND_ONE, *FIND_PAGE, *_KNOWN, *(f"word_{n}" for n in range(FIND_WORDS))}
    sql = written(_statement(shape), names)
    for n in range(shape.words):
        sql = sql.replace(f"in_word_{n}", f"in_words[{n + 1}]")
    gathered = "array_agg(f.record_id), array_agg(f.at), array_agg(f.ordered), bool_or(f.more)"
    return f"\n{indent}SELECT {gathered} INTO ids, moments, orders, older FROM ({sql}) f;"
