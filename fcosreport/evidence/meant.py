"""The experiments that the words of a note mean."""

import re
from collections.abc import Sequence

from fcosreport.records import Experiment, Metric, Where
from fcosreport.vocabulary import decode, phrases, stated
from fcosreport.vocabulary.numerals import rate

Rated = tuple[Metric, Experiment]
"""An experiment, with the metric that the words are about."""
_RATE = re.compile(r"^(?:lr|learning rate|学习率|学習率)\s*[=:：]?\s*(?=[\d.])", re.IGNORECASE)


def meant(words: str, rated: Sequence[Rated], where: Where) -> list[Rated]:
    """The experiments that words name: by the setting that they state, or as a part of the name."""
    exact = [each for each in rated if each[1].name == words]
    if exact:
        return exact
    said = [*stated(words, where), *phrases(words, where), *decode(words, where)]
    value = rate(_RATE.sub("", words))
    named = re.compile(rf"(?<![a-z0-9]){re.escape(words)}(?![a-z0-9])", re.IGNORECASE)
    found = [each for each in rated if named.search(each[1].name)]
    if said:
        by_setting = [each for each in rated if all(each[1].value(s.name) == s.value for s in said)]
    else:
        by_setting = [each for each in rated if value is not None and each[1].value("lr") == value]
    found = by_setting or found
    return found if len(found) < len(rated) else []
