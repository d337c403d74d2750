import json

import pytest

from oob.errors import UsageError
from oob.lab.topology import PortSpec, default_topology, from_dict, from_yaml


def test_the_default_lab_has_an_ios_and_a_junos_router() -> None:
    assert {(one.name, one.platform) for one in default_topology().routers} == {
        ("edge1", "cisco_ios"),
        ("core1", "juniper_junos"),
    }


def test_a_lab_survives_json() -> None:
    topology = default_topology(big=True)
    assert from_dict(json.loads(json.dumps(topology.to_dict())), "x") == topology


def test_one_router_can_be_changed() -> None:
    topology = default_topology().with_router("edge1", baud=115200, ports=(PortSpec(kind="tcp"),))
    assert topology.routers[0].baud == 115200
    with pytest.raises(UsageError, match="no router edge9"):
        topology.with_router("edge9")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("routers: [{name: a, platform: toaster}]", "no router of toaster; there are"),
        ("routers: [{name: a, platform: cisco_ios}, {name: a, platform: cisco_ios}]", "two routers"),
        ("routers: [{name: a, platform: cisco_ios, ports: [{kind: pigeon}]}]", "pigeon is unknown; there are"),
        ("routers: [{name: a, platform: cisco_ios, colour: red}]", "colour"),
        ("hosts: []", "routers"),
        ("routers: [", "lab.yaml"),
        ("{routers: [], hosts: [{name: h, link: l, address: nowhere}]}", "nowhere"),
    ],
)
def test_what_is_wrong_with_a_lab_is_said_in_one_line(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as error:
        from_yaml(text, "lab.yaml")
    assert str(error.value).startswith("lab.yaml: ")
