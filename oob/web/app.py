"""The pages of the live view and their streams, each behind the same headers and the same question: who is this?"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from urllib.parse import parse_qs, quote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from oob.errors import OobError, UsageError
from oob.inventory.home import Home
from oob.recovery.record.journal import NAME, read
from oob.report.incident import incident
from oob.report.templating import environment, style
from oob.web import casts
from oob.web.access import Tokens, Visitor
from oob.web.hub import OVERVIEW, Hub
from oob.web.runs import Runs
from oob.web.tell import tell

COOKIE = "oob"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
SCRIPTS = ("page.js", "overview.js", "device.js", "console.js")
XTERM = {"xterm.js": "text/javascript", "xterm.css": "text/css"}
LONGEST = 10_000  # bytes of a form
DELAY = 1.0  # seconds that a wrong token waits for its answer

Handler = Callable[[Request], Awaitable[Response]]


class Pages:
    """Answers the requests. *needs_token* is false on loopback, where a person without a token is a viewer."""

    def __init__(self, home: Home, *, needs_token: bool) -> None:
        self._home = home
        self._needs_token = needs_token
        self.hub = Hub(Runs(home))
        self._templates = environment("oob.web")

    def routes(self) -> list[Route]:
        """Return what there is to ask for."""
        return [
            Route("/", self._seen(self._overview)),
            Route("/runs/{run}", self._seen(self._device)),
            Route("/runs/{run}/tell", self._seen(self._tell), methods=["POST"]),
            Route("/runs/{run}/console", self._seen(self._console)),
            Route("/transcripts/{name}", self._seen(self._console)),
            Route("/casts/{run}", self._seen(self._cast)),
            Route("/casts/console/{name}", self._seen(self._cast)),
            *(Route(f"/{name}", self._xterm(name)) for name in XTERM),
            Route("/events", self._seen(self._events)),
            Route("/events/{run}", self._seen(self._events)),
            Route("/login", self._login, methods=["GET", "POST"]),
            Route("/page.css", self._style),
            Route("/favicon.ico", self._nothing),
            *(Route(f"/{name}", self._script(name)) for name in SCRIPTS),
        ]

    def visitor(self, request: Request) -> Visitor | None:
        """Return who asks, None for a person who needs a token and has none that is valid."""
        bearer = request.headers.get("authorization", "")
        token = bearer.removeprefix("Bearer ") if bearer.startswith("Bearer ") else request.cookies.get(COOKIE, "")
        if token:
            return Tokens.load(self._home.path).visitor(token)
        return None if self._needs_token else Visitor(name="viewer on this machine", role="viewer")

    def _seen(self, answer: Callable[[Request, Visitor], Awaitable[Response]]) -> Handler:
        async def handler(request: Request) -> Response:
            try:
                visitor = self.visitor(request)
            except UsageError as error:  # with a damaged web.yaml no token is known
                return PlainTextResponse(f"{error}\n", status_code=503)
            if visitor is not None:
                return await answer(request, visitor)
            if "text/html" in request.headers.get("accept", ""):
                return RedirectResponse("/login", status_code=303)
            return PlainTextResponse("a token is needed: oob serve --enrol NAME\n", status_code=401)

        return handler

    async def _overview(self, request: Request, visitor: Visitor) -> Response:
        return self._html("overview.html", visitor=visitor)

    async def _device(self, request: Request, visitor: Visitor) -> Response:
        found = self.hub.runs.find(request.path_params["run"])
        if found is None or found.incident is None:
            return PlainTextResponse("there is no such run; oob runs lists them\n", status_code=404)
        return self._html("device.html", visitor=visitor, run=found.incident.run, device=found.incident.device)

    async def _tell(self, request: Request, visitor: Visitor) -> Response:
        """Write an operator's request where `oob tell` writes it; the run and its policy decide what it is worth."""
        if not visitor.is_operator:
            return PlainTextResponse("a viewer may look; an operator's token is needed for this\n", status_code=403)
        folder = self.hub.runs.folder(request.path_params["run"])
        if folder is None:
            return PlainTextResponse("there is no such run; oob runs lists them\n", status_code=404)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
        try:
            now = incident(read(folder / NAME).entries)  # the page may be a moment behind
            tell(now, folder, form.get("do", ""), by=visitor.name, question=form.get("question", ""))
        except OobError as error:
            return PlainTextResponse(f"{error}\n", status_code=409)
        return Response(status_code=204)

    async def _console(self, request: Request, visitor: Visitor) -> Response:
        run, name = (request.path_params.get(key, "") for key in ("run", "name"))
        title = run or name
        if (run and self.hub.runs.folder(run) is None) or (
            name and not any(path.stem == name for path in casts.of_consoles(self._home))
        ):
            return PlainTextResponse("there is no such transcript\n", status_code=404)
        nonce = secrets.token_urlsafe(16)
        answer = self._html(
            "console.html",
            visitor=visitor,
            title=title,
            back=f"/runs/{quote(run)}" if run else "/",
            stream=f"/casts/{quote(run)}" if run else f"/casts/console/{quote(name)}",
            nonce=nonce,
            has_xterm=casts.xterm("xterm.js") is not None,
        )
        answer.headers["Content-Security-Policy"] = POLICY.replace(
            "style-src 'self'", f"style-src 'self' 'nonce-{nonce}'"
        )
        return answer

    async def _cast(self, request: Request, visitor: Visitor) -> Response:
        run, name = (request.path_params.get(key, "") for key in ("run", "name"))
        stream = self.hub.until_closed(casts.follow(self._home, run, name))
        return StreamingResponse(stream, media_type="text/event-stream")

    def _xterm(self, name: str) -> Handler:
        async def handler(request: Request) -> Response:
            found = casts.xterm(name)
            if found is None:
                return PlainTextResponse("this build has no xterm.js: make browser\n", status_code=404)
            return Response(found, media_type=XTERM[name])

        return handler

    async def _events(self, request: Request, visitor: Visitor) -> Response:
        name = request.path_params.get("run", OVERVIEW)
        if name != OVERVIEW and self.hub.runs.find(name) is None:
            return PlainTextResponse("there is no such run; oob runs lists them\n", status_code=404)
        return StreamingResponse(self.hub.stream(name), media_type="text/event-stream")

    async def _login(self, request: Request) -> Response:
        if request.method == "GET":
            return self._html("login.html", wrong="")
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        token = form.get("token", [""])[0].strip()
        if Tokens.load(self._home.path).visitor(token) is None:
            await asyncio.sleep(DELAY)
            return self._html("login.html", status_code=403, wrong="This token is not valid here.")
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
        return answer

    async def _nothing(self, request: Request) -> Response:
        return Response(status_code=204)

    async def _style(self, request: Request) -> Response:
        return Response(style(), media_type="text/css")

    def _script(self, name: str) -> Handler:
        text = files("oob.web").joinpath("static", name).read_bytes()

        async def handler(request: Request) -> Response:
            return Response(text, media_type="text/javascript")

        return handler

    def _html(self, name: str, *, status_code: int = 200, **values: object) -> Response:
        return HTMLResponse(self._templates.get_template(name).render(**values), status_code=status_code)


