"""All fields of one scenario: made from the inputs, part by part, or fetched where a part is remembered."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields

from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.inputs.layout import Layout
from model.parameters import Parameters
from model.world.cover import Cover, make_cover
from model.world.fields import F32, Grid, LastMade, Light, Remember, Routes, Shift, Sight
from model.world.grid import make_grid
from model.world.hours import states
from model.world.light import make_light
from model.world.movement import make_open_share
from model.world.parts import pack, part_keys, plain_times, unpack
from model.world.routes import make_routes
from model.world.sight import Outlook, make_outlook


@dataclass(frozen=True)
class World:
    """All fields of one scenario.

    Attributes:
        light, sight: with all lamps burning that are not broken, and the cameras that are watched all day.
        shifts: the states of the day in order of time; empty when light and cameras have no hours.
        open_share: (F,) Phi, share of the density kernel that falls on floor.
        digest: hash of the keys of all parts: of all that the fields depend on.
    """

    grid: Grid
    light: Light
    sight: Sight
    routes: Routes
    open_share: F32
    digest: str = ""
    shifts: tuple[Shift, ...] = ()
    remember: Remember = field(default_factory=LastMade, repr=False, compare=False)  # for what is made when first asked

    def shift(self, second: float) -> Shift:
        """Return light and cameras as they are at a second."""
        if not self.shifts:
            sight = self.sight
            return Shift(0, self.light, sight.prospect, sight.camera_cover, sight.watched_cover)
        return [one for one in self.shifts if one.from_s <= second][-1]

    @staticmethod
    def of(inputs: Inputs, remember: Remember | None = None) -> "World":
        """Compute the fields of a scenario, or fetch those that are remembered.

        The parts grid, sight, light, cover, routes and floor are kept apart, each under a hash of what it
        depends on: brighter lamps make only light and cover anew.

        Args:
            inputs: layout and parameters are read.
            remember: cache of parts; without one the last of each part stays with the fields, as do the ways round and
                the fear of the hours, which the first day asks for.

        Raises:
            ValueError: the layout holds no closed floor; the message names the zone.
        """
        remember = remember or LastMade()
        layout, p = inputs.layout, inputs.parameters
        by_hours = states(layout, inputs.roster)
        if len(by_hours) == 1:
            layout = by_hours[0][1]  # watched by somebody all day, or nothing new
        keys = part_keys(layout, p)

        def part[T](name: str, cls: type[T], make: Callable[[], T]) -> T:
            return unpack(cls, remember(name, keys[name], lambda: pack(make())))

        grid = part("grid", Grid, lambda: make_grid(layout, p))
        outlook = part("sight", Outlook, lambda: make_outlook(layout, grid, p))
        light = part("light", Light, lambda: make_light(layout, grid, outlook.mask, p))
        cover = part("cover", Cover, lambda: make_cover(layout, grid, outlook, light, p))
        shifts = []
        for from_s, now in by_hours if len(by_hours) > 1 else ():
            keys_now = part_keys(now, p)
            keys |= {f"{name} from {from_s}": keys_now[name] for name in ("light", "cover")}
            shifts.append(_shift(from_s, now, grid, outlook, p, keys_now, remember))
        routes = part("routes", Routes, lambda: make_routes(layout, grid, plain_times(p)))
        floor = remember("floor", keys["floor"], lambda: {"open_share": make_open_share(grid, p)})
        open_share: F32 = floor["open_share"]
        return World(
            grid=grid,
            light=light,
            sight=_sight(outlook, cover),
            routes=routes,
            open_share=open_share,
            shifts=tuple(shifts),
            digest=digest(keys),
            remember=remember,
        )


def _shift(
    from_s: int, now: Layout, grid: Grid, outlook: Outlook, p: Parameters, keys: dict[str, str], remember: Remember
) -> Shift:
    """Compute or fetch light and cover of one state of the day."""
    light = unpack(Light, remember("light", keys["light"], lambda: pack(make_light(now, grid, outlook.mask, p))))
    cover = unpack(Cover, remember("cover", keys["cover"], lambda: pack(make_cover(now, grid, outlook, light, p))))
    return Shift(from_s, light, cover.prospect, cover.camera_cover, cover.watched_cover)


def _sight(outlook: Outlook, cover: Cover) -> Sight:
    """Join the part that follows from walls and the part that follows from things and light."""
    parts = {field.name: getattr(part, field.name) for part in (outlook, cover) for field in fields(part)}
    return Sight(**parts)
