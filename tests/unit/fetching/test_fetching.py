"""Public data fetched end to end from a server on loopback: in good order, and with every fault that servers have."""

import errno
import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import threading
import tomllib
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from shapely.geometry import box, mapping
from typer.testing import CliRunner

import sitesel
from loopback import INDEX, KG_PBF, TIF, heights, md5, people
from sitesel import cli
from sitesel.errors import FetchError
from sitesel.fetching import (
    Asked,
    Attribution,
    Patience,
    Web,
    attributions,
    bring_all,
    download,
    fetch,
    held,
    listing,
    lock,
    sources,
)
from sitesel.fetching.manifest import MANIFEST
from sitesel.fetching.tiles import tiles_of

PBF = "kyrgyzstan-latest.osm.pbf"
PEOPLE = "kgz_pop_2025_CN_100m_R2025A_v1.tif"
OSM = Asked("KG", only=["osm"])
ONLY_PEOPLE = Asked("KG", only=["population"])


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {lock.LOCK} if folder.exists() else set()


def test_a_country_comes_whole_with_a_manifest(server, web, tmp_path):
    into = tmp_path / "kg"
    came = fetch(Asked("kgz"), into, web=web)
    assert [file.source for file in came] == ["osm", "population", "heights", "heights", "cover"]
    assert files(into) == {file.file for file in came} | {MANIFEST}
    written = tomllib.loads((into / MANIFEST).read_text(encoding="utf-8"))["files"]
    assert [entry["file"] for entry in written] == [file.file for file in came]
    for entry in written:
        content = (into / entry["file"]).read_bytes()
        assert entry["bytes"] == len(content)
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["address"].startswith("https://")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", entry["fetched"])
    assert (into / PBF).read_bytes() == server.files[KG_PBF].content
    assert written[0]["md5"] == md5(server.files[KG_PBF].content)
    assert attributions(into)[0] == Attribution(
        "osm", "© OpenStreetMap contributors", "ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"
    )
    assert [owed.source for owed in attributions(into)] == ["osm", "population", "heights", "cover"]
    assert attributions(tmp_path) == ()


def test_what_is_there_is_not_fetched_again_until_it_changes(server, web, tmp_path):
    fetch(Asked("KG"), tmp_path, web=web)
    server.log.clear()
    again = listing(Asked("KG"), tmp_path, web)
    assert (again.new, again.bytes_to_come) == ((), 0)
    assert bring_all(again, tmp_path, web) == held(tmp_path)
    assert not server.asked("GET", KG_PBF)
    newer = server.files[KG_PBF].content + b"newer"
    server.has(KG_PBF, newer)
    server.has(KG_PBF + ".md5", md5(newer).encode())
    server.has(people(2025), TIF + b"PEOPLE" * 5000)  # as long as before: the ETag tells
    assert [file.wanted.source.id for file in listing(Asked("KG"), tmp_path, web).new] == ["osm", "population"]
    fetch(Asked("KG"), tmp_path, web=web)
    assert (tmp_path / PBF).read_bytes() == newer
    assert b"PEOPLE" in (tmp_path / PEOPLE).read_bytes()
    server.files[people(2025)].etag = None  # then length and date have to do
    server.files[people(2025)].headers = {"Last-Modified": "Wed, 01 Jan 2026 00:00:00 GMT"}
    assert len(listing(ONLY_PEOPLE, tmp_path, web).new) == 1
    fetch(ONLY_PEOPLE, tmp_path, web=web)
    assert listing(ONLY_PEOPLE, tmp_path, web).new == ()


def test_a_file_spoilt_on_the_disk_is_fetched_again(server, web, tmp_path):
    fetch(OSM, tmp_path, web=web)
    (tmp_path / PBF).write_bytes(bytes(len(server.files[KG_PBF].content)))  # as after a power cut
    fetch(OSM, tmp_path, web=web)
    assert (tmp_path / PBF).read_bytes() == server.files[KG_PBF].content


def test_tiles_beyond_180_degrees_have_their_names():
    assert list(tiles_of(box(179.5, -17, 180.5, -16), 1)) == [(-17, 179), (-17, -180)]