class Guard:
    """Puts the security headers on every answer, and refuses hosts that the page is not served under.

    A name that an attacker makes resolve to this machine would otherwise let a foreign page read this one.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str], longest: int = LONGEST) -> None:
        self._app = app
        self._hosts = hosts
        self._longest = longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                has = {name for name, _ in given}
                own = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*given, *(pair for pair in own if pair[0] not in has)]
            await send(message)

        refusal = self._refusal(Request(scope))
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, request: Request) -> Response | None:
        host = request.headers.get("host", "")
        if host not in self._hosts:
            return PlainTextResponse("this page is not served under that name\n", status_code=421)
        if request.method != "POST":
            return None
        if not request.headers.get("content-length", "").isdigit():
            return PlainTextResponse("the length of the request is needed\n", status_code=411)
        if int(request.headers["content-length"]) > self._longest:
            return PlainTextResponse("the request is too long\n", status_code=413)
        origin = request.headers.get("origin", "")
        if origin and origin.partition("://")[2] not in self._hosts:
            return PlainTextResponse("the request comes from another page\n", status_code=403)
        return None


def app(home: Home, hosts: frozenset[str], *, needs_token: bool) -> Starlette:
    """Return the server of the live page of *home*, which answers under the names *hosts* (`127.0.0.1:8080`)."""
    pages = Pages(home, needs_token=needs_token)

    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[None]:
        pages.hub.runs.look()
        work = asyncio.create_task(pages.hub.work())
        try:
            yield
        finally:
            work.cancel()

    made = Starlette(
        routes=pages.routes(),
        middleware=[Middleware(Guard, hosts=hosts), Middleware(GZipMiddleware, minimum_size=500)],
        lifespan=lifespan,
    )
    made.state.hub = pages.hub
    return made
