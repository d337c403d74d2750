"""The shape of a profile: everything oob knows about a platform, as data checked on load."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from oob.profile.filling import filled
from oob.secret_rules import SecretRules


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]
StateKind = Literal["user", "enable", "config", "shell", "boot", "other"]
# A word in front of `login:` that is not a hostname is left out.
HOST = r"(?P<host>(?!(?:please|user|console|local|enter|your|account|admin|system|last)\b)[A-Za-z0-9][\w.\-]*)"
Dialogue = Literal["login", "refused", "first login", "storm", "boot", "standby"]
DIALOGUES: tuple[Dialogue, ...] = ("login", "refused", "first login", "storm", "boot", "standby")
EndOfOutput = Literal["typed-ahead", "nonce-prompt", "quiet"]


class Part(BaseModel):
    """A piece of a profile: frozen, and any key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Prompt(Part):
    """The appearance of one state: *pattern* matches the whole last line; group `host` holds the name in it.

    Where the same last line shows several states, *header* matches the line above it, whole. *aside* stands in front of
    a command that only shows, where one can be typed in a configuration mode; without it none is typed there.
    """

    kind: StateKind
    pattern: Pattern
    header: Pattern | None = None
    aside: str | None = None


class Move(Part):
    """A move from one state to another: *send* a line; a password it asks for is the secret slot *secret*.

    *drops* is the command that shows the uncommitted changes which are lost that way.
    """

    start: str
    end: str
    send: str
    secret: Literal["enable", "password", ""] = ""
    answers: dict[Pattern, str] = {}
    drops: str = ""


class Pager(Part):
    """The pager: the text that stops output at a full page, and the keys that continue and leave."""

    pattern: Pattern
    next: str = " "
    quit: str = "q"


class Keys(Part):
    """The keys for things that are not commands.

    *look* has the present line shown again and carries nothing out; empty where the platform has no such key. *nudge*
    asks for the prompt once more, *wake* clears a half-typed line before it does. A platform that sits on a boot loader
    which takes an empty line for the last command again has more than a return in both. None of the three may be
    *cancel*, which ends whatever runs. *help* is the printable key that asks for help wherever
    it stands in a line; after *literal* any key is only a character.
    """

    enter: str = "\r"
    look: str = ""
    wake: str = "\x15\r"
    nudge: str = "\r"
    kill: str = "\x15"
    cancel: str = "\x03"
    help: str = ""
    literal: str = ""


class Question(Part):
    """Something the device may ask; *cancel* is the answer that does nothing.

    *at_login* is for a question that stands before every login or first prompt, where *cancel* leads on and changes
    nothing. Any other that is found on a console is cancelled with the cancel key: it was not asked of us.
    """

    pattern: Pattern
    cancel: str = "\x03"
    at_login: bool = False


class AskingLine(Part):
    """A line of configuration that asks back: *line* matches it, *answers* are as those of a step."""

    line: Pattern
    answers: dict[Pattern, str]


class Login(Part):
    """The dialog before the prompt. *patience* is how long AAA may take to answer, in seconds.

    *suffix* is typed behind the username, where that is how a session is asked for without colours and repainting.
    *names* find the hostname (group `host`) that the device shows before it asks for a credential.
    """

    press_return: Pattern | None = None
    username: Pattern = r"(?:[Ll]ogin|[Uu]sername): ?"
    suffix: str = ""
    password: Pattern = r"[Pp]assword: ?"
    refused: tuple[Pattern, ...] = ()
    patience: float = 120
    names: tuple[Pattern, ...] = (
        rf"^{HOST} [Ll]ogin: ?\Z",
        rf"^(?:[\w.\-]+@){HOST}(?:'s)? [Pp]assword: ?\Z",
        rf"^{HOST} \((?:tty[\w/]*|console|pts/\d+)\)\s*$",
        rf"^{HOST} (?:con\d+|tty\d+|line \d+|aux\d*) is now available",
    )


