"""All operations; importing this package fills the registry, and loads scipy and astropy."""

from viewer.core.operations import arithmetic, filters

__all__ = ["arithmetic", "filters"]
