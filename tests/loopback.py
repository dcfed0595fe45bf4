"""A server on loopback that has every fault that a public one can have."""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep  # its own, where a test takes the module's away
from urllib.parse import urlsplit

from shapely.geometry import box, mapping

TIF = b"II*\0"
KG_PBF = "download.geofabrik.de/asia/kyrgyzstan-latest.osm.pbf"
INDEX = "download.geofabrik.de/index-v1.json"


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()  # noqa: S324 -- what the servers publish


@dataclass
class Served:
    """A file, and how its server misbehaves."""

    content: bytes
    etag: str | None = None
    ranges: bool = True
    answers: list[int] = field(default_factory=list)  # sent first, one a request, instead of the file
    headers: dict[str, str] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)  # bytes after which the connection is cut, one a request
    says: int | None = None  # a length that is not the content's
    head_says: int | None = None
    no_length: bool = False
    no_head: bool = False
    stalls: list[float] = field(default_factory=list)  # seconds of silence after the first half, one a request
    slow_s: float = 0.0  # between pieces
    shift: int | None = 0  # bytes by which a part is another than asked for; None: it does not say which


class OnLoopback:
    """A server on loopback of its own port, for as long as a test asks it."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Loopback(OnLoopback):
    """The server, what it has by host and path, and what it was asked."""

    def __init__(self) -> None:
        self.files: dict[str, Served] = {}
        self.log: list[tuple[str, str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                outer._answer(self, body=False)

            def do_GET(self) -> None:
                outer._answer(self, body=True)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(Handler)

    def has(self, path: str, content: bytes, **faults: object) -> Served:
        self.files[path] = Served(content, **{"etag": f'"{md5(content)}"'} | faults)
        return self.files[path]

    def asked(self, method: str, path: str) -> list[dict[str, str]]:
        return [headers for how, what, headers in self.log if how == method and what == path]

    def _answer(self, request: BaseHTTPRequestHandler, *, body: bool) -> None:
        path = urlsplit(request.path).path.lstrip("/")  # a proxy is asked by whole address
        self.log.append((request.command, path, dict(request.headers)))
        served = self.files.get(path)
        if served is None:
            self._short(request, 404, {})
        elif served.answers:
            self._short(request, served.answers.pop(0), served.headers)
        elif not body:
            self._head(request, served)
        else:
            self._body(request, served)

    @staticmethod
    def _short(request: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
        request.send_response(status)
        for name, value in ({"Content-Length": "0"} | headers).items():
            request.send_header(name, value)
        request.end_headers()

    def _head(self, request: BaseHTTPRequestHandler, served: Served) -> None:
        if served.no_head:
            self._short(request, 405, {})
            return
        request.send_response(200)
        self._described(request, served, served.head_says or served.says or len(served.content))
        request.end_headers()

    @staticmethod
    def _described(request: BaseHTTPRequestHandler, served: Served, length: int) -> None:
        if served.no_length:
            request.send_header("Connection", "close")
        else:
            request.send_header("Content-Length", str(length))
        if served.etag:
            request.send_header("ETag", served.etag)
        for name, value in served.headers.items():
            request.send_header(name, value)

    def _body(self, request: BaseHTTPRequestHandler, served: Served) -> None:
        start, whole = 0, served.says or len(served.content)
        if served.ranges and "Range" in request.headers and request.headers.get("If-Range") == served.etag:
            start = int(request.headers["Range"].removeprefix("bytes=").rstrip("-"))
            if start >= len(served.content):
                self._short(request, 416, {"Content-Range": f"bytes */{len(served.content)}"})
                return
            request.send_response(206)
            if served.shift is not None:
                start += served.shift
                request.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
        else:
            request.send_response(200)
        self._described(request, served, whole - start)
        request.end_headers()
        self._sent(request, served, start)

    @staticmethod
    def _sent(request: BaseHTTPRequestHandler, served: Served, start: int) -> None:
        content = served.content[start:]
        if served.breaks:
            content = content[: served.breaks.pop(0)]
            request.close_connection = True
        if served.says or served.no_length:
            request.close_connection = True
        stall, half = (served.stalls.pop(0) if served.stalls else 0.0), len(content) // 2
        try:
            for begin in range(0, len(content), 1000):
                request.wfile.write(content[begin : begin + 1000])
                sleep(served.slow_s)
                if begin <= half < begin + 1000:
                    sleep(stall)
        except OSError:
            request.close_connection = True  # the asker went away


def feature(name: str, outline: tuple, *, parent: str = "asia", **codes: list[str]) -> dict:
    about = {
        "id": name,
        "parent": parent,
        "name": name.title(),
        "urls": {"pbf": f"https://download.geofabrik.de/{parent}/{name}-latest.osm.pbf"},
    }
    about |= {{"whole": "iso3166-1:alpha2", "part": "iso3166-2"}[key]: value for key, value in codes.items()}
    return {"type": "Feature", "properties": about, "geometry": mapping(box(*outline))}


REGIONS = [
    feature("asia", (25, -10, 180, 80), parent=""),
    feature("kyrgyzstan", (74.2, 42.5, 75.0, 43.5), whole=["KG"]),
    feature("uzbekistan", (56, 37, 74, 46), whole=["UZ"]),
    feature("samarkand", (66, 39, 68, 41), parent="uzbekistan", part=["UZ-SA"]),
    feature("gcc-states", (36, 16, 60, 32), whole=["BH", "KW", "OM"]),
]


def ground() -> Loopback:
    """Draw a small Kyrgyzstan with every usual file: a pbf, people, two tiles of heights, one of cover."""
    server = Loopback()
    server.has(INDEX, json.dumps({"type": "FeatureCollection", "features": REGIONS}).encode())
    pbf = b"\0\0\0\x0e\n\tOSMHeader" + bytes(range(256)) * 160
    server.has(KG_PBF, pbf)
    server.has(KG_PBF + ".md5", f"{md5(pbf)}  kyrgyzstan-latest.osm.pbf\n".encode())
    server.has(people(2025), TIF + b"people" * 5000)
    for lat in ("N42", "N43"):
        server.has(heights(lat, "E074"), TIF + lat.encode() * 500)
    server.has(
        "esa-worldcover.s3.eu-central-1.amazonaws.com/v200/2021/map/ESA_WorldCover_10m_2021_v200_N42E072_Map.tif",
        TIF + b"cover" * 500,
    )
    return server


def people(year: int) -> str:
    return (
        f"data.worldpop.org/GIS/Population/Global_2015_2030/R2025A/{year}/KGZ/v1/100m/constrained/"
        f"kgz_pop_{year}_CN_100m_R2025A_v1.tif"
    )


def heights(lat: str, lon: str) -> str:
    name = f"Copernicus_DSM_COG_10_{lat}_00_{lon}_00_DEM"
    return f"copernicus-dem-30m.s3.amazonaws.com/{name}/{name}.tif"
