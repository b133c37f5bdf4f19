"""A persona at a place and time: the score it would give there, and what each term adds to it (science.md 6.1)."""

from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from model.day import daylight, guardianship
from model.day.expected import about, expected_people, people_key
from model.day.ground import make_ground
from model.inputs.inputs import Inputs
from model.inputs.population import AGE_BANDS, GENDERS, Gender
from model.kernels.predicted import SITE, fill_scores, split_terms
from model.kernels.score import TERMS, score_of, start_of
from model.kernels.state import BITS, UNWATCHED, Fields, Ground
from model.parameters import Parameters
from model.results import FIRST_HOUR, HOURS
from model.world.disorder import day_disorder
from model.world.fields import Remember, make_always
from model.world.movement import make_passages
from model.world.world import World

Floats = NDArray[np.float64]
_HOUR = 3600
Mobility = Literal["walking", "limited"]


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of a kind, with the mean nature and sensitivity of that kind.

    Attributes:
        gender: woman, man or other.  age: years; it sets the walking speed only, the formula has no term of it.
        regular: travels often; sets the walking speed.
        familiar: a regular user here, the term of the formula; None is as ``regular``.
        alone: or in the company of the own group.
        mobility: ``limited`` walks slowly and takes no stairs and no escalator.
    """

    gender: Gender
    age: float
    regular: bool = True
    familiar: bool | None = None
    alone: bool = True
    mobility: Mobility = "walking"

    @property
    def knows_the_place(self) -> bool:
        """Whether the term of a regular user here counts."""
        return self.regular if self.familiar is None else self.familiar

    def age_band(self, p: Parameters) -> str:
        """Return the age band of the population tables."""
        younger = [p[f"age_high_{_suffix(band)}"] <= self.age for band in AGE_BANDS]
        return AGE_BANDS[min(sum(younger), len(AGE_BANDS) - 1)]

    def speed(self, p: Parameters) -> float:
        """Return the mean free walking speed of this kind of person, m/s."""
        if self.mobility == "limited":
            return (p.mobility_speed_low + p.mobility_speed_high) / 2
        mean = {"woman": p.walk_speed_woman, "man": p.walk_speed_man}.get(
            self.gender, (p.walk_speed_woman + p.walk_speed_man) / 2
        )
        pace = p[f"walk_age_factor_{_suffix(self.age_band(p))}"]
        return mean * pace * (p.walk_factor_regular if self.regular else p.walk_factor_sporadic)


@dataclass(frozen=True)
class Felt:
    """What a persona feels at a place.

    Attributes:
        latent: u*.  score: P of it.
        start: latent value before any term (intercept and gender).
        points: what each term adds, points at score 7, by name; start + sum / slope of the score is ``latent``.
    """

    latent: float
    score: float
    start: float
    points: dict[str, float]


@dataclass(frozen=True)
class Moment:
    """A station at a second of the service day, as somebody expects to find it.

    Attributes:
        sites: (C,) SITE, what the place is like.  abouts: (C,) ABOUT, who and what is expected about.
        dark: 0..1.  weights: (3 genders, terms) points x psi now.
    """

    parameters: Parameters
    sites: NDArray[np.void]
    abouts: NDArray[np.void]
    dark: float
    weights: Floats
    zero: Floats

    def felt(self, persona: Persona, cell: int, waited_min: float = 0.0) -> Felt:
        """Return what a persona feels in a 1 m cell after waiting some minutes there."""
        p, gender = self.parameters, GENDERS.index(persona.gender)
        beyond = min(max(0.0, waited_min - p.feel_waiting_free_s / 60), p.feel_waiting_cap_s / 60)
        parts = split_terms(
            self.weights[gender], self.sites[cell], self._about(persona, cell), self.dark, self.zero, beyond,
            float(not persona.alone), float(persona.knows_the_place),
        )  # fmt: skip
        points = parts.sum(axis=1)  # the sensitivity of a mean person is 1
        start = start_of(p.feel_base, p.feel_woman, gender)
        latent = start + points.sum() / p.feel_score_slope
        return Felt(latent, score_of(latent), start, dict(zip(TERMS, points.tolist(), strict=True)))

    def scores(self, persona: Persona) -> Floats:
        """Return the score of a persona, not waiting, in every 1 m cell, (C,)."""
        return self.mean_scores(
            GENDERS.index(persona.gender), float(not persona.alone), float(persona.knows_the_place)
        )

    def mean_scores(self, gender: int, company: float, regular: float) -> Floats:
        """Return the score of the mean traveller of a gender in every 1 m cell, (C,).

        Args:
            gender: index into ``GENDERS``.  company, regular: shares of those in company and of regular users.
        """
        p = self.parameters
        abouts = self.abouts.copy()
        abouts["isolation"] *= 1 - company + company * np.exp(-1 / p.feel_isolation_half)
        scores = np.empty(len(self.sites))
        fill_scores(
            self.weights[gender], self.sites, abouts, self.dark, self.zero, company, regular,
            start_of(p.feel_base, p.feel_woman, gender), p.feel_score_slope, scores,
        )  # fmt: skip
        return scores

    def _about(self, persona: Persona, cell: int) -> Any:
        if persona.alone:
            return self.abouts[cell]
        row = self.abouts[cell : cell + 1].copy()
        row["isolation"] *= np.exp(-1 / self.parameters.feel_isolation_half)  # the companion is in sight
        return row[0]

    def with_abouts(self, abouts: NDArray[np.void]) -> Self:
        """Return the same moment with other people about."""
        return replace(self, abouts=abouts)


class Outlook:
    """A station on a day, looked at before it begins: gives the ``Moment`` of any second.

    Args:
        people: (hours, C) mean number of people in each cell; by default as ``expected_people`` makes it.
        remember: cache of the expected people.  ground: of the same station, when it is there already.
    """

    def __init__(
        self,
        inputs: Inputs,
        world: World,
        people: Floats | None = None,
        remember: Remember = make_always,
        ground: Ground | None = None,
    ) -> None:
        self.inputs, self.world = inputs, world
        p, layout = inputs.parameters, inputs.layout
        if ground is None:
            ground = make_ground(layout, world, make_passages(layout, world.grid, p), p)
        self.ground: Ground = ground
        if people is None:
            kept = remember(
                "people", people_key(inputs), lambda: {"people": expected_people(inputs, world, self.ground)}
            )
            people = kept["people"]
        self.people: Floats = people
        self._fields: Fields = daylight.make_fields(layout, world, p)
        self._skies = daylight.make_skies(world, p)
        self._belief = guardianship.long_run_belief(inputs, world)
        self._disorder = day_disorder(inputs)

    def at(self, second: float, cells: NDArray[np.int64] | None = None) -> Moment:
        """Return the station at a second of the service day; isolation is right in ``cells`` only, when given."""
        inputs, world = self.inputs, self.world
        sky, disorder = daylight.sky_at(self._skies, second), self._disorder
        daylight.tell_hour(self._fields, self.ground, disorder, inputs.layout, second, second)
        fields = daylight.renew(self._fields, sky, self.ground, world, inputs, second)
        hour = int(np.clip(second // _HOUR - FIRST_HOUR, 0, HOURS - 1))
        return Moment(
            parameters=inputs.parameters,
            sites=sites_of(fields, sky, self.ground, world, inputs, second),
            abouts=about(inputs, world, self.ground, fields, self.people[hour], self._belief, second, cells),
            dark=float(fields.clock[0]),
            weights=fields.weights.copy(),
            zero=sky.zero,
        )


def sites_of(
    fields: Fields, sky: daylight.Sky, ground: Ground, world: World, inputs: Inputs, second: float
) -> NDArray[np.void]:
    """Return what the place is like in every 1 m cell, (C,) SITE, from fields renewed for ``second``."""
    sight = world.sight
    low, share = daylight.level_at(sky, daylight.darkness(inputs, second)[1])
    table = np.zeros(len(sight.escape), SITE)
    table["adequacy"], table["camera"] = fields.cells["adequacy"], fields.cells["camera"]
    table["prospect"] = (1 - share) * sky.prospect[low].astype(float) + share * sky.prospect[low + 1]
    table["concealment"], table["escape"] = sight.concealment, sight.escape
    table["help_point"] = sight.help_point
    moods = fields.zones[ground.cells["zone"]]
    unwatched = fields.terms[:, BITS].astype(np.int64) & UNWATCHED != 0
    table["disorder"], table["gated"] = moods["disorder"], moods["gated"]
    table["marked"] = np.where(unwatched, moods["marked_alone"], moods["marked"])
    return table


def _suffix(band: str) -> str:
    return band.replace("-", "_").replace("+", "")
