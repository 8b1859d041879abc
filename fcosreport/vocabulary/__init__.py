"""The words of the field: what settings, metrics and runs are called, how numbers are written, how we say it.
In: text.
Out: names and values; sentences.
"""

from fcosreport.vocabulary.run_names import decode
from fcosreport.vocabulary.settings.names import is_stated, setting, stated
from fcosreport.vocabulary.settings.phrases import norm_change, phrases
from fcosreport.vocabulary.settings.values import Value

__all__ = ["Value", "decode", "is_stated", "norm_change", "phrases", "setting", "stated"]
