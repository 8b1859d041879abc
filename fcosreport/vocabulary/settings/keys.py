"""What training programs call their settings in configuration files and argument lines. For dialects.

A key is dotted: `SOLVER.BASE_LR`, `optim_wrapper.optimizer.lr`, `lr0`. Case does not count, nor whether `-` or `_`.
"""

from fcosreport.records import Setting, Where
from fcosreport.vocabulary.settings.names import SETTINGS, known, read
from fcosreport.vocabulary.settings.values import flag

_LIMIT = 1000  # characters of a value that are kept
_NULL = frozenset({"", "none", "null", "~", "nil", "[]", "()", "{}", "auto", "default", "-1"})
_NAMES = known("keys")
_NESTS = frozenset(
    "value args config cfg conf train training trainer hparams hyperparameters hyper_parameters hyp params options opt"
    " experiment exp run general common global settings parameters solver optimization"
    " schedule data dataset dataloader datamodule loader".split()
)
"""Names of nests that say nothing of what is in them: `training.lr` is `lr`."""


def declared(key: str, text: str, where: Where) -> tuple[Setting, ...]:
    """The settings that `key` with the value `text` declares; none for another key, or a value that says nothing."""
    name = canonical(key)
    return written(name, text, where) if name else ()


def written(name: str, text: str, where: Where) -> tuple[Setting, ...]:
    """The settings that the one of that canonical name declares with the value `text` of a configuration."""
    text = _bare(text)
    if len(text) > _LIMIT:
        return ()
    if name == "weights":
        return _weights(text, where)
    if text.lower() in _NULL:
        return ()
    value = (SETTINGS[name].written or SETTINGS[name].value)(text)
    return () if value is None else (Setting(name, value, text, where),)


def canonical(key: str) -> str | None:
    """The canonical name of a setting that is called `key`, or None."""
    parts = [part for part in key.lower().replace("-", "_").split(".") if part != "value"]
    while parts:
        known = _NAMES.get(".".join(parts))
        if known or parts[0] not in _NESTS:
            return known or (_NAMES.get(".".join(parts[-2:])) if len(parts) > 2 else None)
        parts = parts[1:]
    return None


def _bare(text: str) -> str:
    text = text.strip().rstrip(",").strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    return text.strip()


def _weights(text: str, where: Where) -> tuple[Setting, ...]:
    """What was loaded before training; nothing loaded is from scratch."""
    if text.lower() in ("auto", "default", "-1") or flag(text):
        return ()
    if text.lower() in _NULL or text.lower() == "false":
        return (Setting("init", "scratch", text or "''", where),)
    made = read("init", text, where)
    return Setting("weights", text, text, where), Setting("init", made.value if made else text, text, where)