class Phrases(Part):
    """Texts that consoles of every make print before a prompt, on any platform: patterns without regard to case.

    *boots* and an unended line with *progress* stop every key. *users*, *secrets* and *codes* are words for who logs
    in, for a password and for a second factor; *new_secrets* and *first_users* those of a dialogue that sets one,
    *about_new_secrets* lines above it, and *about_first_users* lines above its question for a user. *returns* are
    before a login. *stray_messages* are lines that may be a device's own in a form not known of its platform; there
    the case counts. *busy_servers* and *server_menus* say that a console server gives its port to others.
    """

    boots: tuple[Pattern, ...]
    progress: tuple[Pattern, ...]
    returns: tuple[Pattern, ...]
    users: tuple[Pattern, ...]
    first_users: tuple[Pattern, ...]
    secrets: tuple[Pattern, ...]
    codes: tuple[Pattern, ...]
    new_secrets: tuple[Pattern, ...]
    about_first_users: tuple[Pattern, ...]
    about_new_secrets: tuple[Pattern, ...]
    stray_messages: tuple[Pattern, ...]
    busy_servers: tuple[Pattern, ...]
    server_menus: tuple[Pattern, ...]


class LoaderKeys(Part):
    """A boot loader of the platform that only the keys *stopped_by* interrupt, BREAK aside; *source* publishes that."""

    name: str
    stopped_by: tuple[str, ...]
    source: str


class ConsoleData(Part):
    """The rules of the text conversation with the platform.

    *loaders* are the boot loaders of the platform where none of them is stopped by the keys that an attach types: a
    silent console is then listened to only briefly. *setup* is typed in the home state. *continuation* is what the
    device prints in front of the next line of an input that goes on. *line_refusals* are, besides *refusals*, the
    replies to a line of configuration that was not taken. *asking_lines* are sent alone and answered.
    """

    keys: Keys = Keys()
    loaders: tuple[LoaderKeys, ...] = ()
    prompts: dict[str, Prompt]
    prompt_header: tuple[Pattern, ...] = ()
    continuation: Pattern | None = None
    moves: tuple[Move, ...] = ()
    login: Login = Login()
    logout: str = "exit"
    setup: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    pager: Pager | None = None
    questions: tuple[Question, ...] = ()
    notices: tuple[Pattern, ...] = ()
    notices_are_output_of: tuple[Pattern, ...] = ()
    refusals: tuple[Pattern, ...] = ()
    line_refusals: tuple[Pattern, ...] = ()
    asking_lines: tuple[AskingLine, ...] = ()
    end_of_output: EndOfOutput = "quiet"
    silence: float = 30
    input_window: int = 120

    @model_validator(mode="after")
    def _types_nothing_that_stops_a_boot(self) -> Self:
        typed = set(self.keys.look + self.keys.wake + self.keys.nudge)
        for loader in self.loaders:
            if typed & set("".join(loader.stopped_by)):
                raise ValueError(f"loaders: {loader.name} is stopped by a key of look, wake or nudge")
        return self


class Step(Part):
    """One act of an attempt, judged by what must (*expect*) and must not (*refuse*) be printed.

    Patterns of *refuse* stand with the ones first that name a reason; a warning is not a refusal. Where it failed, the
    commands of *explain* are typed at once, and what they print is named.

    It runs a command, or presses a key (what comes then is judged with the prompt that it ends in), or brings lines
    over the console: `paste` types them at prompts; with *tcl_file* a Tcl interpreter writes them to that file; with
    *opens* they are loaded as a text that ends with the key *closes*, *packed* where the opening command decodes base64
    and gzip. `{file}`, `{md5}`, `{checkpoint}`, `{minutes}`, `{seconds}` and `{time}` (the same as 300 and 00:05:00),
    and `{run}` stand for the run's own values. A
    step that *shows* succeeds alone only when all steps before it have been done. After a step that *holds* the session
    must not leave its state until a step *frees* it.
    """

    about: str
    state: str = ""
    run: str = ""
    press: str = ""
    paste: Literal["", "config", "config_set", "difference"] = ""
    tcl_file: str = ""
    opens: str = ""
    packed: bool = False
    ready: Pattern | None = None
    closes: str = ""
    answers: dict[Pattern, str] = {}
    expect: Pattern | None = None
    refuse: tuple[Pattern, ...] = ()
    explain: tuple[str, ...] = ()
    then: str = ""
    changes: bool = False
    reboots: bool = False
    shows: bool = False
    holds: bool = False
    frees: bool = False
    silence: float | None = None
    seconds: float = 1

    @property
    def is_encoded(self) -> bool:
        """Tell whether the text crosses the console in a form in which its characters have no meaning."""
        return bool(self.tcl_file) or self.packed


