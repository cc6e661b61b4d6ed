"""Which fields matter for the way in which frames are combined; the others are hidden."""

from viewer.core.errors import ViewerError
from viewer.ui.dialogs.fields import Field
from viewer.ui.dialogs.form import Form

CLIPPING, EXTREMES = ("sigma-clip",), ("min-max",)
METHODS = {
    "sigma": CLIPPING,
    "sigma_low": CLIPPING,
    "centre": CLIPPING,
    "deviation": CLIPPING,
    "iterations": CLIPPING,
    "lowest": EXTREMES,
    "highest": EXTREMES,
    "weight": ("mean", "sigma-clip", "min-max"),
}
WARPED = ("stars", "wcs")


def follow_method(form: Form) -> None:
    """Show the fields that the chosen method uses, now and whenever another one is chosen."""

    def show() -> None:
        method = form.fields["method"].value
        for name, field in form.fields.items():
            if name in METHODS:
                form.show_needed(name, method in METHODS[name] or _refused(field))
        if "align" in form.fields:
            form.show_needed("interpolation", form.fields["align"].value in WARPED)

    form.changed.connect(show)
    show()


def _refused(field: Field) -> bool:
    """Whether a field may be the reason why the whole is refused: that stays in sight."""
    try:
        value = field.value
    except ViewerError:
        return True
    # a weight is refused where there is no mean
    return bool(field.parameter.name == "weight" and value != field.parameter.default)
