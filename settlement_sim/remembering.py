"""Which of its fields has anybody read? Parameters that remember it, so that one without effect is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Remembering(BaseModel):
    """Frozen, strict about unknown keys, and it remembers which fields were read. Writing it out reads nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    _remembered: ClassVar[frozenset[str]] = frozenset()
    __slots__ = ("_asked",)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls._remembered = frozenset(cls.model_fields)

    if not TYPE_CHECKING:  # a type checker would take every attribute for granted

        def __getattribute__(self, name: str) -> Any:
            value = super().__getattribute__(name)
            if name in type(self)._remembered:
                self.asked.add(name)
            return value

    @property
    def asked(self) -> set[str]:
        """Fields that were read since it was last emptied."""
        try:
            names: set[str] = object.__getattribute__(self, "_asked")
        except AttributeError:
            names = set()
            object.__setattr__(self, "_asked", names)
        return names