class Timer(Part):
    """The revert timer of the device: how it is asked for, confirmed and ended at once; who may confirm.

    *armed* matches the answer to *query* while a timer runs; its group `by` may say whose it is. With *minutes* of 0 it
    is the end of the session that it waits for.
    """

    minutes: int = 5
    query: Step
    armed: Pattern
    confirm: tuple[Step, ...]
    revert: tuple[Step, ...] = ()
    confirm_by: Literal["user", "session", "any"] = "any"


class Candidate(Part):
    """The edits of others, where a configuration is edited before it is committed, and the way round them.

    An operator who cannot enter the configuration mode is told *held* or *changed*; group `by` of the first names the
    holder. *enter* is the mode that all share, which takes nothing from other users: it lists the present *editors*
    (group `by`), and *difference* shows what has not been committed. *discard* takes that away.
    """

    held: Pattern
    changed: Pattern
    enter: str
    editors: Pattern
    difference: str
    discard: Step


class Strategy(Part):
    """One way to roll back, as a rung of the ladder.

    *target* names what to restore: a `checkpoint` on the device, or the `backup` brought over the console. *armed*
    tells that the steps start the device's timer. *abandon* leaves no trace of an attempt that failed half-way; *tidy*
    takes away at the end of the run what the steps brought, and that it fails is only noted.
    """

    title: str
    rung: Literal["checkpoint", "older-checkpoint", "backup", "surgical", "startup", "boot"]
    target: Literal["checkpoint", "backup"] = "backup"
    armed: bool = False
    when: tuple[Condition, ...] = ()
    steps: tuple[Step, ...]
    abandon: tuple[Step, ...] = ()
    tidy: tuple[Step, ...] = ()


class Condition(Part):
    """Something that must be so before a strategy can be tried: *run* must print what *expect* matches."""

    run: str
    state: str = ""
    expect: Pattern
    reason: str


class Holder(Part):
    """Somebody in the way: *held* matches the answer to *run* while there is one, its group `by` says who.

    One who does not *stop* a recovery is only spoken of.
    """

    run: str
    held: Pattern
    reason: str
    stops: bool = True


class Hazards(Part):
    """Parts of a configuration that work at the wrong moment, or not at all while a site is cut off.

    Patterns match a statement: a line with the lines that it stands below in front of it. *jobs* run on their own
    (groups `name` and, where the statement tells, `when`), *names* have to be resolved (groups `name` and `vrf`),
    *servers* are what the device asks, by what they are (groups `address` and `vrf`). *console* says by which rules
    a login on the console succeeds.
    """

    jobs: tuple[Pattern, ...] = ()
    names: tuple[Pattern, ...] = ()
    servers: dict[str, Pattern] = {}
    console: Literal["", "method-lists", "authentication-order", "console-or-default", "fallback", "line-list"] = ""


class Service(Part):
    """The query whether a service that the device relies on works again: *run*, for each `{name}` of it.

    The names are those that *named* matches in a statement of the configuration (group `name`), or without it those
    that have to be resolved; a name used in a `{vrf}` is asked about by *in_vrf*, where the platform has the command.
    It works where the answer matches *works*; *about* says that as a sentence with `{name}`.
    """

    about: str
    named: Pattern | None = None
    run: str
    in_vrf: str = ""
    works: Pattern


class Measure(Part):
    """The device's own hash of an answer: *run* asks for it, and group 1 of *value* is it.

    It applies to the lines behind the line that *after* matches, or to all lines.
    """

    of: Literal["md5", "sha256"]
    run: str
    value: Pattern
    after: Pattern | None = None


class Query(Part):
    """One thing to ask the device: commands in a state, and what a whole answer looks like.

    Where every line of it is of one kind, *lines* matches each that does not begin inside of single quotes.

    *up* matches each row of a neighbour or interface that works; its groups together name it. *measures* are the
    device's own hashes of the whole answer.
    """

    commands: tuple[str, ...]
    state: str = ""
    starts: Pattern | None = None
    ends: Pattern | None = None
    lines: Pattern | None = None
    optional: bool = False
    up: Pattern | None = None
    measures: tuple[Measure, ...] = ()


