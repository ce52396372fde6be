"""From where on a number is worth a word."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes and counts."""

    transaction: float = 60
    """Seconds that a transaction is open."""
    lag: int = 64 * 2**20
    """Bytes of WAL that a replica has not replayed."""
    retained: int = 2**30
    """Bytes of WAL that a replication slot keeps while nobody reads from it."""
    needed_connections: int = 3
    """What a migration opens beside its first one: the lock, who blocks us, the progress."""
    spare_connections: int = 10
    """Free connections below which the application is about to run out of them."""


USUAL = Limits()
