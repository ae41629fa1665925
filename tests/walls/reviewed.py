"""What a reviewer has judged: functions that answer for rows beyond the reader's, guessable keys, doors.

What is not here fails a test. Add it with the reason why it tells nobody anything.
"""

#: Functions that run with the rights of `concordat_wall`, by name.
DEFINERS = {
    "person": "Reads the sealed context: the user.",
    "agency": "Reads the sealed context: the agency.",
    "sites": "Reads the sealed context: a member's sites.",
    "moment": "Reads the sealed context: the moment.",
    "agreements": "Ids of the agreements in which the context's own agency stands.",
    "opened": "Reads the sealed ids that `found` gave in this transaction.",
    "begin": "Makes the context, for whoever shows a token that is good.",
    "forget_standing": "A trigger: throws away what is kept of agreements when one changes.",
    "owns": "Whether a record is the context's own agency's.",
    "sees": "Whether a record is the context's own agency's or reaches it.",
    "found": "Ids of records in lanes in which the context stands, and of its own.",
    "found_one": "The same for one record.",
    "keepers": "Facts of who keeps a thing that the context sees; no values.",
    "origins": "Facts of what a record was copied from that the context sees; no values.",
    "let_in": "Roles and bounds of the context's own user, to whoever knows the digest of their session.",
    "sited": "Ids of agencies that have sites; which sites, it does not say.",
    "confirmations": "Ids and moments of confirmed releases, for the one policy of all readers.",
}

#: Unique keys in which nothing is random, by index: why a collision tells nothing.
UNIQUE_KEYS = {
    "uq_user_email": "Only the server adds people.",
    "pk_ledger_node": "Places in the log, which is published; only the server adds them.",
    "pk_ledger_signer": "The same.",
    "uq_identity_provider_issuer": "Addresses of providers, which only the server adds.",
    "uq_passkey_credential": "Random bytes of an authenticator; only the server adds them.",
    "uq_import_run_kind_source_digest_edition": "Published figures, which only maintenance adds.",
    "uq_stand_in_token": "Tokens are drawn by us, and drawn again after a collision; nobody chooses one.",
}

_ACCOUNT = "Sessions, factors and passwords, which no request of its own may read."
_ACROSS = "Works on rows of several agencies at once, by rules of its own; reads no record past the engine."
#: Doors that ask in the server's name, where the engine alone decides, and why.
SERVER_DOORS = {
    "web/account.py": _ACCOUNT,
    "web/confirm.py": _ACCOUNT,
    "web/joining.py": _ACCOUNT,
    "web/people.py": _ACCOUNT,
    "web/areas.py": _ACCOUNT,
    "web/vetting.py": _ACCOUNT,
    "web/partnerships.py": _ACCOUNT,
    "web/sign_on.py": _ACCOUNT,
    "web/rules.py": _ACCOUNT,
    "web/vouching.py": _ACCOUNT,
    "web/service_accounts.py": _ACCOUNT,
    "api/service_accounts.py": _ACCOUNT,
    "api/people.py": _ACCOUNT,
    "web/sign_in.py": _ACCOUNT,
    "web/agreement_acts.py": _ACROSS,
    "web/agreements.py": _ACROSS,
    "api/agreements.py": _ACROSS,
    "web/drafting.py": _ACROSS,
    "web/terms.py": _ACROSS,
    "api/terms.py": _ACROSS,
    "web/exports.py": "The file was made by a job; who fetches it is decided anew while releases are held.",
    "api/exports.py": "The same.",
    "web/glass.py": "Opens a record that does not reach the reader: the wall follows once it is broken.",
    "web/grants.py": _ACROSS,
    "web/requests.py": _ACROSS,
    "api/requests.py": _ACROSS,
    "web/handling.py": "Conditions and orders close records to readers of other agencies.",
    "api/handling.py": "The same.",
    "api/orders.py": "The same.",
    "web/notes.py": _ACROSS,
    "web/recalls.py": "Finds who was shown what, and tells them.",
    "api/recalls.py": "The same.",
    "api/releases.py": "Taking a release back is a recall.",
    "api/records.py": "A correction of what was shown is a recall.",
    "web/records.py": "Requests and notes on a record that the reader has just been shown.",
    "web/owner_view.py": "Corrections, conditions and who may see an own record.",
    "web/retention.py": "What is open about an own record, such as recalls and requests of others.",
    "web/unusual.py": "First looks at records that may reach the agency no more.",
    "api/unusual.py": "The same.",
    "web/webhooks.py": "The outbox and its deliveries.",
    "api/webhooks.py": "The same.",
    "web/ledger.py": "A bundle to take home holds counts of the log itself, which concern no agency.",
    "api/ledger.py": "The same.",
    "web/commissioner.py": "Proofs over the log of all; which entries, the wall decides.",
    "web/home.py": "The list of what waits, of every kind above.",
    "api/waiting.py": "The same.",
    "web/rendering.py": "The number of what waits.",
}