class FactsData(Part):
    """Where hostname, serial number, software and uptime stand in the output of *commands*; group 1 is the value.

    *fingerprint* is what else tells one software from another, all matches counted. *clock* matches the device's
    time: its group `zone`, and the others, which *clock_layout* is the strptime format of.
    """

    commands: tuple[str, ...]
    hostname: Pattern
    serial: Pattern | None = None
    version: Pattern
    model: Pattern | None = None
    uptime: Pattern | None = None
    fingerprint: dict[str, Pattern] = {}
    clock: Pattern | None = None
    clock_layout: str = ""


class Space(Part):
    """The free space of the device: group 1 of *free* is in *unit* bytes, and the least match counts.

    Without it the strategies named in *needed_by* do not work; where none is named it is only said.
    """

    run: str
    free: Pattern
    unit: int = 1
    needed_by: tuple[str, ...] = ()


class Checkpoints(Part):
    """The device's list of checkpoints; group `name` of *pattern* names one.

    A list in no order of time has its times in the group `made`, in a form that sorts; *newest* says nothing then.
    Where names count from the newest, and so move with every commit, the group `lasting` holds what does not.
    """

    command: str
    pattern: Pattern
    newest: Literal["first", "last"] = "last"
    absent: Pattern | None = None


class DeviceFiles(Part):
    """The files of the device that may be copies of its configuration: group `name` of *pattern* names one, `taken` its
    time as the device writes it. *show* prints the file {name}.
    """

    command: str
    pattern: Pattern
    show: str


class Saved(Part):
    """The proof that the configuration is saved: when it was *changed* and when it was *kept*, as times in
    *layout* in the answer to *run*; an unchanged value is kept."""

    run: str
    changed: Pattern
    kept: Pattern
    layout: str


class ConfigurationData(Part):
    """The commands and rules to read, compare and save the configuration.

    *volatile* lines do not belong to it; *incidental* ones are, and are brought to the device, but may differ. So may
    the lines of *incidental_bodies*, from behind a line that a pattern matches to a line that its partner matches.

    The order of lines counts in a section where a pattern of *ordered* matches the lines that it stands below, one a
    line. It counts between lines side by side that one of *ordered_lines* matches with the same named groups, or where
    it has none, the same text; its group `item`, or else the whole line, is what has a place in the list.

    *hier_config* is what that library calls the platform, which then works the line difference out. Where a device
    does not go by indentation, *section_exit* is typed at the end of each inner section and *section_root* at the end
    of each outermost one; from a line that matches a pattern of *verbatim* to a line that matches the pattern beside it
    all is typed as it is.
    """

    read: Query
    set_form: Query | None = None
    volatile: tuple[Pattern, ...] = ()
    incidental: tuple[Pattern, ...] = ()
    incidental_bodies: dict[Pattern, Pattern] = {}
    ordered: tuple[Pattern, ...] = ()
    ordered_lines: tuple[Pattern, ...] = ()
    enter: str = "config"
    save: tuple[Step, ...] = ()
    saved: Saved | None = None
    hier_config: str = ""
    file: str = ""
    section_exit: str = ""
    section_root: str = ""
    verbatim: dict[Pattern, Pattern] = {}


class Ping(Part):
    """The device's ping, of `{address}` and in `{vrf}`; *alive* matches when something answered.

    *ipv6* and *ipv6_in_vrf* are for addresses of that family, where those have a command of their own.
    """

    command: str
    in_vrf: str = ""
    ipv6: str = ""
    ipv6_in_vrf: str = ""
    alive: Pattern

    def typed(self, address: str, vrf: str = "") -> str:
        """Return the command that pings *address*; nothing where that cannot be done in a VRF."""
        own = self.ipv6 and ":" in address
        plain, in_vrf = (self.ipv6, self.ipv6_in_vrf) if own else (self.command, self.in_vrf)
        return filled(in_vrf if vrf else plain, {"address": address, "vrf": vrf})


class Glimpse(Part):
    """Commands about routes of one family: how many there are, the one to a prefix, those of a protocol.

    `{vrf}`, `{prefix}`, `{address}`, `{mask}` and `{protocol}` stand for values.
    """

    summary: str = ""
    prefix: str = ""
    part: str = ""


