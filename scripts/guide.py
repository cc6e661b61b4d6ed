"""Write the user's guide that Help shows, resources/help/*.html, from docs/*.md: ``make reference``.

The pages need no network and hold no scripts. Their colours are in guide.css for browsers; the window of the
program has its own for each theme. Long references become one page for each of their chapters.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

CHECKOUT = Path(__file__).resolve().parent.parent
DOCS = CHECKOUT / "docs"
HELP = CHECKOUT / "resources" / "help"
# What it is called in the list of contents; others follow by their own titles.
TITLES = {
    "first-steps": "First steps",
    "measuring": "Stars and measuring",
    "nights": "Reducing a night",
    "commands": "The command line",
    "desktop": "On the desktop",
    "operations": "Operations",
}
SPLIT = "operations"
# An operation in its reference: its name, its title in the menu, and its key if it has one.
NAMED = re.compile(r"^### (\w+)\n\n\*([^*\n]+?)(?:, (\S+))?\.\* ", re.MULTILINE)

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} – Skyloupe</title>
<link rel="stylesheet" type="text/css" href="guide.css">
</head>
<body>
<nav>{nav}</nav>
<!-- page -->
{body}</body>
</html>
"""
STYLE = """\
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 1rem auto; padding: 0 1rem; font-family: sans-serif; line-height: 1.45; }
nav { font-size: 90%; padding-bottom: 0.5rem; border-bottom: 1px solid light-dark(#c8cace, #54565c); }
pre { padding: 0.6rem; overflow-x: auto; background: light-dark(#f3f4f6, #25262a); }
code { font-size: 92%; }
table { border-collapse: collapse; }
th, td { border: 1px solid light-dark(#c8cace, #54565c); padding: 0.2rem 0.5rem; text-align: left; }
img { max-width: 100%; }
"""


@dataclass(frozen=True)
class Page:
    """One page of the guide.

    Attributes
    ----------
    name : str
        Of its file, without the suffix.
    title : str
        In the list of contents.
    tokens : tuple of Token
        What stands on it, as Markdown's parser has it.
    within : str
        Name of the page that it is a chapter of.
    headings : tuple of tuple of str
        Anchor and title of each section.
    """

    name: str
    title: str
    tokens: tuple[Token, ...]
    within: str = ""
    headings: tuple[tuple[str, str], ...] = field(default=())


