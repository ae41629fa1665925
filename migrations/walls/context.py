"""Whose transaction it is: looked up once by what was shown, sealed, and read back by every policy.

The context is a setting of the transaction, which any statement could set; so it carries a seal that only the
functions here can make, over the transaction's own number. It vanishes with the transaction, is good in no
other, and costs no row. docs/decisions/0008 says what else was measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from foundation.walls import REQUESTS, SERVER

#: Settings of one transaction: who it is (user, agency, sites, moment), and records that `found` has given.
CONTEXT, OPENED = "concordat.context", "concordat.opened"

_TO_ALL = (REQUESTS, SERVER)

TABLES = """
CREATE TABLE IF NOT EXISTS wall.secret (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  key bytea NOT NULL
);
INSERT INTO wall.secret (key)
  SELECT sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8')) FROM generate_series(1, 3)
  ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS wall.standing (
  agency text PRIMARY KEY,
  agreements jsonb NOT NULL,
  from_at text NOT NULL,
  until_at text NOT NULL
);
TRUNCATE wall.standing;
"""


@dataclass(frozen=True)
class Function:
    """A function of the walls. `granted` are the roles that may call it; without any, only other functions.

    `path` is the search path that it is pinned to, in which nobody who can log in may make anything.
    """

    signature: str
    returns: str
    body: str
    granted: tuple[str, ...] = ()
    kind: str = "STABLE"
    definer: bool = True
    path: str = "pg_catalog, pg_temp"
    rows: int = 0

    @property
    def name(self) -> str:
        """Its name without its arguments."""
        return self.signature.partition("(")[0]

    def statement(self) -> str:
        """The statement that makes it."""
        security = "SECURITY DEFINER" if self.definer else "SECURITY INVOKER"
        rows = f" ROWS {self.rows}" if self.rows else ""
        return (
            f"CREATE FUNCTION wall.{self.signature} RETURNS {self.returns}\n"
            f"LANGUAGE plpgsql {self.kind} {security} SET search_path = {self.path}{rows}"
            f" AS $wall$\n{self.body.strip()}\n$wall$"
        )


def _seal(what: str, body: str, number: str) -> str:
    """SQL for the seal of a text, in 64 characters; `key` is in scope. What it is for is sealed with it."""
    whole = f"convert_to('{what} ' || {number}::text || ' ' || {body}, 'UTF8')"
    return f"encode(sha256(key || sha256(key || {whole})), 'hex')"


def _unsealed(setting: str, result: str, *, declare: str = "", then: str = "") -> str:
    """A body that gives `result` of the sealed text `body`; NULL without one, or if its seal is broken."""
    # IS DISTINCT FROM: without a number of its own a transaction has no seal, and NULL must not pass.
    return f"""
#variable_conflict use_variable
DECLARE
  found text := current_setting('{setting}', true);
  body text := substr(found, 65);
  key bytea;
  {declare}
BEGIN
  IF found IS NULL OR found = '' THEN
    RETURN NULL;
  END IF;
  SELECT s.key INTO key FROM wall.secret s;
  IF left(found, 64) IS DISTINCT FROM {_seal(setting, "body", "pg_current_xact_id_if_assigned()")} THEN
    RETURN NULL;
  END IF;
  {then}
  RETURN {result};
END
"""


def keep(setting: str, body: str) -> str:
    """A statement that seals a text into a setting until the transaction ends; `key` is a variable."""
    seal = _seal(setting, body, "pg_current_xact_id()")
    return f"""
  SELECT s.key INTO key FROM wall.secret s;
  PERFORM set_config('{setting}', {seal} || {body}, true);
"""


def functions() -> Iterator[Function]:
    """Every function that makes or reads the context."""
    for place, (name, type_) in enumerate(_PARTS, 1):
        yield Function(f"{name}()", type_, _unsealed(CONTEXT, f"(body::text[])[{place}]::{type_}"), _TO_ALL)
    yield Function("opened()", "jsonb", _unsealed(OPENED, "body::jsonb"), _TO_ALL)
    yield Function("agreements()", "jsonb", _AGREEMENTS, _TO_ALL)
    yield Function("stands(home text, at text)", "jsonb", _STANDS, definer=False)
    yield Function("prime(home text, at text)", "void", _PRIME, kind="VOLATILE", definer=False)
    yield Function("held(who text, home text)", "jsonb", _HELD, definer=False)
    yield Function(
        "open(who text, home text, places jsonb, at text)", "void", _OPEN, kind="VOLATILE", definer=False
    )
    yield Function("begin(token text, at text)", "void", _BEGIN, _TO_ALL, kind="VOLATILE")
    yield Function("forget_standing()", "trigger", _FORGET, kind="VOLATILE")


#: What the context holds. Sites are a list for a member, an empty one if they hold none, NULL for all others.
_PARTS = (("person", "text"), ("agency", "text"), ("sites", "jsonb"), ("moment", "text"))

#: The sites that a member holds at this moment; auth.sites says the same.
_HELD = """
BEGIN
  RETURN coalesce(
    (SELECT jsonb_agg(s.id) FROM public.site s WHERE s.agency_id = home AND (
      s.id IN (SELECT d.site_id FROM public.user_site d WHERE d.user_id = who)
      OR s.id IN (SELECT i.site_id FROM public.user_area p
        JOIN public.area a ON a.id = p.area_id AND a.agency_id = home AND a.ended_at IS NULL
        JOIN public.area_site i ON i.area_id = a.id WHERE p.user_id = who))),
    '[]');