class Frugal(Part):
    """Queries that check the routing table cheaply; *summary* is of all VRFs and families at once, if there is one.

    *words* are the device's own for our protocols, *absent* is what it says where there is no such route or VRF.
    *packed* prints the whole table as base64 of gzip, *digest* the SHA-256 of what `routes` prints, without blanks at
    the ends of lines and without empty lines.
    """

    summary: str = ""
    ipv4: Glimpse = Glimpse()
    ipv6: Glimpse = Glimpse()
    ipv4_in_vrf: Glimpse = Glimpse()
    ipv6_in_vrf: Glimpse = Glimpse()
    words: dict[str, tuple[str, ...]] = {}
    absent: Pattern | None = None
    packed: tuple[str, ...] = ()
    digest: str = ""

    def glimpse(self, vrf: str, family: str) -> Glimpse:
        """Return the commands for a family, `ipv4` or `ipv6`, in a VRF."""
        glimpse: Glimpse = getattr(self, family if vrf == "default" else f"{family}_in_vrf")
        return glimpse


class Gauge(Part):
    """A number that tells how the device is doing: group 1 of *value*, worse when there is *worse* of it.

    It may be worse than the baseline's by *tolerance*: so many of its units, or per cent where it is *relative*.
    """

    name: str
    query: Query
    value: Pattern
    worse: Literal["more", "less"] = "more"
    tolerance: float
    relative: bool = False


class Health(Part):
    """The health of the device, beyond its routes.

    *prefixes* matches a BGP peer in the answer to `neighbours`, with the groups `name` and `count`; a peer may have
    lost *prefixes_tolerance* per cent. Each line of *log* that matches *log_line* is serious. *trace* follows a path to
    `{address}`, in `{vrf}` with *trace_in_vrf*; group 1 of *hop* is the address of a hop.
    """

    prefixes: Pattern | None = None
    prefixes_tolerance: float = 10
    gauges: tuple[Gauge, ...] = ()
    log: Query | None = None
    log_line: Pattern = "."
    trace: str = ""
    trace_in_vrf: str = ""
    hop: Pattern = r"^ *\d+ +([\d.:a-fA-F]+)\b"


class LoginShell(Part):
    """An account whose login shell is the command line of *state*, so that the home state is not to be had.

    The console stays there, and *console* and *instead* hold what then differs from the profile. *lacks* says what a
    recovery cannot do there.
    """

    state: str
    lacks: str
    console: dict[str, Any] = {}
    instead: dict[str, Any] = {}


class Profile(Part):
    """All that `device_profiles/<platform>.yaml` says.

    *holders* are asked for before anything is changed, *cautions* are only said where they do not hold. *trial* is
    how it is found out which lines of a backup the software does not take: the `help` behind each, or a `candidate`.
    *samples* are the dialogues of its console that the tests have a sample of; of those in *unverified* one at least
    was written after a document and was not compared with a console or its publication.
    """

    platform: str
    title: str
    aliases: tuple[str, ...] = ()
    standing: Literal["drilled", "replayed", "documented"] = "documented"
    samples: tuple[Dialogue, ...] = ()
    unverified: tuple[Dialogue, ...] = ()
    console: ConsoleData
    home_state: str = "enable"
    facts: FactsData | None = None
    configuration: ConfigurationData | None = None
    routes: tuple[Query, ...] = ()
    neighbours: tuple[Query, ...] = ()
    ping: Ping | None = None
    frugal: Frugal = Frugal()
    health: Health = Health()
    checkpoints: Checkpoints | None = None
    files: DeviceFiles | None = None
    timer: Timer | None = None
    candidate: Candidate | None = None
    holders: tuple[Holder, ...] = ()
    hazards: Hazards = Hazards()
    services: tuple[Service, ...] = ()
    space: Space | None = None
    trial: Literal["", "help", "candidate"] = ""
    cautions: tuple[Condition, ...] = ()
    strategies: dict[str, Strategy] = Field(default_factory=dict)
    secrets: SecretRules = SecretRules()
    login_shell: LoginShell | None = None
    lacks: str = ""

    def in_login_shell(self) -> Profile:
        """Return what holds for an account whose login shell is not the home state."""
        shell = self.login_shell
        if shell is None:
            return self
        data = self.model_dump() | {
            "strategies": {},
            "login_shell": None,
            "lacks": shell.lacks,
            "home_state": shell.state,
        }
        data["console"] |= shell.console
        return Profile.model_validate(data | shell.instead)