def guide() -> dict[str, str]:
    """Return all files of the guide: their names, and what is in them."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    pages: list[Page] = []
    for name in sorted_names():
        text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
        tokens = tuple(markdown.parse(titled(text) if name == SPLIT else text))
        whole = Page(name, TITLES.get(name) or words(tokens[1]), tokens)
        pages += chapters(whole) if name == SPLIT else [whole]
    pages = [with_anchors(page) for page in pages]
    places = {
        **{(page.name, ""): f"{page.name}.html" for page in pages},
        **{
            (page.within or page.name, anchor): f"{page.name}.html#{anchor}"
            for page in pages
            for anchor, _ in page.headings
        },
    }
    files = {f"{page.name}.html": written(page, pages, places, markdown) for page in pages}
    files["guide.css"] = STYLE
    files["contents.json"] = contents(pages)
    return files


def sorted_names() -> list[str]:
    """Return the names of the documents in the order of the guide."""
    found = sorted(path.stem for path in DOCS.glob("*.md"))
    order = list(TITLES)
    return sorted(found, key=lambda name: order.index(name) if name in order else len(order))


def titled(text: str) -> str:
    """Call the operations by their titles in the menus, with their names behind."""
    titles = {name: title for name, title, _ in NAMED.findall(text)}

    def heading(match: re.Match[str]) -> str:
        key = f"**{match[3]}.** " if match[3] else ""
        return f"### {match[2]} `{match[1]}`\n\n{key}"

    return re.sub(
        r"\[(\w+)\]\(#\1\)", lambda match: f"[{titles[match[1]]}](#{match[1]})", NAMED.sub(heading, text)
    )


def chapters(page: Page) -> list[Page]:
    """Return what stands before the first chapter as a page, and each chapter as another."""
    starts = [
        at for at, token in enumerate(page.tokens) if token.type == "heading_open" and token.tag == "h2"
    ]
    parts = [replace(page, tokens=page.tokens[: starts[0]])]
    for start, end in zip(starts, (*starts[1:], len(page.tokens)), strict=True):
        title = words(page.tokens[start + 1])
        tokens = tuple(_raised(token) for token in page.tokens[start:end])
        parts.append(Page(f"{page.name}-{slug(title)}", title, tokens, page.name))
    return parts


def _raised(token: Token) -> Token:
    return token.copy(tag=f"h{int(token.tag[1]) - 1}") if token.type.startswith("heading") else token


def words(inline: Token) -> str:
    """Return the plain text of a heading; of the name behind a title, nothing."""
    children = inline.children or []
    named = len(children) > 1 and children[-1].type == "code_inline"
    return "".join(child.content for child in (children[:-1] if named else children)).strip()


def slug(text: str) -> str:
    """Return the anchor that code hosts give to a heading."""
    return re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-").replace("--", "-")


def with_anchors(page: Page) -> Page:
    """Give every heading an anchor."""
    tokens, headings = list(page.tokens), []
    for at, token in enumerate(page.tokens):
        if token.type != "heading_open":
            continue
        inline = tokens[at + 1]
        last = inline.children[-1]
        named = last.type == "code_inline" and len(inline.children) > 1
        anchor = last.content if named else slug(words(inline))
        mark = Token("html_inline", "", 0, content=f'<a name="{anchor}" id="{anchor}"></a>')
        tokens[at + 1] = inline.copy(children=[mark, *inline.children])
        if token.tag != "h1":
            headings.append((anchor, words(inline)))
    return replace(page, tokens=tuple(tokens), headings=tuple(headings))


def written(page: Page, pages: list[Page], places: dict[tuple[str, str], str], markdown: MarkdownIt) -> str:
    """Return a page as HTML; links lead to where the guide has what they mean."""
    tokens = [_linked(token, page, places) for token in page.tokens]
    body = markdown.renderer.render(tokens, markdown.options, {})
    others = " · ".join(
        f'<a href="{each.name}.html">{escape(each.title)}</a>' for each in pages if not each.within
    )
    return PAGE.format(title=escape(page.title), nav=others, body=body)


def _linked(token: Token, page: Page, places: dict[tuple[str, str], str]) -> Token:
    if token.type == "link_open":
        return token.copy(attrs={**token.attrs, "href": _place(str(token.attrs["href"]), page, places)})
    if token.type == "image":
        # from the pages to the pictures it is as far as from the documents, and one folder
        return token.copy(attrs={**token.attrs, "src": f"../{token.attrs['src']}"})
    if token.children:
        return token.copy(children=[_linked(child, page, places) for child in token.children])
    return token


def _place(link: str, page: Page, places: dict[tuple[str, str], str]) -> str:
    if re.match(r"[a-z]+:", link):
        return link
    file, _, anchor = link.partition("#")
    name = file.removesuffix(".md") or page.within or page.name
    if (name, anchor) not in places:
        raise SystemExit(f"docs/{page.within or page.name}.md: the link {link} leads nowhere")
    return places[name, anchor]


def contents(pages: list[Page]) -> str:
    """Return the list of contents for the window: pages, what they are chapters of, and their sections."""
    listed = [
        {
            "page": page.name,
            "title": page.title,
            "within": page.within,
            "sections": [{"anchor": anchor, "title": title} for anchor, title in page.headings],
        }
        for page in pages
    ]
    return json.dumps(listed, indent=1, ensure_ascii=False) + "\n"


def stale(files: dict[str, str]) -> Iterator[Path]:
    """Return what lies in the folder of the guide and is no part of it."""
    return (path for path in HELP.iterdir() if path.name not in files)


def main() -> int:
    """Write the guide."""
    HELP.mkdir(exist_ok=True)
    files = guide()
    for path in stale(files):
        path.unlink()
    for name, text in files.items():
        (HELP / name).write_text(text, encoding="utf-8")
    print(HELP)
    return 0


if __name__ == "__main__":
    sys.exit(main())