def test_years_boxes_and_names_choose_the_files(server, web, tmp_path):
    server.has(people(2020), TIF + b"2020")
    (one,) = listing(Asked("KG", only=["population"], year=2020), tmp_path, web).files
    assert one.wanted.address == "https://" + people(2020)
    with pytest.raises(FetchError, match="population has the years 2015 to 2030"):
        listing(Asked("KG", year=1990), tmp_path, web)
    assert not server.asked("GET", INDEX)  # nothing needed it so far
    tiles = listing(Asked(box=(74.3, 42.7, 75.0, 43.0), only=["heights"]), tmp_path, web)
    assert [file.wanted.address for file in tiles.files] == ["https://" + heights("N42", "E074")]  # others only touch
    assert not server.asked("GET", INDEX)
    boxed = listing(Asked(box=(74.3, 42.7, 74.8, 43.0)), tmp_path, web)
    assert [file.wanted.file for file in boxed.files][:2] == [PBF, PEOPLE]  # the smallest region that holds the box
    both = listing(Asked("KG", box=(74.3, 43.1, 74.8, 43.2)), tmp_path, web)
    assert [file.wanted.file for file in both.files if file.wanted.source.id == "heights"] == [
        "Copernicus_DSM_COG_10_N43_00_E074_00_DEM.tif"
    ]


def test_a_part_of_a_country_is_of_that_country_and_a_box_of_many_is_of_none(server, web, tmp_path):
    part = "download.geofabrik.de/uzbekistan/samarkand-latest.osm.pbf"
    server.has(part, b"\0\0\0\x0e\n\tOSMHeader")
    server.has(part + ".md5", md5(server.files[part].content).encode())
    server.has(people(2025).replace("KGZ", "UZB").replace("kgz", "uzb"), TIF)
    found = listing(Asked(box=(66.5, 39.5, 67, 40), only=["osm", "population"]), tmp_path, web)
    assert [file.wanted.file for file in found.files] == [
        "samarkand-latest.osm.pbf",
        "uzb_pop_2025_CN_100m_R2025A_v1.tif",
    ]
    wide = (73.5, 42.5, 74.5, 43)
    asia = "download.geofabrik.de//asia-latest.osm.pbf"
    for path in (asia, asia + ".md5"):
        server.has(path, md5(b"").encode())
    server.has(heights("N42", "E073"), TIF)
    told = listing(Asked(box=wide), tmp_path, web)
    assert [notice.key for notice in told.notices] == ["fetch.by_country"]
    with pytest.raises(FetchError, match="population: comes by country, and the box is in no one"):
        listing(Asked(box=wide, only=["population"]), tmp_path, web)


def test_a_country_without_an_extract_of_its_own_gets_the_one_it_shares(server, web, tmp_path):
    shared = "download.geofabrik.de/asia/gcc-states-latest.osm.pbf"
    server.has(shared, b"")
    server.has(shared + ".md5", md5(b"").encode())
    (one,) = listing(Asked("KW", only=["osm"]), tmp_path, web).files
    assert one.wanted.file == "gcc-states-latest.osm.pbf"
    with pytest.raises(FetchError, match="LI: Geofabrik has no extract"):
        listing(Asked("LI"), tmp_path, web)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Asked("Kyrgyzstan"), "did you mean KG?"),
        (Asked("Кыргызстан"), "did you mean KG?"),
        (Asked("XQ"), "no ISO code of a country"),
        (Asked(), "what to fetch?"),
        (Asked("KG", only=["osmm"]), "did you mean osm?"),
        (Asked(box=(75, 42, 74, 43)), "give the smaller first"),
        (Asked(box=(float("nan"), 42, 74, 43)), "not west, south, east, north"),
        (Asked(box=(0, -60, 1, -59)), "no region of Geofabrik holds it whole"),
        (Asked("KG", box=(10, 42, 11, 43)), "lies outside KG"),
        (Asked("UZ", only=["villages"]), "is of KG only"),
        (Asked("UZ", only=["population"]), r"is not there \(404\)"),
        (Asked("UZ", only=["heights"]), r"is not there \(404\)"),
    ],
)
def test_a_question_without_an_answer_is_one_line_with_a_remedy(asked, told, web, tmp_path):
    with pytest.raises(FetchError, match=told) as found:
        listing(asked, tmp_path, web)
    assert "\n" not in str(found.value)


