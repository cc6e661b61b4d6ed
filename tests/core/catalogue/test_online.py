"""Catalogues from the network: answers as the services give them, through astroquery; none is asked."""

import io
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import requests
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io.fits import Header
from astropy.io.votable.tree import Info, Resource, TableElement, VOTableFile
from astropy.table import MaskedColumn, Table
from astropy.time import Time
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from viewer.core.catalogue.motion import epoch_of
from viewer.core.catalogue.online import SERVICES, brightest_first, cone_search
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame

pytest.importorskip("astroquery")

Answer = Callable[[requests.PreparedRequest, dict[str, Any]], bytes]


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], list[requests.PreparedRequest]]:
    """Answer requests with what a function returns, and remember them."""

    def serve(answer: Answer) -> list[requests.PreparedRequest]:
        seen: list[requests.PreparedRequest] = []

        def send(_self: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            seen.append(request)
            response = requests.Response()
            response.status_code, response.url, response.request = 200, request.url, request
            response.headers["Content-Type"] = "application/x-votable+xml"
            response.raw = HTTPResponse(
                io.BytesIO(answer(request, options)), status=200, preload_content=False
            )
            return response

        monkeypatch.setattr(HTTPAdapter, "send", send)
        return seen

    return serve


def votable(table: Table, name: str, ucds: dict[str, str], status: str = "") -> bytes:
    tree = VOTableFile()
    resource = Resource(type="results", name=name)
    tree.resources.append(resource)
    if status:
        resource.infos.append(Info(name="QUERY_STATUS", value=status))
    element = TableElement.from_table(tree, table)
    element.name = name
    for field in element.fields:
        field.ucd = ucds.get(field.name)
    resource.tables.append(element)
    buffer = io.BytesIO()
    tree.to_xml(buffer)
    return buffer.getvalue()


# Barnard's star and one that hardly moves, as Gaia DR3 has them; and one without a proper motion
GAIA = Table(
    {
        "Source": [4472832130942575872, 4472832130942575873, 7],
        "RA_ICRS": [269.44850252543, 269.45, 269.44] * u.deg,
        "DE_ICRS": [4.73942005111, 4.74, 4.73] * u.deg,
        "Plx": MaskedColumn([546.9759, 1.0, 0], mask=[0, 0, 1], unit=u.mas),
        "pmRA": MaskedColumn([-801.551, 3.0, 0], mask=[0, 0, 1], unit=u.mas / u.yr),
        "pmDE": MaskedColumn([10362.394, -4.0, 0], mask=[0, 0, 1], unit=u.mas / u.yr),
        "Gmag": [8.193974, 15.5, 18.25] * u.mag,
    }
)


def test_gaia_is_brought_to_the_date_of_the_frame(network) -> None:
    ucds = {"RA_ICRS": "pos.eq.ra;meta.main", "DE_ICRS": "pos.eq.dec;meta.main", "Gmag": "phot.mag;em.opt"}
    seen = network(lambda _request, _options: votable(GAIA, "I/355/gaiadr3", ucds))
    frame = Frame.of(np.zeros((4, 4)), Header({"DATE-OBS": "2025-06-02T04:10:14"}))
    epoch = epoch_of(frame)
    assert epoch == pytest.approx(Time("2025-06-02T04:10:14").jyear, abs=1e-5)
    found = cone_search("gaia", 269.45, 4.74, 0.1, rows=100, faintest=19, epoch=epoch)
    body = str(seen[0].body)
    assert "vizier" in str(seen[0].url)
    assert "gaiadr3" in body
    assert "Gmag=<19" in body
    assert "-out.max=100" in body
    assert found.notes[0] == "Gaia DR3, within 6′ of RA 269.45000°, Dec +4.74000°."
    assert (found.magnitude, found.label) == ("Gmag", "Source")
    years = epoch - 2016
    here = SkyCoord(found.ra, found.dec, unit="deg")
    there = SkyCoord(GAIA["RA_ICRS"], GAIA["DE_ICRS"])
    moved = there.separation(here).arcsec
    # 10.39 arcseconds a year, the greatest of all stars
    assert moved[0] == pytest.approx(np.hypot(0.801551, 10.362394) * years, rel=1e-3)
    assert moved[1] == pytest.approx(0.005 * years, rel=1e-2)
    assert moved[2] == 0
    # mostly to the north
    assert there.position_angle(here).deg[0] == pytest.approx(355.6, abs=0.1)
    assert "from the epoch 2016 to 2025.42" in found.notes[1]
    assert "1 without a known motion stay at 2016" in found.notes[1]
    assert found.cell("Source", 0) == "4472832130942575872"
    # only those that can be seen, the brightest first
    assert brightest_first(found.taken(np.array([2, 0, 1]))).columns["Gmag"].tolist() == [
        8.193974,
        15.5,
        18.25,
    ]
    # without a date they stay
    still = cone_search("gaia", 269.45, 4.74, 0.1, rows=3)
    np.testing.assert_array_equal(still.ra, GAIA["RA_ICRS"])
    assert "ends at the limit of 3 rows" in still.notes[1]


def test_simbad_names_its_objects(network) -> None:
    answer = Table(
        {
            "main_id": ["M  67", "NGC 2682 81"],
            "ra": [132.846, 132.843] * u.deg,
            "dec": [11.814, 11.801] * u.deg,
            "otype": ["OpC", "BS*"],
            "pmra": MaskedColumn([-10.97, 0], mask=[0, 1], unit=u.mas / u.yr),
            "pmdec": MaskedColumn([-2.9, 0], mask=[0, 1], unit=u.mas / u.yr),
            "plx_value": MaskedColumn([1.13, 0], mask=[0, 1], unit=u.mas),
            "V": MaskedColumn([6.9, 10.03], mask=[1, 0]),
        }
    )
    waited: list[object] = []

    def give(_request: requests.PreparedRequest, options: dict[str, Any]) -> bytes:
        waited.append(options["timeout"])
        return votable(answer, "result", {"ra": "pos.eq.ra;meta.main", "dec": "pos.eq.dec;meta.main"}, "OK")

    seen = network(give)
    found = cone_search("simbad", 132.85, 11.81, 0.25, rows=20, epoch=2020, timeout=7)
    assert [str(each) for each in found.columns["main_id"]] == ["M  67", "NGC 2682 81"]
    assert (found.magnitude, found.label) == ("V", "main_id")
    assert len(seen) == 1
    assert "simbad" in str(seen[0].url)
    assert "TOP+20" in str(seen[0].body)
    assert waited == [7]
    shift = SkyCoord(132.846, 11.814, unit="deg").separation(SkyCoord(found.ra[0], found.dec[0], unit="deg"))
    assert shift.mas == pytest.approx(20 * np.hypot(10.97, 2.9), rel=1e-3)


@pytest.mark.parametrize("service", list(SERVICES))
def test_what_goes_wrong_is_said_in_a_sentence(
    network,
    service: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    title = SERVICES[service].title

    def raising(error: Exception) -> Answer:
        def answer(_request: requests.PreparedRequest, _options: dict[str, Any]) -> bytes:
            raise error

        return answer

    empty = Table({"ra": np.zeros(0), "dec": np.zeros(0), "RA_ICRS": np.zeros(0), "DE_ICRS": np.zeros(0)})
    cases: list[tuple[Answer, str]] = [
        (
            raising(requests.exceptions.ConnectionError("no route")),
            f"{title} cannot be reached: there is no net",
        ),
        (raising(requests.exceptions.ReadTimeout("slow")), f"{title} did not answer within 5 s"),
        (lambda *_: b"<html>Under maintenance</html>", f"{title} did not give an answer that can be used"),
        (
            lambda *_: votable(empty, "t", {}, "OK"),
            f"{title} knows nothing brighter than 12 mag within 6′ of RA 10.0",
        ),
    ]
    for answer, sentence in cases:
        network(answer)
        with pytest.raises(ViewerError) as said:
            cone_search(service, 10, 20, 0.1, faintest=12, timeout=5)
        assert str(said.value).startswith(sentence)
    for radius, rows in ((90.0, 5), (0.0, 5), (0.1, 0), (0.1, 10**9)):
        with pytest.raises(ViewerError, match="cannot be asked for"):
            cone_search(service, 10, 20, radius, rows=rows)
    for module in ("astroquery.vizier", "astroquery.simbad"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ViewerError, match=r"pip install 'skyloupe\[catalogues\]'"):
        cone_search(service, 10, 20, 0.1)
