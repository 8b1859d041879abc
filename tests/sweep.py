"""A note in the manner of the founding one, in our own words: seven experiments, of which two share their numbers."""

from textwrap import indent

from tests.conftest import FAIR, GOOD, POOR, block


def _result(lr: str, numbers: str, cited: str) -> str:
    rows = indent(block(numbers).partition("\n")[2], " " * 7)
    return (
        f'  - train_batch_size = 4\n  - lr = {lr}\n  - 结果：\n    ```python\n{rows}    ```\n  - lcation: "{cited}"\n'
    )


SWEEP = f"""\
# 学习率的实验

# 实验结果
- ## 作者给的模型
{_result("0.01", GOOD, "run/published model")}\
- ## 不改代码
  - 显存不够，跑不起来
  - train_batch_size = 4
  - lr = 0.01
- ## 改学习率
{_result("1e-4", POOR, "run/model_R_50_FPN_1x/Sweep_lr1en4_200102")}\
  ------
{_result("1e-3", FAIR, "run/model_R_50_FPN_1x/Sweep_lr1en3_200103")}\
  ------
{_result("5e-3", FAIR, "run/model_R_50_FPN_1x/Sweep_lr5en3_200104")}
- ## 改学习率 后from scratch
  - train_batch_size = 4
  - lr = 0.01
- ## 改学习率 后from scratch， 并把FrosenBN改为BN
  - train_batch_size = 4
  - lr = 0.01

# 最后做一个☑️的表格

# 还要回归mask，测试它们的mask表现
"""
