"""Every kind of job, and the use case that does it. Each acts as the portal, at its one task."""

from datetime import timedelta
from functools import partial

from auth.letters import MAIL, post_letter, tell_administrators
from auth.system import SystemActor, Task
from foundation.outbox.runner import Kind, Kinds
from portal.gate.context import Services
from sharing.announcements import ANNOUNCE
from sharing.exports.asking import CLEAR, MAKE
from sharing.exports.fetching import clear_export
from sharing.exports.making import drop_export, make_export
from sharing.people.inviting import INVITE, post_invitation
from sharing.people.vetting import REMIND, remind
from sharing.people.vouching import REGAIN, post_regaining
from sharing.webhooks.log import DELIVER
from sharing.webhooks.telling import deliver, drop_delivery, tell_programs

#: A person waits for a file, so it fails sooner than what nobody watches.
_TRIES_OF_FILES = 3


def kinds(services: Services) -> Kinds:
    """The kinds that this portal does; add a line for another."""
    settings, database, files = services.settings, services.system, services.files
    keeps = timedelta(hours=settings.export_hours)
    maker, clearer, teller = map(SystemActor, (Task.EXPORT_MAKE, Task.EXPORT_CLEAR, Task.PROGRAM_TELL))
    return {
        ANNOUNCE: Kind(partial(tell_programs, database, teller), dropped=tell_administrators),
        CLEAR: Kind(partial(clear_export, database, files, clearer), dropped=tell_administrators),
        DELIVER: Kind(partial(deliver, database, settings, teller), dropped=drop_delivery),
        REGAIN: Kind(partial(post_regaining, database, settings), dropped=tell_administrators),
        INVITE: Kind(partial(post_invitation, database, settings), dropped=tell_administrators),
        MAIL: Kind(partial(post_letter, database, settings), dropped=tell_administrators),
        REMIND: Kind(partial(remind, database), dropped=tell_administrators),
        MAKE: Kind(
            partial(make_export, database, files, maker, keeps),
            tries=_TRIES_OF_FILES,
            dropped=partial(drop_export, maker, keeps),
        ),
    }