def test_a_tile_of_sea_is_told_and_left_out(server, web, tmp_path):
    del server.files[heights("N43", "E074")]
    found = listing(Asked("KG", only=["heights"]), tmp_path, web)
    assert [file.state for file in found.files] == ["new", "absent"]
    assert len(bring_all(found, tmp_path, web)) == 1


def test_a_file_broken_off_is_gone_on_from_where_it_stopped(server, web, tmp_path):
    served = server.files[KG_PBF]
    served.breaks = [10_000, 9000]
    fetch(OSM, tmp_path, web=web)
    assert (tmp_path / PBF).read_bytes() == served.content
    assert [headers.get("Range") for headers in server.asked("GET", KG_PBF)] == [None, "bytes=8192-", "bytes=16384-"]
    assert files(tmp_path) == {PBF, MANIFEST}


def test_a_fetch_given_up_goes_on_with_the_next_command(server, web, tmp_path):
    served = server.files[KG_PBF]
    served.breaks = [5000, 0, 0, 0]
    with pytest.raises(
        FetchError, match=r"promised 40,975 bytes and broke off after 4,096; give the same command again"
    ):
        fetch(OSM, tmp_path, web=web)
    assert files(tmp_path) == {f"{PBF}.part", f"{PBF}.part.json"}
    found = listing(OSM, tmp_path, web)
    assert (found.new[0].begun, found.bytes_to_come) == (4096, len(served.content) - 4096)
    server.log.clear()
    fetch(OSM, tmp_path, web=web)
    assert server.asked("GET", KG_PBF)[0]["Range"] == "bytes=4096-"
    assert (tmp_path / PBF).read_bytes() == served.content


def test_another_version_is_not_mixed_with_the_part_begun(server, web, tmp_path):
    server.files[KG_PBF].breaks = [5000, 0, 0, 0]
    with pytest.raises(FetchError):
        fetch(OSM, tmp_path, web=web)
    newer = b"\0\0\0\x0e\n\tOSMHeader" + b"n" * 9000
    server.has(KG_PBF, newer)
    server.has(KG_PBF + ".md5", md5(newer).encode())
    fetch(OSM, tmp_path, web=web)
    assert (tmp_path / PBF).read_bytes() == newer


def test_without_ranges_or_a_mark_of_the_version_it_starts_anew(server, web, tmp_path):
    served = server.files[KG_PBF]
    served.ranges, served.breaks = False, [4000]
    fetch(OSM, tmp_path, web=web)
    assert (tmp_path / PBF).read_bytes() == served.content
    other = server.files[people(2025)]
    other.etag, other.breaks = 'W/"weak"', [1000]
    fetch(ONLY_PEOPLE, tmp_path, web=web)
    assert (tmp_path / PEOPLE).read_bytes() == other.content
    assert all("Range" not in headers for headers in server.asked("GET", people(2025)))


def test_a_part_that_is_whole_is_only_checked(server, web, tmp_path):
    served = server.files[KG_PBF]
    (tmp_path / f"{PBF}.part").write_bytes(served.content)
    note = {"address": "https://" + KG_PBF, "validator": served.etag}
    (tmp_path / f"{PBF}.part.json").write_text(json.dumps(note), encoding="utf-8")
    fetch(OSM, tmp_path, web=web)
    assert not server.asked("GET", KG_PBF)
    assert files(tmp_path) == {PBF, MANIFEST}


def test_a_part_longer_than_the_file_is_dropped(server, web, tmp_path):
    served = server.files[KG_PBF]
    (tmp_path / f"{PBF}.part").write_bytes(served.content + b"more")
    note = {"address": "https://" + KG_PBF, "validator": served.etag}
    (tmp_path / f"{PBF}.part.json").write_text(json.dumps(note), encoding="utf-8")
    fetch(OSM, tmp_path, web=web)
    assert (tmp_path / PBF).read_bytes() == served.content


def test_a_server_that_goes_on_elsewhere_is_not_believed(server, web, tmp_path):
    served = server.files[people(2025)]
    for shift in (1, None):
        served.shift, served.breaks = shift, [9000, 9000, 9000, 9000]
        with pytest.raises(FetchError, match=r"at another place than it was asked|does not say which part"):
            fetch(ONLY_PEOPLE, tmp_path, web=web)
    served.shift, served.breaks = 0, []
    fetch(ONLY_PEOPLE, tmp_path, web=web)
    assert (tmp_path / PEOPLE).read_bytes() == served.content


