"""Page: the contents of a report as HTML and as Markdown; whatever comes from files is escaped."""

import base64
import html
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from viewer.core.night.contents import Picture, Section

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em;
       color: #222; background: #fff; }
h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25em .7em .25em 0; border-bottom: 1px solid #ddd; }
td { overflow-wrap: anywhere; }
figure { display: inline-block; margin: 1em 1em 0 0; vertical-align: top; }
figcaption { color: #555; font-size: .9em; max-width: 480px; }
img { display: block; background: #000; max-width: 100%; }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #1e1e1e; } th, td { border-color: #444; } figcaption { color: #aaa; } }
"""


def html_page(title: str, sections: Sequence[Section], drawn: Mapping[Picture, bytes]) -> str:
    """Return a page that needs no other file.

    Parameters
    ----------
    title : str
        Its heading.
    sections : sequence of Section
        What it says.
    drawn : mapping of Picture to bytes
        PNG pictures; one that is not there is left out.
    """
    parts = [f"<h1>{_escaped(title)}</h1>"]
    for section in sections:
        parts.append(f"<h2>{_escaped(section.title)}</h2>")
        parts += [f"<p>{_escaped(line)}</p>" for line in section.lines]
        if section.rows:
            parts.append("<table>")
            parts.append(f"<tr>{''.join(f'<th>{_escaped(cell)}</th>' for cell in section.head)}</tr>")
            parts += [
                f"<tr>{''.join(f'<td>{_escaped(cell)}</td>' for cell in row)}</tr>" for row in section.rows
            ]
            parts.append("</table>")
        for picture in section.pictures:
            if picture in drawn:
                data = base64.b64encode(drawn[picture]).decode("ascii")
                caption = _escaped(picture.caption)
                parts.append(
                    f'<figure><img alt="{caption}" src="data:image/png;base64,{data}">'
                    f"<figcaption>{caption}</figcaption></figure>"
                )
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{_escaped(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def markdown_page(
    title: str, sections: Sequence[Section], drawn: Mapping[Picture, bytes], folder: str
) -> str:
    """Return the same as Markdown, with its pictures in a folder beside it; see `html_page`."""
    parts = [f"# {_plain(title)}"]
    for section in sections:
        parts.append(f"## {_plain(section.title)}")
        parts += [_plain(line) for line in section.lines]
        if section.rows:
            lines = [section.head, ("---",) * len(section.head), *section.rows]
            parts.append(
                "\n".join(
                    f"| {' | '.join(cell if cell == '---' else _plain(cell) for cell in line)} |"
                    for line in lines
                )
            )
        parts += [
            f"![{_plain(picture.caption)}]({folder}/{quote(picture.file)})"
            for picture in section.pictures
            if picture in drawn
        ]
    return "\n\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    return html.escape(_printable(text))


def _plain(text: str) -> str:
    """Return a text in which Markdown sees no sign of its own, and no HTML."""
    return re.sub(r"([\\`*_\[\]<>|#~&])", r"\\\1", _printable(text))


def _printable(text: str) -> str:
    """Return a text in one line, without what a screen or a file cannot take."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
