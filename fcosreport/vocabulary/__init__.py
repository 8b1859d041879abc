"""The words of the field: what settings are called, how their values are written, what run names say.

Canonical names and values: `lr` (base learning rate, float), `train_batch_size` and `test_batch_size` (images over all
GPUs, int), `norm` (frozen, bn, syncbn, gn), `init` (scratch, imagenet, coco or a path), `epochs`, `iterations`, `seed`,
`gpus`, `image_size` (int), `schedule` (1x, 2x, ...), `backbone` (R-50-FPN, ...), `optimizer` and `date` (YYYY-MM-DD).
"""

from fcosreport.vocabulary.names import decode
from fcosreport.vocabulary.words import Value, norm_change, phrases, setting, stated

__all__ = ["Value", "decode", "norm_change", "phrases", "setting", "stated"]
