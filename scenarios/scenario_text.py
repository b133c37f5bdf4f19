"""A scenario as the text of its file: what the page makes can be read, kept and run by the command line."""

import io
from typing import Any

from ruamel.yaml import YAML

from scenarios.measures.measure import HOURS_FORM, Measure, clock, parse_hours
from scenarios.scenario import Scenario


def _hours(window: tuple[int, int]) -> str:
    return "-".join(clock(second) for second in window)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def measure_fields(measure: Measure) -> dict[str, Any]:
    """Return the fields of a measure as its file writes them; those left at their default are left out."""
    kind, fields = type(measure).model_fields, {}
    for name, value in measure.model_dump(exclude_defaults=True).items():
        told = repr(kind[name])  # within a union only the description of the hours is told
        of_the_clock = parse_hours.__name__ in told or HOURS_FORM in told
        fields[name] = _hours(value) if of_the_clock and value is not None else _plain(value)
    return {"measure": getattr(measure, "measure", ""), **{k: v for k, v in fields.items() if k != "measure"}}


def scenario_text(scenario: Scenario) -> str:
    """Return the YAML text of a scenario; ``parse_scenario`` reads the same scenario back."""
    content: dict[str, Any] = {"name": scenario.name}
    if scenario.title:
        content["title"] = dict(scenario.title)
    if scenario.description:
        content["description"] = dict(scenario.description)
    if scenario.preset:
        content["preset"] = True
    if scenario.station is not None:
        content["base"] = scenario.station
    if scenario.date is not None:
        content["date"] = scenario.date.isoformat()
    if scenario.window is not None:
        content["window"] = _hours(scenario.window)
    content["measures"] = [measure_fields(measure) for measure in scenario.measures]
    out = io.StringIO()
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.dump(content, out)
    return out.getvalue()
