"""Agencies with their sites and areas, users with their roles, sessions, keys, and attempts to sign in."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from foundation.database import JsonText, UtcTime, metadata

agency = Table(
    "agency",
    metadata,
    Column("id", String(60), primary_key=True),  # a slug, such as metropolitan-east-area
    Column("name", String, nullable=False),
    Column("short_name", String, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("business", Boolean, nullable=False),
    #: By role, the kinds of check of which somebody has to have passed one; of auth.vetting.CHECKS.
    Column("vetting_rules", JsonText, nullable=False, default={}),
)

site = Table(
    "site",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("address", String, nullable=False),
    Column("ward", String, nullable=False),
)

user = Table(
    "user",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False, index=True),
    #: A member reads as staff at the sites that they hold and nowhere else. It is said here and does not
    #: follow from having a site: whoever loses the last one stays a member.
    Column("member", Boolean, nullable=False, default=False),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False, unique=True),  # folded
    Column("roles", JsonText, nullable=False),  # of auth.roles.Role
    Column("partnership_roles", JsonText, nullable=False, default=[]),  # pairs of partnership and role
    Column("vetting", JsonText, nullable=False, default=[]),  # see auth.vetting.kept_of
    Column("job_title", String, nullable=False, default=""),
    Column("password_hash", String),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("left_at", UtcTime),  # since when the account has ended
    #: Whether the password is long enough to stand without a second factor.
    Column("password_alone", Boolean, nullable=False, default=False),
    Column("signed_in_at", UtcTime),  # the newest sign-in
    Column("reviewed_at", UtcTime),  # when somebody last said that their access is right
    Column("service", Boolean, nullable=False, default=False),  # a program, which has keys and never signs in
    Column("demonstration", String),  # one line for the sign-in page of the demonstration
    Column("demonstration_place", Integer, nullable=False, default=0),  # and the place on it
)

#: The sites that a member holds directly.
user_site = Table(
    "user_site",
    metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("site_id", ForeignKey("site.id"), primary_key=True, index=True),
)

#: A named set of an agency's sites, such as a town centre, whose people hold every site in it.
area = Table(
    "area",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
)

area_site = Table(
    "area_site",
    metadata,
    Column("area_id", ForeignKey("area.id"), primary_key=True),
    Column("site_id", ForeignKey("site.id"), primary_key=True, index=True),
)

user_area = Table(
    "user_area",
    metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("area_id", ForeignKey("area.id"), primary_key=True, index=True),
)

session = Table(
    "session",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the token in the cookie, new at each rotation
    Column("id", String(36), nullable=False, unique=True),  # by which its person lists and ends it
    Column("way", String(20), nullable=False),  # how the person came in: passkey, password, sso …
    Column("device", String(80), nullable=False),  # as the browser names itself, such as Chrome on Android
    Column("user_id", ForeignKey("user.id"), nullable=False, index=True),
    Column("purpose", String(60)),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    #: When it ends unless it is used, by the limits of then.
    Column("ends_at", UtcTime, nullable=False),
    #: When the person last proved who they are: at sign-in, or again before what cannot be undone.
    Column("factor_at", UtcTime, nullable=False),
    Column("strength", Integer, nullable=False),  # the most that was proven in it, of auth.strength
    #: Digest of the provider's name for its own session, by which the provider may end this one.
    Column("provider_session", String(64), index=True),
)

#: The first half of a sign-in: the password was right, the second factor is yet to come.
sign_in_step = Table(
    "sign_in_step",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the token that the browser holds
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("account", String(64), nullable=False),  # digest of the folded address, for the throttles
    Column("origin", String(64), nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", ForeignKey("user.id"), nullable=False, index=True),
    Column("credential", String, nullable=False, unique=True),  # base64url
    #: COSE, base64url, sealed together with whose it is and whether it can be copied, in hexadecimal.
    Column("public_key", String, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("backed_up", Boolean, nullable=False),  # is on more than one device, or may be
    #: Whether its provider can copy it (flag BE); null for one that was added before this was kept.
    Column("backup_eligible", Boolean),
    Column("name", String(60), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("last_used_at", UtcTime),
)

#: A passkey's challenge, good once, for the browser that asked for it.
challenge = Table(
    "challenge",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("bound_to", String(64), nullable=False),  # the session's hash, or a browser before signing in
    Column("act", String(10), nullable=False),  # enrol, sign-in, confirm
    Column("expires_at", UtcTime, nullable=False),
)

#: A person's authenticator app; counts once its first code was right.
totp = Table(
    "totp",
    metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("secret", String, nullable=False),  # sealed, in hexadecimal
    Column("last_step", Integer, nullable=False),
    Column("confirmed_at", UtcTime),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of 125 random bits
    Column("user_id", ForeignKey("user.id"), nullable=False, index=True),
    Column("used_at", UtcTime),
)

#: Browsers from which a person has come in, so that a new one can be told of.
device = Table(
    "device",
    metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("label", String(80), primary_key=True),
    Column("first_at", UtcTime, nullable=False),
)

#: What a person is told about their own account, until they have seen it.
account_notice = Table(
    "account_notice",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", ForeignKey("user.id"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),  # of auth.notices.CHECKS
    Column("at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),
)

#: Where the people of an agency sign in if not here; at most one for each agency.
identity_provider = Table(
    "identity_provider",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False, unique=True),
    Column("issuer", String(500), nullable=False, unique=True),
    Column("client_id", String(200), nullable=False),
    Column("client_secret", String, nullable=False),  # sealed, in hexadecimal
    Column("acr", String(200), nullable=False),  # the strength that is asked for and required; may be empty
    Column("enforced", Boolean, nullable=False),  # whether its people sign in there alone
    Column("created_at", UtcTime, nullable=False),
    Column("places", JsonText, nullable=False),  # what of its metadata is used; see auth.sign_on.discovery
    Column("places_at", UtcTime, nullable=False),
    Column("keys", JsonText, nullable=False),  # public keys as JWKs
    Column("keys_at", UtcTime, nullable=False),
)

#: Who at the provider is who here: by its subject, never by an address.
identity_link = Table(
    "identity_link",
    metadata,
    Column("provider_id", ForeignKey("identity_provider.id"), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user_id", ForeignKey("user.id"), nullable=False, unique=True),
    Column("linked_at", UtcTime, nullable=False),
)

#: Somebody on the way to the provider and back; good once.
sign_on_trip = Table(
    "sign_on_trip",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the state
    Column("bound_to", String(64), nullable=False),  # SHA-256 of the token that the browser holds
    Column("provider_id", ForeignKey("identity_provider.id"), nullable=False, index=True),
    Column("act", String(10), nullable=False),  # sign-in, link, confirm
    Column("user_id", ForeignKey("user.id")),  # who links or confirms
    Column("session_id", String(36)),  # and in which session
    Column("path", String(500), nullable=False),  # where to go on
    Column("begun_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

#: Logout tokens that were taken, until they would have run out.
logout_token = Table(
    "logout_token",
    metadata,
    Column("hash", String(64), primary_key=True),  # of provider and jti
    Column("expires_at", UtcTime, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the key
    Column("id", String(36), nullable=False, unique=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),  # a service account of one agency
    Column("purposes", JsonText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("first_used_at", UtcTime),
    Column("last_used_at", UtcTime),
    Column("name", String(60), nullable=False, default=""),
    #: To what the key is bound besides its purposes; null for what the account's roles allow.
    Column("actions", JsonText),  # of auth.roles.Action
    Column("agreements", JsonText),  # ids
    Column("addresses", JsonText),  # networks, such as 192.0.2.0/24
    Column("made_by", ForeignKey("user.id")),  # none for a key that a command made
    Column("ended_at", UtcTime),
    #: The public key of Ed25519 with which each request is signed, in base64url; null for a key that whoever
    #: has it can use.
    Column("holder_key", String(43)),
    Column("unsigned_at", UtcTime),  # when a request without that signature was last entered in the ledger
    Column("exposed_at", UtcTime),  # when it first came by plain http
)

#: Signed requests that were taken, until they would be too old to be.
signed_request = Table(
    "signed_request",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the key's id and the nonce
    Column("expires_at", UtcTime, nullable=False, index=True),
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(64), nullable=False),  # SHA-256 of the folded address that was typed
    Column("origin", String(64), nullable=False),  # SHA-256 of the network address
    Column("at", UtcTime, nullable=False),
    Column("good", Boolean, nullable=False),
    Index("ix_sign_in_attempt_account", "account", "at"),
    Index("ix_sign_in_attempt_origin", "origin", "at"),
)

#: Answers kept for 24 hours under a caller's idempotency key.
idempotency = Table(
    "idempotency",
    metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("body_digest", String(64), nullable=False),
    Column("answer", String, nullable=False),
    Column("at", UtcTime, nullable=False),
)
