"""The file of weights that a line right above a result names: `MODEL: runs/frcnn_epoch_41.pth`. For dialects."""

import re

NEAR = 300
"""Bytes before a result in which it may be named."""
_CHECKPOINT = re.compile(
    rb"(?im)^[^\w\r\n]{0,12}(?:model|checkpoint|weights|ckpt)s?(?:[ _](?:file|path))?[ :=]{1,4}"
    rb"(?:[^\r\n]{0,200}[/\\])?(?P<name>[^\s/\\]{1,100}\.(?:pth|pt|ckpt|h5|keras|weights|onnx|pkl|safetensors))"
    rb"[\"' ]{0,4}\r?$"
)


def checkpoint_before(before: bytes) -> str:
    """The name of the file of weights that is nearest in the text before a result; "" where none is."""
    found = [each["name"] for each in _CHECKPOINT.finditer(before, max(0, len(before) - NEAR))]
    return found[-1].decode(errors="replace") if found else ""