def test_a_part_of_another_address_is_not_gone_on_from(server, web, tmp_path):
    (tmp_path / f"{PBF}.part").write_bytes(b"other")
    note = {"address": "https://elsewhere.example/x", "validator": server.files[KG_PBF].etag}
    (tmp_path / f"{PBF}.part.json").write_text(json.dumps(note), encoding="utf-8")
    fetch(OSM, tmp_path, web=web)
    assert "Range" not in server.asked("GET", KG_PBF)[0]


def test_a_slow_server_and_one_that_falls_silent_are_borne(server, web, tmp_path):
    served = server.files[KG_PBF]
    served.slow_s, served.stalls = 0.005, [1.0]
    fetch(OSM, tmp_path, web=web)
    assert (tmp_path / PBF).read_bytes() == served.content
    assert len(server.asked("GET", KG_PBF)) == 2


@pytest.mark.parametrize("ranges", [True, False])
def test_a_server_that_lies_about_the_length_is_found_out(server, web, tmp_path, ranges):
    served = server.files[people(2025)]
    served.says, served.ranges = len(served.content) + 500, ranges
    with pytest.raises(FetchError, match="promised 30,504 bytes and broke off after 28,672"):
        fetch(ONLY_PEOPLE, tmp_path, web=web)
    assert PEOPLE not in files(tmp_path)
    assert held(tmp_path) == ()


def test_a_length_that_changes_between_two_answers_is_refused(server, web, tmp_path):
    server.files[people(2025)].head_says = 99
    with pytest.raises(FetchError, match="said 99 bytes first and 30,004 then"):
        fetch(ONLY_PEOPLE, tmp_path, web=web)
    assert files(tmp_path) == set()


def test_a_length_not_told_is_borne(server, web, tmp_path):
    served = server.files[people(2025)]
    served.no_length = True
    found = listing(ONLY_PEOPLE, tmp_path, web)
    assert found.new[0].head.bytes is None
    bring_all(found, tmp_path, web)
    assert (tmp_path / PEOPLE).read_bytes() == served.content
    served.no_head, served.no_length = True, False
    assert listing(ONLY_PEOPLE, tmp_path / "other", web).new[0].head.bytes is None


def test_a_wrong_hash_is_refused_and_thrown_away(server, web, tmp_path):
    server.has(KG_PBF + ".md5", b"0" * 32)
    with pytest.raises(FetchError, match=f"wrong hash: MD5 .*, not {'0' * 32}; it was thrown away"):
        fetch(OSM, tmp_path, web=web)
    assert files(tmp_path) == set()
    server.files[heights("N42", "E074")].etag = f'"{"1" * 32}"'  # of an S3 object in one piece, that is its MD5
    with pytest.raises(FetchError, match="wrong hash"):
        fetch(Asked("KG", only=["heights"]), tmp_path, web=web)
    server.files[heights("N42", "E074")].etag = '"aa-2"'  # in several pieces it is not
    assert len(fetch(Asked("KG", only=["heights"]), tmp_path, web=web)) == 2
    server.has(KG_PBF + ".md5", b"<html>")
    with pytest.raises(FetchError, match="holds no MD5"):
        fetch(OSM, tmp_path, web=web)


def test_a_file_replaced_in_between_is_asked_for_anew(server, web, tmp_path):
    listed = listing(OSM, tmp_path, web)
    newer = b"\0\0\0\x0e\n\tOSMHeader" + b"n" * (len(server.files[KG_PBF].content) - 15)
    server.has(KG_PBF, newer)
    server.has(KG_PBF + ".md5", md5(newer).encode())
    assert bring_all(listed, tmp_path, web)[0].md5 == md5(newer)
    assert (tmp_path / PBF).read_bytes() == newer


