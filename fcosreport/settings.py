"""Settings from `fcosreport.toml` or `[tool.fcosreport]` in `pyproject.toml`, of this folder or one above it."""

import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path

from fcosreport.errors import SettingsError

_KINDS = {str: "a text", int: "a whole number", float: "a number"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may choose. Thresholds carry their unit in the comment behind them."""

    store: str = "reports/fcosreport.sqlite"
    reference_lr: float = 0.01  # base learning rate of the reference schedule; FCOS: 0.01 ...
    reference_batch_size: int = 16  # ... at this many images an iteration
    lr_scale_tolerance: float = 2.0  # factor between lr and batch size, both against the reference
    same_difference: float = 0.002  # AP, as a fraction: largest difference of a near duplicate
    leak_gap: float = 0.01  # AP50 - AP, as a fraction, below which AP is flat over IoU
    leak_floor: float = 0.05  # AP, as a fraction, from which flatness is judged
    too_good: float = 0.95  # AP, as a fraction, above which validation looks like training data


def load(folder: Path) -> Settings:
    """The settings in force for `folder`.

    Raises SettingsError with the file and the key for an unknown key, a wrong type or a file that is no TOML.
    """
    for parent in (folder, *folder.parents):
        for name, table in (("fcosreport.toml", ()), ("pyproject.toml", ("tool", "fcosreport"))):
            file = parent / name
            if file.is_file():
                values = _table(file, table)
                if values is not None:
                    return _checked(values, file)
    return Settings()


def _table(file: Path, keys: tuple[str, ...]) -> dict[str, object] | None:
    try:
        values: object = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: {error}. Mend the file or remove it.") from error
    for key in keys:
        if not isinstance(values, dict) or key not in values:
            return None
        values = values[key]
    if not isinstance(values, dict):
        raise SettingsError(f"{file}: [{'.'.join(keys)}] must be a table.")
    return values


def _checked(values: dict[str, object], file: Path) -> Settings:
    defaults = Settings()
    known = {field.name: getattr(defaults, field.name) for field in fields(Settings)}
    for key, value in values.items():
        if key not in known:
            raise SettingsError(f"{file}: unknown setting {key!r}. Known: {', '.join(sorted(known))}.")
        wanted = type(known[key])
        if isinstance(value, bool) or not isinstance(value, (int, float) if wanted is float else wanted):
            raise SettingsError(f"{file}: {key} must be {_KINDS[wanted]}, not {value!r}.")
    return replace(defaults, **values)  # type: ignore[arg-type]  # each key and type was checked above
