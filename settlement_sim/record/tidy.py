"""How do arrays become a tidy frame? One row per combination of the axes, one column per array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def tidy(columns: dict[str, Any], **axes: Any) -> pd.DataFrame:
    """A frame of arrays whose axes have these labels."""
    import pandas as pd

    index = pd.MultiIndex.from_product([list(labels) for labels in axes.values()], names=list(axes))
    return pd.DataFrame({name: column.ravel() for name, column in columns.items()}, index=index).reset_index()
