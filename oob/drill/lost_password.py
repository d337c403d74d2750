"""*lost-password*: the change replaced the password of the usual user; the break-glass account is recovered with."""

from oob.device.session import DeviceSession
from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage
from oob.errors import DeviceError, LoginRefused
from oob.secret.credentials import Credentials

ROUTER = "edge1"
BREAK_GLASS = ("guest", "guest-only")  # of the lab's first configuration: no privileges without the enable password


def _prepare(stage: DrillStage) -> None:
    take_baselines(stage, ROUTER)
    break_routing(stage, ROUTER)
    usual = stage.credentials(ROUTER)
    stage.say(f"the change has also replaced the password of {usual.username}, and AAA is dead", ROUTER)
    stage.type(ROUTER, (f"username {usual.username} privilege 15 secret 0 not-written-down",))
    stage.fault(ROUTER, "aaa", mode="dead")
    _see_refused(stage, usual)
    user, password = BREAK_GLASS
    stage.say(f"{usual.username} is refused; the recovery logs in with the break-glass account {user}", ROUTER)
    stage.logins[ROUTER] = Credentials(username=user, password=password, enable=usual.enable)


def _see_refused(stage: DrillStage, usual: Credentials) -> None:
    try:
        with DeviceSession(stage.inventory.device(ROUTER), usual, access=stage.means(ROUTER).access):
            pass
    except LoginRefused:
        return
    raise DeviceError(f"the stage could not be set: {ROUTER} still takes the usual password")


SCENARIO = Scenario(
    name="lost-password",
    title="the change replaced the usual password; the recovery logs in with the break-glass account",
    prepare=_prepare,
    expected=lambda stage: {ROUTER: ExpectedRecovery()},
    needs_own=True,
)
