"""What a history came to: how often it met each thing that bears on a decision."""

from tests.properties.export import World


def met(world: World) -> dict[str, int]:
    """By name, how many of each stand in its world at the end."""
    agreements, records, releases = world["agreements"], world["records"], world["releases"]
    return {
        "suspended": sum(len(each["suspended"]) for each in agreements),
        "withdrawn": sum(len(each["withdrawals"]) for each in agreements),
        "ended": sum(each["ended"] is not None for each in agreements),
        "later versions": sum(len(each["versions"]) - 1 for each in agreements),
        "confirmed": sum(len(each["confirmed"]) for each in agreements),
        "revoked": sum(each["revoked"] is not None for each in releases),
        "conditions": sum(bool(each["conditions"]) for each in records),
        "notes": sum(len(each["necessity_notes"]) for each in records),
        "kept": sum("keeper" in each for each in records),
        "copied": sum("derived_from" in each for each in records),
        "granted": len(world["grants"]),
        "broken glass": len(world["break_glass"]),
        "linked": sum(len(each["links"]) for each in records),
        "stills": sum("parent" in each for each in records),
        "orders": sum(each["anonymity_order"] is not None for each in world["subjects"]),
        "believed children": sum(each["believed_child"] for each in world["subjects"]),
        "members of several shops": sum(len(each.get("sites", ())) > 1 for each in world["users"]),
        "members of no shop": sum(each.get("sites") == [] for each in world["users"]),
    }
