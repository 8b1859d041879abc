"""Which experiment a name means."""

import pytest

from fcosreport.comparing.pairs import chosen
from fcosreport.errors import UsageError
from fcosreport.judging.cases import records_of


def test_an_unknown_name_suggests_the_nearest_and_a_name_of_several_asks_for_an_id() -> None:
    runs = records_of([{"name": "fcos_lr1en3"}, {"name": "fcos_lr1en2"}]).experiments
    with pytest.raises(UsageError, match="Did you mean fcos_lr1en3"):
        chosen(runs, "fcos_lr1e3")
    assert chosen(runs, "fcos_lr1en2") is runs[1]
    with pytest.raises(UsageError, match="2 experiments"):
        chosen((*runs, *runs), "fcos_lr1en2")
    with pytest.raises(UsageError, match="There are none"):
        chosen((), "a")
