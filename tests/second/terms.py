"""When an agreement stands, who stands in it, and which releases live for the reader."""

from tests.second.ages import moment, within
from tests.second.world_view import is_member


def version_at(agreement, at):
    """The newest signed version that has begun, if it has not run out."""
    begun = [v for v in agreement["versions"] if v["signed"] and moment(v["from"]) <= at]
    newest = max(begun, key=lambda version: version["number"], default=None)
    if newest is None or not within(at, None, moment(newest["until"])):
        return None
    return newest


def _withdrawn(agreement, agency, at):
    return any(
        within(at, moment(w["at"]), moment(w.get("rejoined")))
        for w in agreement["withdrawals"]
        if w["agency"] == agency
    )


def _withdrew_since(agreement, agency, start, now):
    """Whether the party was out at any time since a release was made: rejoining revives no release."""
    for withdrawal in agreement["withdrawals"]:
        if withdrawal["agency"] != agency or moment(withdrawal["at"]) > now:
            continue
        rejoined = moment(withdrawal.get("rejoined"))
        if rejoined is None or rejoined > start:
            return True
    return False


def parties_at(agreement, at, *, suspended_too=False):
    """Who stands in the agreement at a moment; nobody where it is not active."""
    version = version_at(agreement, at)
    ended = moment(agreement["ended"])
    if version is None or (ended is not None and ended <= at):
        return set()
    pauses = [] if suspended_too else agreement["suspended"]
    if any(within(at, moment(pause["from"]), moment(pause["until"])) for pause in pauses):
        return set()
    left = {party for party in version["parties"] if not _withdrawn(agreement, party, at)}
    own_terms = len(set(version["parties"])) == 1
    return left if own_terms or len(left) >= 2 else set()


def _stand(question, agreement, owner, at, *, suspended_too=False):
    """Whether owner and reader's agency stand; for a member's own agency only the scheme's own terms do."""
    parties = parties_at(agreement, at, suspended_too=suspended_too)
    agency = question.reader["agency"]
    if agency == owner:
        return parties == {owner} and set(version_at(agreement, at)["parties"]) == {owner}
    return owner in parties and agency in parties


def _made_by_right(question, release, record):
    maker = question.user(release["by"])
    return (
        maker is not None
        and question.staff_of(maker, record)
        and any(
            role.get("release") and (role["types"] == "all" or record["type"] in role["types"])
            for role in question.roles_of(maker)
        )
    )


def _reaches(release, reader):
    recipients = release["recipients"]
    if recipients == "all" or reader["agency"] in recipients:
        return True
    return "members" in recipients and is_member(reader)


def lives(question, release, record):
    """Whether a release of this very record lives for the reader, purpose and moment."""
    agreement, now, made = question.agreement(release["agreement"]), question.now, moment(release["at"])
    revoked = moment(release["revoked"])
    return (
        within(now, made, moment(release["expires"]))
        and (revoked is None or now < revoked)
        and question.purpose in release["purposes"]
        and _made_by_right(question, release, record)
        and _reaches(release, question.reader)
        and _stand(question, agreement, record["owner"], now)
        and _stand(question, agreement, record["owner"], made, suspended_too=True)
        and question.purpose in version_at(agreement, now)["purposes"]
        and not any(
            _withdrew_since(agreement, party, made, now)
            for party in (record["owner"], question.reader["agency"])
        )
    )


def share_an_agreement(question, owner, agency, moments):
    """Whether two agencies stand together in one agreement that is active at all of these moments."""
    return any(
        all({owner, agency} <= parties_at(a, at) for at in moments) for a in question.world["agreements"]
    )


def confirmed(question, release, version):
    """Whether the owner has confirmed what this version loosens for this release."""
    agreement = question.agreement(release["agreement"])
    return any(
        c["release"] == release["id"]
        and c["version"] == version["number"]
        and moment(c["at"]) <= question.now
        for c in agreement["confirmed"]
    )
