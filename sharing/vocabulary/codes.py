"""The closed lists that coded fields take, with the words people read.

Crime types follow the categories of data.police.uk; offence classes the Home Office counting rules;
appearance codes (IC) are an observer's view and never a person's own.
"""

from collections.abc import Mapping

from sharing.vocabulary.grading import (
    CONFIDENCES,
    HANDLINGS,
    INFORMATION_EVALUATIONS,
    MARKINGS,
    SOURCE_EVALUATIONS,
    TOPICS,
)

CRIME_TYPES: Mapping[str, str] = {
    "anti-social-behaviour": "Anti-social behaviour",
    "bicycle-theft": "Bicycle theft",
    "burglary": "Burglary",
    "criminal-damage-arson": "Criminal damage or arson",
    "drugs": "Drugs",
    "other-theft": "Other theft",
    "possession-of-weapons": "Possession of weapons",
    "public-order": "Public order",
    "robbery": "Robbery",
    "shoplifting": "Theft from a shop",
    "theft-from-the-person": "Theft from the person",
    "vehicle-crime": "Vehicle crime",
    "violent-crime": "Violence",
    "other-crime": "Other crime",
}

OFFENCE_CLASSES: Mapping[str, str] = {
    "34A": "Robbery of business property",
    "34B": "Robbery of personal property",
    "39": "Theft from the person",
    "46": "Theft from a shop",
    "8N": "Assault",
    "58": "Criminal damage",
}

WEAPONS: Mapping[str, str] = {"none": "None", "knife": "Knife", "blunt": "Blunt object", "other": "Other"}

OUTCOMES: Mapping[str, str] = {
    "open": "Under investigation",
    "attended": "Attended",
    "stopped": "Stopped and spoken to",
    "arrested": "Arrested",
    "charged": "Charged",
    "no-trace": "No trace",
    "no-further-action": "No further action",
}

GOODS: Mapping[str, str] = {
    "alcohol": "Alcohol",
    "clothing": "Clothing",
    "confectionery": "Confectionery",
    "cosmetics": "Cosmetics",
    "electricals": "Electricals",
    "footwear": "Footwear",
    "meat": "Meat and cheese",
    "phone": "Telephone",
    "cash": "Cash",
    "bicycle": "Bicycle or scooter",
    "other": "Other",
}

METHODS: Mapping[str, str] = {
    "surrounded": "Surrounded",
    "snatched": "Snatched",
    "threatened": "Threatened",
    "concealed": "Concealed in a bag or clothes",
    "walked-out": "Walked out openly",
    "distraction": "Distraction",
    "barred-entry": "Came in although barred",
    "damage": "Damage",
    "hate": "Hate",
    "hurt": "Somebody hurt",
}

PLACE_KINDS: Mapping[str, str] = {
    "street": "Street",
    "station": "Station",
    "bus": "Bus or bus stop",
    "shop": "Shop",
    "school": "School",
    "park": "Park",
    "car-park": "Car park",
    "other": "Other",
}

ACTIVITIES: Mapping[str, str] = {
    "walking": "Walking",
    "running": "Running",
    "loitering": "Waiting about",
    "following": "Following somebody",
    "handing-over": "Handing something over",
    "in-a-group": "In a group",
    "riding": "Riding",
    "stealing": "Stealing",
}

DIRECTIONS: Mapping[str, str] = {
    "north": "North",
    "east": "East",
    "south": "South",
    "west": "West",
    "to-station": "Towards the station",
    "from-station": "Away from the station",
    "to-market": "Towards the market",
    "into-shop": "Into a shop",
}

TRANSPORT: Mapping[str, str] = {
    "foot": "On foot",
    "bicycle": "Bicycle",
    "e-scooter": "E-scooter",
    "moped": "Moped",
    "car": "Car",
    "bus": "Bus",
    "train": "Train",
}

SEEN_AS: Mapping[str, str] = {"male": "Male", "female": "Female", "cannot-tell": "Cannot tell"}

