"""A log of detectron2 with a line for each learning rate, and its result."""

from tests.conftest import GOOD, block

LINE = (
    "[11/17 15:{minute:02}:42 d2.utils.events]:  eta: 0:12:23  iter: {at}  total_loss: {loss}  loss_cls: 0.2853"
    "  time: 0.6826  data_time: 0.3791  lr: {lr}  max_mem: 11810M\n"
)


def log(rates: list[float], start: int = 0, numbers: str = GOOD) -> str:
    lines = (
        LINE.format(minute=index, at=start + 20 * index + 19, loss=round(2 / (index + 1), 4), lr=rate)
        for index, rate in enumerate(rates)
    )
    return "".join(lines) + block(numbers)
