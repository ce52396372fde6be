"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from migrator.review.finding import Severity
from migrator.review.rules.step import Step
from migrator.review.safe_forms.form import Form


@dataclass(frozen=True)
class Hit:
    """A hazard that one statement was seen to bring.

    `message` is one line with names and numbers, `evidence` what was measured (JSON values), `safe`
    the form that does not bring it. `severity` is another one than the rule's, None: the rule's.
    """

    message: str
    evidence: Mapping[str, object] = field(default_factory=dict)
    safe: Form | None = None
    severity: Severity | None = None


@dataclass(frozen=True)
class Rule:
    """A hazard: when it is there, what it does to a running application, and the way around it.

    `condition` looks at what one statement was seen to do. `effect` and `instead` are sentences,
    `bad` and `good` SQL that shows them, `looks_for` says which evidence is asked for. `versions`
    are those of PostgreSQL in which it is so. A statement with this hazard is not blamed for those
    in `covers` too, which say the same less exactly.
    """

    id: str
    title: str
    severity: Severity
    condition: Callable[[Step], Iterable[Hit]]
    effect: str
    instead: str
    looks_for: str
    bad: str
    good: str
    versions: str = "all"
    covers: tuple[str, ...] = ()
