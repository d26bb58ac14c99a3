"""Where a practice came from and where it went: what public texts claim, a few generations up and down.

    Boston ──▶ Glasgow ──▶ Malmö ──▶ Örebro
                  └──────▶ London

A claim is an Adaptation of a public revision; what its origin's city says to it is a Descent. Whatever a claim names
that is no longer public keeps its place in the line and loses its text. Circles of claims, which only texts that are
not public can make, do no harm: each practice is drawn once, then only named again.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from practices.models import Adaptation, Descent, Practice, Revision
from practices.models.state import State

GENERATIONS = 4  # up, and from there down again
MOST_CLAIMS = 80
MOST_ON_THE_LINE = 3  # stops on either side of the practice

FAMILY = """
    WITH RECURSIVE claim AS (
        SELECT a.id, a.origin_id AS origin, r.practice_id AS practice
        FROM practices_adaptation a JOIN practices_revision r ON r.id = a.revision_id
        WHERE r.state = 'public' AND r.practice_id <> %s
    ), up (practice, generation) AS (
        SELECT unnest(%s::bigint[]), 0
        UNION
        SELECT claim.origin, generation + 1
        FROM up JOIN claim ON claim.practice = up.practice
        WHERE generation < %s AND claim.origin IS NOT NULL
    ), down (practice, generation) AS (
        SELECT DISTINCT practice, 0 FROM up
        UNION
        SELECT claim.practice, generation + 1
        FROM down JOIN claim ON claim.origin = down.practice
        WHERE generation < %s
    )
    SELECT id FROM claim
    WHERE practice IN (SELECT practice FROM up) OR origin IN (SELECT practice FROM down)
"""


@dataclass
class Stop:
    """A place on the way of an idea. `stops` come after it.

    `claim` says what changed on the way here, `descent` what the city that it came from says to that.
    """

    practice: Practice | None = None
    revision: Revision | None = None  # None: not in the library, or no longer
    outside: str = ""
    is_here: bool = False
    claim: Adaptation | None = None
    descent: Descent | None = None
    is_repeated: bool = False
    stops: list = field(default_factory=list)

    @property
    def name(self):
        return self.outside or self.practice.member.name

    @property
    def year(self):
        return self.revision.start[:4] if self.revision else ""

    @property
    def standing(self):
        """What is said instead of a title that leads to its page; nothing where there is such a page."""
        if self.outside:
            return _("Outside this library")
        if self.is_repeated:
            return _("Shown above")
        if self.is_here:
            return _("This practice")
        return "" if self.revision else _("No longer in the library")

    @property
    def has_notes(self):
        return bool(self.claim and (self.claim.kept or self.claim.changed or self.claim.dropped))

    @property
    def origin_name(self):
        """The city that was asked."""
        return self.claim.origin.member.name if self.claim and self.claim.origin_id else ""

    @property
    def was_asked_about(self):
        """Whether there is a city that was asked if it is so."""
        return bool(self.descent and self.descent.was_asked)


class Lineage:
    """The family of a practice as one of its texts tells it: `line` for a glance, `trees` for the whole.

    Stops are known by the practice's id, or by the words that name a source outside the library.
    """

    def __init__(self, practice, revision):
        self.here = practice.pk
        self.known = {self.here: Stop(practice, revision, is_here=True)}
        self.origins, self.followers = defaultdict(list), defaultdict(list)
        own = list(revision.adaptations.all())
        for claim in own:
            self._add(claim, practice, revision)
        for claim in claims_around(practice, own):
            self._add(claim, claim.revision.practice, claim.revision)
        self.descents = descents_between(self.known)
        self.line = self._line()
        self.trees = self._trees()

    @property
    def later(self):
        """How many direct adaptations the line has no room for."""
        return max(len(self.followers[self.here]) - MOST_ON_THE_LINE, 0)

    @property
    def is_alone(self):
        """Whether nobody claims anything about it, nor it about others."""
        return len(self.known) == 1

    @property
    def has_more(self):
        """Whether the trees say more than the line."""
        return len(self.known) > len(self.line) or any(
            stop.has_notes or (stop.descent and stop.descent.is_disputed) for stop in self.all()
        )

    @property
    def place(self):
        """The name of the city whose practice this is."""
        return self.known[self.here].name

    @property
    def confirmed(self):
        """How many direct adaptations this practice's own city has confirmed."""
        links = ((practice, self.here) for practice, _claim in self.followers[self.here])
        return sum(link in self.descents and self.descents[link].is_confirmed for link in links)

    def _add(self, claim, practice, revision):
        origin = claim.origin_id or claim.outside_source
        self.known.setdefault(practice.pk, Stop(practice, revision))
        self.known.setdefault(origin, Stop(claim.origin, public_text(claim.origin), outside=claim.outside_source))
        self.origins[practice.pk].append(origin)
        self.followers[origin].append((practice.pk, claim))

    def _line(self):
        """The first origin of the first origin, … this practice, and what came directly of it."""
        way = [self.here]
        while self.origins[way[0]] and self.origins[way[0]][0] not in way and len(way) <= MOST_ON_THE_LINE:
            way.insert(0, self.origins[way[0]][0])
        after = [practice for practice, _claim in self.followers[self.here] if practice not in way]
        links = [*zip(way, [None, *way], strict=False), *((practice, self.here) for practice in after)]
        return [
            replace(self.known[key], descent=self.descents.get((key, origin)))
            for key, origin in links[: len(way) + MOST_ON_THE_LINE]
        ]

    def _trees(self):
        """From the oldest known origins down; from this practice, should a circle of claims have no beginning."""
        above = [self.here]
        for key in above:
            above += [origin for origin in dict.fromkeys(self.origins[key]) if origin not in above]
        drawn = set()
        trees = [self._branch(key, drawn) for key in above if not self.origins[key]]
        return trees if self.here in drawn else [*trees, self._branch(self.here, drawn)]

    def _branch(self, key, drawn, claim=None, origin=None):
        is_repeated = key in drawn
        drawn.add(key)
        following = [] if is_repeated else self.followers[key]
        stops = [self._branch(practice, drawn, theirs, key) for practice, theirs in following]
        descent = self.descents.get((key, origin))
        return replace(self.known[key], claim=claim, descent=descent, is_repeated=is_repeated, stops=stops)

    def all(self):
        """Every stop of the trees, those nearer to the beginning first."""
        waiting = list(self.trees)
        for stop in waiting:
            waiting += stop.stops
        return waiting


def public_text(practice):
    """What the public reads of an origin now, or None."""
    revision = practice and practice.public_revision
    return revision if revision and revision.state == State.PUBLIC else None


def claims_around(practice, own):
    """The claims of other practices that lead to this one or follow from it, with both ends of each."""
    start = [practice.pk, *(claim.origin_id for claim in own if claim.origin_id)]
    family = RawSQL(FAMILY, [practice.pk, start, GENERATIONS, GENERATIONS])
    return Adaptation.objects.filter(pk__in=family).with_practices().order_by("revision__start", "pk")[:MOST_CLAIMS]


def descents_between(keys):
    """What the origins' cities say, by (practice, origin), of these practices."""
    practices = [key for key in keys if isinstance(key, int)]
    standing = Descent.objects.filter(practice__in=practices, origin__in=practices, ended_at=None)
    return {(descent.practice_id, descent.origin_id): descent for descent in standing}