APPARENT_AGES: Mapping[str, str] = {
    "under-10": "Under 10",
    "10-13": "10 to 13",
    "14-15": "14 to 15",
    "16-17": "16 to 17",
    "18-24": "18 to 24",
    "25-34": "25 to 34",
    "35-44": "35 to 44",
    "45-54": "45 to 54",
    "55-64": "55 to 64",
    "65-over": "65 and over",
}
#: The years of each of these, from and to.
APPARENT_YEARS: Mapping[str, tuple[int, int]] = {
    "under-10": (0, 9),
    "10-13": (10, 13),
    "14-15": (14, 15),
    "16-17": (16, 17),
    "18-24": (18, 24),
    "25-34": (25, 34),
    "35-44": (35, 44),
    "45-54": (45, 54),
    "55-64": (55, 64),
    "65-over": (65, 99),
}
#: Those that are a child's.
CHILD_AGES = frozenset(code for code, (_, oldest) in APPARENT_YEARS.items() if oldest < 18)

HEIGHTS: Mapping[str, str] = {
    "under-150": "Under 1.50 m",
    "150-160": "1.50 to 1.60 m",
    "160-170": "1.60 to 1.70 m",
    "170-180": "1.70 to 1.80 m",
    "over-180": "Over 1.80 m",
}

BUILDS: Mapping[str, str] = {"slim": "Slim", "medium": "Medium", "stocky": "Stocky", "heavy": "Heavy"}

HAIR: Mapping[str, str] = {
    "short-dark": "Short dark hair",
    "long-dark": "Long dark hair",
    "fair": "Fair hair",
    "red": "Red hair",
    "grey": "Grey hair",
    "shaved": "Shaved head",
    "braids": "Braids",
    "covered": "Hair covered",
}

FACES: Mapping[str, str] = {
    "hood-up": "Hood up",
    "cap": "Cap",
    "beanie": "Beanie",
    "face-covered": "Face covered",
    "glasses": "Glasses",
    "beard": "Beard",
    "scarf": "Scarf",
}

CLOTHING: Mapping[str, str] = {
    "black-puffer": "Black puffer jacket",
    "orange-lining": "Orange lining",
    "tracksuit-top": "Tracksuit top",
    "coat": "Coat",
    "school-uniform": "School uniform",
    "grey-joggers": "Grey joggers",
    "jeans": "Jeans",
    "black-trousers": "Black trousers",
    "grey-sportswear": "Grey sportswear",
    "white-soled-trainers": "White-soled trainers",
    "cross-body-bag": "Cross-body bag",
    "rucksack": "Rucksack",
    "carrier-bag": "Carrier bag",
    "red-coat": "Red coat",
    "navy-tracksuit": "Navy tracksuit",
}

MARKS: Mapping[str, str] = {
    "tattoo-neck": "Tattoo on the neck",
    "tattoo-hand": "Tattoo on a hand",
    "scar-face": "Scar on the face",
    "limp": "Walks with a limp",
}

MANNERS: Mapping[str, str] = {
    "calm": "Calm",
    "aggressive": "Aggressive",
    "intoxicated": "Intoxicated",
    "works-alone": "Works alone",
    "works-in-group": "Works in a group",
}

IC_CODES: Mapping[str, str] = {
    "IC1": "IC1 White, north European",
    "IC2": "IC2 White, south European",
    "IC3": "IC3 Black",
    "IC4": "IC4 Asian",
    "IC5": "IC5 Chinese, Japanese or other South-East Asian",
    "IC6": "IC6 Arab or North African",
    "IC9": "IC9 Not known",
}

GENDERS: Mapping[str, str] = {"male": "Male", "female": "Female", "other": "Other", "not-known": "Not known"}

SUBJECT_STATES: Mapping[str, str] = {"known": "Known", "id-sought": "ID sought"}
CARDS: Mapping[str, str] = {"none": "No card", "yellow": "Yellow card", "red": "Excluded"}
BANS: Mapping[str, str] = {
    "none": "No exclusion",
    "proposed": "Exclusion proposed",
    "active": "Excluded",
    "appealed": "Exclusion under appeal",
    "lifted": "Exclusion lifted",
    "expired": "Exclusion ended",
}