def test_the_latest_is_a_dated_file_and_that_one_is_gone_on_from(server, web, tmp_path):
    dated = KG_PBF.replace("latest", "261124")
    server.has(dated, server.files[KG_PBF].content, breaks=[9000])
    server.files[KG_PBF].headers = {"Location": "/" + dated}
    server.files[KG_PBF].answers = [302] * 9
    (came,) = fetch(OSM, tmp_path, web=web)
    assert (came.file, came.served) == (PBF, "https://" + dated)
    assert [headers.get("Range") for headers in server.asked("GET", dated)] == [None, "bytes=8192-"]
    server.files[KG_PBF].answers = [302] * 9
    assert listing(OSM, tmp_path, web).new == ()


def test_a_login_page_is_not_taken_for_data(server, web, tmp_path):
    server.has(people(2025), b"<html>Log in</html>")
    with pytest.raises(FetchError, match="what came is not such a file; where the network asks for a login"):
        fetch(ONLY_PEOPLE, tmp_path, web=web)
    assert files(tmp_path) == set()
    server.has(INDEX, b"<html>Log in</html>")
    with pytest.raises(FetchError, match="gives a page, not the data"):
        fetch(OSM, tmp_path, web=web)
    server.has(INDEX, b'{"regions": []}')
    with pytest.raises(FetchError, match="no longer written as it was"):
        fetch(OSM, tmp_path, web=web)
    server.has(INDEX, b"\xff\xfe")
    with pytest.raises(FetchError, match="did not come whole"):
        fetch(OSM, tmp_path, web=web)


@pytest.mark.parametrize(
    ("status", "told"),
    [(403, "refuses .403.: it may not serve your country"), (401, "wants a password"), (418, "answers 418")],
)
def test_a_refusal_is_one_line(server, web, tmp_path, status, told):
    server.files[people(2025)].answers = [status] * 9
    with pytest.raises(FetchError, match=told) as found:
        fetch(ONLY_PEOPLE, tmp_path, web=web)
    assert "\n" not in str(found.value)
    server.files[people(2025)].answers = []
    listed = listing(ONLY_PEOPLE, tmp_path, web)
    server.files[people(2025)].answers = [status] * 9
    with pytest.raises(FetchError, match=told):
        bring_all(listed, tmp_path, web)


def test_what_has_moved_on_its_host_is_followed_and_to_another_is_told(server, web, tmp_path):
    server.has("data.worldpop.org/moved.tif", server.files[people(2025)].content)
    server.files[people(2025)].headers = {"Location": "/data.worldpop.org/moved.tif"}
    server.files[people(2025)].answers = [302] * 9
    assert fetch(ONLY_PEOPLE, tmp_path, web=web)[0].file == PEOPLE
    server.files[people(2025)].headers = {"Location": "https://elsewhere.example/x.tif"}
    with pytest.raises(FetchError, match=r"has moved to https://elsewhere\.example/x\.tif, another host"):
        fetch(ONLY_PEOPLE, tmp_path / "b", web=web)
    server.files[people(2025)].headers = {"Location": f"/{people(2025)}"}
    with pytest.raises(FetchError, match="round in circles"):
        fetch(ONLY_PEOPLE, tmp_path / "b", web=web)


def test_an_index_that_sends_elsewhere_is_not_followed(server, web, tmp_path):
    index = server.files[INDEX].content.replace(b"https://download.geofabrik.de/asia/kyr", b"https://elsewhere.org/kyr")
    server.has(INDEX, index)
    with pytest.raises(FetchError, match=r"names an extract on another host, https://elsewhere.org/kyrgyzstan"):
        fetch(OSM, tmp_path, web=web)
    server.has(
        INDEX, index.replace(b"https://elsewhere.org/kyrgyzstan-latest.osm.pbf", b"https://download.geofabrik.de/..")
    )
    with pytest.raises(FetchError, match="names no file that can be kept"):
        fetch(OSM, tmp_path, web=web)


def test_a_busy_server_is_asked_again_and_given_up_in_the_end(server, web, tmp_path, monkeypatch):
    rests = []
    monkeypatch.setattr("sitesel.fetching.web.time.sleep", rests.append)
    patient = replace(web, patience=Patience(attempts=4, pause_s=1, longest_pause_s=30, timeout_s=5))
    served = server.files[people(2025)]
    listed = listing(ONLY_PEOPLE, tmp_path, patient)
    served.answers = [503, 503, 429]
    bring_all(listed, tmp_path, patient)
    assert rests == [1, 2, 4]
    rests.clear()
    served.answers, served.headers = [503, 429], {"Retry-After": "20"}
    listing(ONLY_PEOPLE, tmp_path, patient)
    assert rests == [20, 20]
    served.answers, served.headers = [503] * 9, {"Retry-After": "86400"}
    rests.clear()
    with pytest.raises(FetchError, match=r"the server is busy \(503\); try again later"):
        listing(ONLY_PEOPLE, tmp_path, patient)
    assert rests == [30, 30, 30]


