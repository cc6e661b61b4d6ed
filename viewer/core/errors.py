"""The one exception that is meant for the person at the keyboard."""

from viewer.core.names import shown


class ViewerError(Exception):
    """A mistake or a bad file, told in one sentence that the user can act on.

    The message names what is wrong, with which file or value, and what to do about it. Everything
    else that is raised is a bug and is treated as one.
    """

    def __str__(self) -> str:
        """Return the sentence on one line, with names of files in it as they can be shown."""
        return shown(super().__str__())
