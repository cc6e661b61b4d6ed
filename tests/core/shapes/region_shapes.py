"""Shapes of every kind, for tests with hypothesis."""

from hypothesis import strategies as st

from viewer.core.shapes.region import Region


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


@st.composite
def closed_regions(draw: st.DrawFn, largest: float = 40.0) -> Region:
    """Regions that have an inside, around an image of some 60 pixels."""
    kind = draw(
        st.sampled_from(["circle", "ellipse", "box", "polygon", "annulus", "ellipse annulus", "box annulus"])
    )
    coordinates = st.one_of(numbers(-20, 80), st.integers(-10, 70).map(float))
    position = st.tuples(coordinates, coordinates)
    sizes = st.one_of(numbers(0.2, largest), st.integers(1, int(largest)).map(float))
    angle = draw(st.one_of(numbers(0, 360), st.sampled_from([0.0, 45.0, 90.0, 180.0, 270.0])))
    if kind == "polygon":
        return Region(kind, tuple(draw(st.lists(position, min_size=3, max_size=9))))
    points = (draw(position),)
    if kind == "circle":
        return Region(kind, points, (draw(sizes),))
    first, second = draw(sizes), draw(sizes)
    if kind in ("ellipse", "box"):
        return Region(kind, points, (first, second), angle)
    if kind == "annulus":
        return Region(kind, points, (first, first + second))
    grown = draw(numbers(1.05, 3)), draw(numbers(1.05, 3))
    return Region(kind, points, (first, second, first * grown[0], second * grown[1]), angle)


@st.composite
def regions(draw: st.DrawFn) -> Region:
    """Regions of every kind."""
    position = st.tuples(numbers(-20, 80), numbers(-20, 80))
    kind = draw(st.sampled_from(["point", "text", "line", "ruler", "vector", "closed", "closed", "closed"]))
    if kind == "closed":
        return draw(closed_regions())
    many = 1 if kind in ("point", "text") else 2
    return Region(kind, tuple(draw(position) for _ in range(many)))
