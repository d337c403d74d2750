"""Class names of the lab and the drills: a reader who greps one finds one class."""

from __future__ import annotations

import ast
from collections import defaultdict

from tests.house.imports import modules


def test_no_class_of_the_lab_or_a_drill_shares_its_name() -> None:
    homes = defaultdict(list)
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(module)
    shared = {
        name: places
        for name, places in homes.items()
        if len(places) > 1 and any(place.startswith(("oob.lab", "oob.drill")) for place in places)
    }
    assert not shared