def test_no_network_is_one_line(web, tmp_path):
    listed = listing(ONLY_PEOPLE, tmp_path, web)
    nobody = replace(web, mirror="http://127.0.0.1:9")
    for ask in (lambda: listing(ONLY_PEOPLE, tmp_path, nobody), lambda: bring_all(listed, tmp_path, nobody)):
        with pytest.raises(FetchError, match=r"no network, or 127\.0\.0\.1 is out of reach") as found:
            ask()
        assert "\n" not in str(found.value)


def test_a_server_that_never_answers_is_given_up(server, web, tmp_path):
    def mute(*_: object, **__: object) -> None:
        threading.Event().wait(0.6)

    server._answer = mute
    with pytest.raises(FetchError, match=r"no answer within 0\.2 s"):
        listing(OSM, tmp_path, replace(web, patience=Patience(attempts=1, pause_s=0.01, timeout_s=0.2)))


def test_only_https_is_asked_unless_a_mirror_stands_for_it():
    with pytest.raises(FetchError, match="is no https address"):
        Web(mirror="").head("http://download.geofabrik.de/index-v1.json")
    with pytest.raises(FetchError, match="cannot be asked for at nonsense"):
        Web(mirror="nonsense").head("https://download.geofabrik.de/index-v1.json")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to draw a certificate with")
def test_a_certificate_that_nobody_vouches_for_is_refused(server, web, tmp_path, monkeypatch):
    import ssl  # noqa: PLC0415 -- here alone

    pem = tmp_path / "drawn.pem"
    drawn = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*drawn.split(), "-keyout", pem, "-out", f"{pem}.crt"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{pem}.crt", pem)
    server.server.socket = context.wrap_socket(server.server.socket, server_side=True)
    server.server.handle_error = lambda *_: None  # the handshake that the client breaks off
    closed = replace(web, mirror=server.base.replace("http:", "https:"))
    with pytest.raises(FetchError, match="certificate cannot be verified"):
        fetch(OSM, tmp_path / "kg", web=closed)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{pem}.crt")
    assert fetch(OSM, tmp_path / "kg", web=replace(closed, patience=Patience(timeout_s=5)))


def test_a_proxy_is_honoured(server, web, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", server.base)
    through = replace(web, mirror="http://mirror.invalid")
    assert fetch(ONLY_PEOPLE, tmp_path, web=through)[0].mirror == "http://mirror.invalid"
    assert server.asked("GET", people(2025))[0]["Host"] == "mirror.invalid"
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(FetchError, match="the proxy cannot be reached; see HTTPS_PROXY"):
        fetch(OSM, tmp_path, web=through)


def test_a_full_disk_is_told_and_gone_on_from(server, web, tmp_path, monkeypatch):
    served = server.files[KG_PBF]
    opened = Path.open

    class Full:
        def __init__(self, file):
            self.file, self.room = file, 5000

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, piece):
            if self.room == 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            taken = self.file.write(bytes(piece[: self.room]))
            self.room -= taken
            return taken

    def full(path, mode="r", **how):
        file = opened(path, mode, **how)
        return Full(file) if how.get("buffering") == 0 else file

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", full)
        with pytest.raises(FetchError, match="the disk is full; make room and give the same command again") as found:
            fetch(OSM, tmp_path, web=web)
    assert "\n" not in str(found.value)
    assert PBF not in files(tmp_path)
    fetch(OSM, tmp_path, web=web)
    assert server.asked("GET", KG_PBF)[-1]["Range"] == "bytes=5000-"
    assert (tmp_path / PBF).read_bytes() == served.content