STATUSES: Mapping[str, str] = {"open": "Open", "checked": "Evidence checked", "closed": "Closed"}
STATEMENT_KINDS: Mapping[str, str] = {
    "fact": "Fact",
    "assessment": "Assessment",
    "allegation": "Allegation",
}
VEHICLE_ROLES: Mapping[str, str] = {"used": "Used", "seen": "Seen", "taken": "Taken"}
COLOURS: Mapping[str, str] = {
    "black": "Black",
    "blue": "Blue",
    "grey": "Grey",
    "red": "Red",
    "silver": "Silver",
    "white": "White",
    "yellow": "Yellow",
}
ITEM_KINDS: Mapping[str, str] = {
    "phone": "Phone",
    "laptop": "Laptop",
    "bicycle": "Bicycle",
    "e-scooter": "E-scooter",
    "bag": "Bag",
    "jewellery": "Jewellery",
    "other": "Other",
}
VULNERABILITIES: Mapping[str, str] = {
    "child-criminal-exploitation": "Child criminal exploitation",
    "child-sexual-exploitation": "Child sexual exploitation",
    "missing": "Goes missing",
    "self-harm": "Self-harm",
    "mental-health": "Mental health",
}
CARE_STATUSES: Mapping[str, str] = {
    "none": "Not in care",
    "looked-after": "Looked after",
    "care-leaver": "Care leaver",
}
INJURIES: Mapping[str, str] = {"none": "Not hurt", "slight": "Slightly hurt", "serious": "Seriously hurt"}
WARNINGS: Mapping[str, str] = {"violent": "May be violent", "weapons": "May carry weapons", "drugs": "Drugs"}
TEST_PURCHASES: Mapping[str, str] = {"none": "None", "passed": "Passed", "failed": "Failed"}
MATCH_STRENGTHS: Mapping[str, str] = {"weak": "Weak", "moderate": "Moderate", "strong": "Strong"}

#: Field name -> its closed list; a coded field without a list here takes any short slug of its publisher.
LISTS: Mapping[str, Mapping[str, str]] = {
    "activity": ACTIVITIES,
    "apparent_age": APPARENT_AGES,
    "age_band": APPARENT_AGES,
    "ban": BANS,
    "build": BUILDS,
    "card": CARDS,
    "care_status": CARE_STATUSES,
    "clothing": CLOTHING,
    "colour": COLOURS,
    "confidence": CONFIDENCES,
    "crime_type": CRIME_TYPES,
    "direction": DIRECTIONS,
    "face": FACES,
    "gender": GENDERS,
    "goods": GOODS,
    "hair": HAIR,
    "handling": HANDLINGS,
    "height": HEIGHTS,
    "ic_code": IC_CODES,
    "information_evaluation": INFORMATION_EVALUATIONS,
    "injury": INJURIES,
    "kind": ITEM_KINDS,
    "manner": MANNERS,
    "marking": MARKINGS,
    "marks": MARKS,
    "match_strength": MATCH_STRENGTHS,
    "method": METHODS,
    "offence_class": OFFENCE_CLASSES,
    "outcome": OUTCOMES,
    "person_outcome": OUTCOMES,
    "place_kind": PLACE_KINDS,
    "role_in_event": VEHICLE_ROLES,
    "seen_as": SEEN_AS,
    "source_evaluation": SOURCE_EVALUATIONS,
    "state": SUBJECT_STATES,
    "statement_kind": STATEMENT_KINDS,
    "status": STATUSES,
    "test_purchase": TEST_PURCHASES,
    "topic": TOPICS,
    "transport": TRANSPORT,
    "vulnerability_markers": VULNERABILITIES,
    "warning_markers": WARNINGS,
    "weapon": WEAPONS,
}


def code_label(field: str, code: str) -> str:
    """The words for a code of a field; a code outside a closed list reads as itself."""
    return LISTS.get(field, {}).get(code, code)