END
"""

#: The agreements in which the person's agency stands now, as a list of their ids.
_AGREEMENTS = _unsealed(
    CONTEXT,
    "coalesce(held, wall.stands(parts[2], parts[4]))",
    declare="parts text[];\n  held jsonb;",
    then="""parts := body::text[];
  SELECT s.agreements INTO held FROM wall.standing s
    WHERE s.agency = parts[2] AND s.from_at <= parts[4] AND parts[4] < s.until_at;""",
)

#: A party of the version in force: the newest signed one that has begun, unless it has run out.
_STANDS = """
BEGIN
  RETURN coalesce(
    (SELECT jsonb_agg(v.agreement_id) FROM public.agreement_version v
      WHERE v.stage = 'signed' AND coalesce(v.begins_at, v.from_at) <= at AND at < v.until_at
      AND strpos(v.parties, '"' || home || '"') > 0
      AND NOT EXISTS (SELECT FROM public.agreement_version n
        WHERE n.agreement_id = v.agreement_id AND n.stage = 'signed'
        AND coalesce(n.begins_at, n.from_at) <= at AND n.number > v.number)),
    '[]');
END
"""

#: Keeps what `stands` says until the next moment at which any version begins or runs out. Not while versions
#: are being changed, so that nothing outlives the change.
_PRIME = """
BEGIN
  IF EXISTS (SELECT FROM wall.standing s WHERE s.agency = home AND s.from_at <= at AND at < s.until_at)
    OR NOT pg_try_advisory_xact_lock_shared(hashtext('wall.standing'))
    OR NOT pg_try_advisory_xact_lock(hashtext('wall.standing'), hashtext(home)) THEN
    RETURN;
  END IF;
  INSERT INTO wall.standing AS s (agency, agreements, from_at, until_at)
    SELECT home, wall.stands(home, at), at, coalesce(min(turn), '9999')
    FROM (SELECT coalesce(begins_at, from_at) AS turn FROM public.agreement_version
        WHERE stage = 'signed' AND coalesce(begins_at, from_at) > at
      UNION ALL
      SELECT until_at FROM public.agreement_version WHERE stage = 'signed' AND until_at > at) turns
    ON CONFLICT (agency) DO UPDATE
    SET agreements = excluded.agreements, from_at = excluded.from_at, until_at = excluded.until_at;
END
"""

_FORGET = """
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('wall.standing'));
  DELETE FROM wall.standing;
  RETURN NULL;
END
"""

_OPEN = f"""
DECLARE
  body text := ARRAY[who, home, places::text, at]::text;
  key bytea;
BEGIN
  IF wall.person() IS NOT NULL THEN
    RAISE EXCEPTION 'this transaction is somebody''s already' USING ERRCODE = '28000';
  END IF;
  {keep(CONTEXT, "body")}
  PERFORM wall.prime(home, at);
END
"""

#: The raw token, of which only the digest is stored: nobody who reads the tables can show it.
_BEGIN = """
DECLARE
  digest text := encode(sha256(convert_to(token, 'UTF8')), 'hex');
  who text;
  home text;
  member boolean;
BEGIN
  SELECT u.id, u.agency_id, u.member INTO who, home, member
    FROM public.session s JOIN public."user" u ON u.id = s.user_id
    WHERE s.hash = digest AND s.ends_at >= at AND NOT u.disabled;
  IF NOT FOUND THEN
    SELECT u.id, u.agency_id, u.member INTO who, home, member
      FROM public.api_key k JOIN public."user" u ON u.id = k.user_id
      WHERE k.hash = digest AND k.expires_at > at AND k.ended_at IS NULL AND NOT u.disabled;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nobody holds this credential' USING ERRCODE = '28000';
  END IF;
  PERFORM wall.open(who, home, CASE WHEN member THEN wall.held(who, home) END, at);
END
"""