def test_a_disk_too_small_is_told_before_anything_is_fetched(web, tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 -- as shutil has it
    monkeypatch.setattr("sitesel.fetching.disk.shutil.disk_usage", lambda _: usage(10, 9, 1))
    with pytest.raises(FetchError, match="are needed and 0 MB are free"):
        fetch(OSM, tmp_path / "kg", web=web)
    assert not (tmp_path / "kg").exists()


def test_a_folder_that_cannot_be_written_is_told(web, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(FetchError, match="cannot be written"):
        fetch(OSM, tmp_path / "file", web=web)


def test_two_at_once_do_no_harm(server, web, tmp_path):
    served = server.files[KG_PBF]
    served.slow_s = 0.03
    listed = listing(OSM, tmp_path, web)
    first = threading.Thread(target=lambda: bring_all(listed, tmp_path, web))
    first.start()
    while not (tmp_path / f"{PBF}.part").exists():
        pass
    with pytest.raises(FetchError, match="another fetch is at work there; wait for it"):
        fetch(OSM, tmp_path, web=web)
    first.join()
    assert (tmp_path / PBF).read_bytes() == served.content
    before = len(server.asked("GET", KG_PBF))
    bring_all(listed, tmp_path, web)  # listed before the other was done: it is there now
    assert len(server.asked("GET", KG_PBF)) == before


def test_a_file_put_there_by_hand_is_taken_where_it_is_the_one(server, web, tmp_path):
    (tmp_path / PBF).write_bytes(server.files[KG_PBF].content)
    assert fetch(OSM, tmp_path, web=web)[0].md5 == md5(server.files[KG_PBF].content)
    assert not server.asked("GET", KG_PBF)
    (tmp_path / PEOPLE).write_bytes(b"x" * len(server.files[people(2025)].content))
    fetch(ONLY_PEOPLE, tmp_path, web=web)
    assert (tmp_path / PEOPLE).read_bytes() == server.files[people(2025)].content


def test_nothing_is_left_of_a_fetch_killed_while_it_puts_a_file_in_place(server, web, tmp_path, monkeypatch):
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(download.os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch(OSM, tmp_path, web=web)
    assert PBF not in files(tmp_path)
    fetch(OSM, tmp_path, web=web)
    assert (tmp_path / PBF).read_bytes() == server.files[KG_PBF].content


def test_a_manifest_that_is_none_is_told(web, tmp_path):
    (tmp_path / MANIFEST).write_text("[[files]]\nfile = 3\n", encoding="utf-8")
    with pytest.raises(FetchError, match="is not what `sitesel fetch` writes"):
        fetch(OSM, tmp_path, web=web)


def test_what_is_not_usual_comes_when_it_is_named(server, web, tmp_path):
    quakes = b"PK\3\4quakes"
    zipped = "GEM-GSHM_PGA-475y-rock_v2023.zip"
    server.has(f"zenodo.org/records/8409647/files/{zipped}", quakes)
    record = {"files": [{"key": zipped, "checksum": f"md5:{md5(quakes)}"}]}
    server.has("zenodo.org/api/records/8409647", json.dumps(record).encode())
    server.has("stat.gov.kg/ru/statistics/download/operational/825/", b"\xd0\xcf\x11\xe0rows")
    floods = "jeodpp.jrc.ec.europa.eu/ftp/jrc-opendata/CEMS-GLOFAS/flood_hazard/RP100/"
    tile = "ID67_N50_E70_RP100_depth.tif"
    index = json.loads(server.files[INDEX].content)
    index["features"][1]["geometry"] = mapping(box(74, 42, 81, 43))  # a tile of floods beside it is not in the list
    server.has(INDEX, json.dumps(index).encode())
    server.has(floods, f'<a href="{tile}">{tile}</a> <a href="ID68_N40_E70_RP100_depth.tif">'.encode())
    server.has(floods + tile, TIF)
    faults = "gem-global-active-faults/master/geojson/gem_active_faults_harmonized.geojson"
    server.has(f"raw.githubusercontent.com/GEMScienceTools/{faults}", b'\n{"type": "FeatureCollection"}')
    came = fetch(Asked("KG", only=["villages", "flood", "seismic", "faults"]), tmp_path, web=web)
    assert [file.file for file in came] == [
        "villages_825.xls",
        tile,
        zipped,
        "gem_active_faults_harmonized.geojson",
    ]
    server.has("zenodo.org/api/records/8409647", b"[]")
    with pytest.raises(FetchError, match="no longer written as it was"):
        fetch(Asked("KG", only=["seismic"]), tmp_path, web=web)


def test_every_source_says_what_is_owed_and_asks_by_https():
    for source in sources().values():
        assert all((source.licence, source.attribution, source.page, source.opens_with))
        assert all(address.startswith("https://") for address in (source.address, source.licence_address, source.page))
        assert source.check != "zenodo" or source.check_at


@pytest.fixture
def command(server, monkeypatch):
    monkeypatch.setenv("SITESEL_MIRROR", server.base)

    def run(*words: object, says: str = "") -> object:
        return CliRunner().invoke(cli.app, ["fetch", *map(str, words)], input=says)

    return run


def test_the_command_shows_asks_and_fetches(command, tmp_path):
    into = tmp_path / "kg"
    refused = command("KG", "--into", into, says="n\n")
    nobody_there = command("KG", "--into", into)
    for done in (refused, nobody_there):
        assert "Nothing was fetched; --yes fetches without asking." in done.output
        assert done.exit_code == 1
    assert not into.exists()
    into.mkdir()
    (into / f"{PBF}.part").write_bytes(bytes(2_000_000))
    assert "2 MB of it there, to be gone on from" in command("KG", "--into", into, "--dry-run").output
    (into / f"{PBF}.part").unlink()
    done = command("KG", "--into", into, says="y\n")
    assert done.exit_code == 0, done.output
    size = math.ceil((into / PBF).stat().st_size / 1000)
    assert f"OpenStreetMap: {size} kB; ODbL 1.0; to fetch; https://{KG_PBF}" in done.output
    assert "© OpenStreetMap contributors (ODbL 1.0," in done.output
    assert "5 files to fetch" in done.output
    assert "all is in" in command("KG", "--into", into, "--yes").output


@pytest.mark.parametrize(("lang", "told"), [("en", "5 files to fetch"), ("ru", "5 файлов"), ("ky", "5 файл,")])
def test_a_dry_run_lists_and_writes_nothing(command, server, tmp_path, lang, told):
    del server.files[heights("N43", "E074")]
    server.has(
        "esa-worldcover.s3.eu-central-1.amazonaws.com/v200/2021/map/ESA_WorldCover_10m_2021_v200_N42E075_Map.tif", TIF
    )
    server.files[people(2025)].no_head = True
    index = json.loads(server.files[INDEX].content)
    next(one for one in index["features"] if one["properties"]["id"] == "kyrgyzstan")["geometry"]["coordinates"] = [
        [[74.2, 42.5], [75.5, 42.5], [75.5, 43.5], [74.2, 43.5], [74.2, 42.5]]
    ]
    server.has(INDEX, json.dumps(index).encode())
    done = command("KG", "--into", tmp_path / "kg", "--dry-run", "--lang", lang)
    assert done.exit_code == 0, done.output
    assert told in done.output
    assert list(tmp_path.iterdir()) == []


def test_the_command_names_the_folder_where_none_is_given(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command("KGZ", "--only", "population", "--yes").exit_code == 0
    assert files(tmp_path / "kg") == {PEOPLE, MANIFEST}


def test_the_command_takes_a_box_on_either_side_of_null(command, server, tmp_path):
    server.has(heights("S01", "W006"), TIF + b"south-west")
    done = command("--box", -5.9, -0.9, -5.1, -0.1, "--into", tmp_path / "sea", "--only", "heights", "--yes")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "sea" / "Copernicus_DSM_COG_10_S01_00_W006_00_DEM.tif").exists()


def test_a_fault_of_the_command_is_one_line_and_exit_code_2(server, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SITESEL_MIRROR", server.base)
    monkeypatch.setattr("sys.argv", ["sitesel", "fetch", "Kyrgyzstan", "--into", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "sitesel: Kyrgyzstan: no ISO code of a country; did you mean KG?\n"


GUIDE = Path(__file__).parents[3] / "docs" / "fetching.md"


def test_the_guide_s_example_runs(server, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("SITESEL_MIRROR", server.base)
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    exec(example, {})  # noqa: S102 -- the guide's own code
    assert "© OpenStreetMap contributors" in capsys.readouterr().out
    assert os.listdir("kg")  # noqa: PTH208 -- as a reader would look
    assert sitesel.fetching.held(Path("kg"))
