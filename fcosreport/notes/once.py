"""What an object works out once: `functools.cached_property` without the lock that it takes before Python 3.12."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

_Value = TypeVar("_Value")


class once(Generic[_Value]):  # noqa: N801 - written as a decorator
    """The decorated method as an attribute, whose value is kept with the object from the first time it is asked for."""

    def __init__(self, compute: Callable[[Any], _Value]) -> None:
        self.compute, self.__doc__ = compute, compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, asked: Any, owner: type) -> _Value:
        value = self.compute(asked)
        setattr(asked, self.name, value)  # by its `__dict__`, the object would be given one
        return value
