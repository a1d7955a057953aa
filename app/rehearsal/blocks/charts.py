"""The shape of a data_visualization block: pie, and line, area, bar over named categories (slack.md 1.3)."""

from collections.abc import Iterator

from app.rehearsal.blocks.shape import Check, both, by_type, list_of, mapping, number, string
from app.rehearsal.json_shape import Json

PARTS, POINTS, LABEL, AXIS_LABEL, TITLE = 12, 20, 20, 50, 50


def _positive(segment: Json, path: str) -> Iterator[str]:
    if segment["value"] <= 0:
        yield f"must be more than 0 [json-pointer:{path}/value]"


def _fitting_series(chart: Json, path: str) -> Iterator[str]:
    categories = chart["axis_config"]["categories"]
    names = [one["name"] for one in chart["series"]]
    if len(set(names)) < len(names):
        yield f"names of series must be unique [json-pointer:{path}/series]"
    for place, one in enumerate(chart["series"]):
        if sorted(point["label"] for point in one["data"]) != sorted(categories):
            yield f"needs one point for every category [json-pointer:{path}/series/{place}/data]"


_point = mapping({"label": string(LABEL), "value": number})
_series = mapping({"name": string(LABEL), "data": list_of(_point, POINTS)})
_axes = mapping(
    {"categories": list_of(string(LABEL), POINTS)}, {"x_label": string(AXIS_LABEL), "y_label": string(AXIS_LABEL)}
)
_over_categories = both(mapping({"series": list_of(_series, PARTS), "axis_config": _axes}), _fitting_series)

CHARTS: dict[str, Check] = {
    "data_visualization": mapping(
        {
            "title": string(TITLE),
            "chart": by_type(
                {
                    "pie": mapping({"segments": list_of(both(_point, _positive), PARTS)}),
                    "line": _over_categories,
                    "area": _over_categories,
                    "bar": _over_categories,
                }
            ),
        },
        {"block_id": string(255)},
    )
}
