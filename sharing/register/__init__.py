"""The register: agreements as those read them whom they name, with versions, signatures and promises.

Not here: what changes an agreement (sharing.agreements).
"""
