"""The style sheet of help pages, in the colours of a palette."""

from PyQt6.QtGui import QFontDatabase, QPalette


def style_of(colours: QPalette) -> str:
    """Return the style sheet of the guide in the colours of a palette.

    Parameters
    ----------
    colours : QPalette
        Of the window.
    """
    text, link, code, line, faint = (
        colours.color(role).name()
        for role in (
            QPalette.ColorRole.Text,
            QPalette.ColorRole.Link,
            QPalette.ColorRole.AlternateBase,
            QPalette.ColorRole.Mid,
            QPalette.ColorRole.PlaceholderText,
        )
    )
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return (
        f"body {{ color: {text}; }} a {{ color: {link}; }} .faint {{ color: {faint}; }} "
        f"code, pre {{ font-family: '{fixed}'; }} "
        f"pre {{ background-color: {code}; white-space: pre-wrap; }} "
        "table { border-collapse: collapse; margin-top: 4px; margin-bottom: 10px; } th { text-align: left; } "
        f"th, td {{ border: 1px solid {line}; padding: 3px 6px; }} "
        "table.bare { margin: 0px; } td.bare { border: 0px; padding: 1px 4px; } "
        "h1 { margin-top: 4px; } h2 { margin-top: 18px; } p, li { line-height: 125%; }"
    )
