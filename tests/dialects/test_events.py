"""What ends or spoils a run, in the words that programs print; and prose and code that only look so."""

from pathlib import Path

import pytest

from fcosreport.dialects import events
from fcosreport.dialects.events import Events
from fcosreport.records import Event
from tests.dialects.feeding import feed

OOM = "CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 10.76 GiB total capacity; 9.60 GiB already allocated)"
TRACE = f"""\
[12/09 08:00:01 d2.engine.train_loop]: Exception during training:
Traceback (most recent call last):
  File "train.py", line 149, in train
    self.run_step()
  File "train.py", line 12, in run_step
    raise RuntimeError("CUDA out of memory. Tried to allocate")
RuntimeError: {OOM}
[12/09 08:00:02 d2.utils.events]:  iter: 120  total_loss: 1.8
"""
CHAIN = """\
Traceback (most recent call last):
  File "a.py", line 1, in <module>
    x["lr"]
KeyError: 'lr'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 3, in <module>
    raise ValueError("no lr")
ValueError: no lr
"""
TRAINING_LINES = (
    "Epoch: [0]  [  50/7392]  eta: 1:02:03  lr: 0.0001  class_error: 93.12  loss: 21.5 (24.6)  time: 0.4",
    "2021-05-04 13:06:59,191 - mmdet - INFO - Epoch [1][50/7330]\tlr: 9.9e-04, eta: 1:00, memory: 3716, loss: 1.8",
    "[12/09 08:00:02 d2.utils.events]:  eta: 0:01  iter: 119  total_loss: 1.8  time: 0.5  lr: 0.01  max_mem: 3716M",
)
MISSING = """\
[10/06 15:39:25] fvcore.common.checkpoint WARNING: Some model parameters or buffers are not found in the checkpoint:
\x1b[34mproposal_generator.fcos_head.cls_logits.{bias, weight}\x1b[0m
\x1b[34mproposal_generator.fcos_head.ctrness.{bias, weight}\x1b[0m
[10/06 15:39:25] fvcore.common.checkpoint: The checkpoint state_dict contains keys that are not used by the model:
  \x1b[35mstem.fc.{bias, weight}\x1b[0m
[10/06 15:39:25] d2.engine.train_loop INFO: Starting training from iteration 0
"""
MISMATCH = """\
Traceback (most recent call last):
  File "a.py", line 3, in <module>
    model.load_state_dict(state)
RuntimeError: Error(s) in loading state_dict for FCOS:
\tMissing key(s) in state_dict: "head.a.weight", "head.b.weight".
\tUnexpected key(s) in state_dict: "head.c.weight".
\tsize mismatch for head.cls.weight: copying a param with shape torch.Size([810]) from checkpoint, the shape is 18.
\tsize mismatch for head.cls.bias: copying a param with shape torch.Size([810]) from checkpoint, the shape is 18.
"""
SAMPLES = {"log.txt": "line\n".join((TRACE, CHAIN, MISSING, MISMATCH)).encode()}


def told(text: str, **options: str) -> list[tuple[str, int, str]]:
    events = [record for record in feed(Events, text, **options) if isinstance(record, Event)]  # type: ignore[arg-type]
    return [(event.kind, event.where.line, event.text) for event in events]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f"RuntimeError: {OOM}", "out of memory"),
        (f"torch.cuda.OutOfMemoryError: {OOM}", "out of memory"),
        ("RuntimeError: CUDA error: out of memory", "out of memory"),
        (
            "RuntimeError: [enforce fail at CPUAllocator.cpp:67] . DefaultCPUAllocator: can't allocate memory",
            "out of memory",
        ),
        ("ResourceExhaustedError: OOM when allocating tensor with shape[32,256,200,304]", "out of memory"),
        ("slurmstepd: error: Detected 1 oom-kill event(s) in StepId=1.batch.", "out of memory"),
        ("[81234.5] Out of memory: Killed process 1234 (python3) total-vm:1kB", "out of memory"),
        ("Killed", "killed"),
        ("train.sh: line 3: 12345 Killed                  python train.py", "killed"),
        ("srun: error: node7: task 0: Killed", "killed"),
        ("slurmstepd: error: *** JOB 77 ON node7 CANCELLED AT 2020-10-15T10:00:00 DUE TO TIME LIMIT ***", "killed"),
        ("slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2024-05-01T10:00:00 DUE TO PREEMPTION ***", "killed"),
        ("slurmstepd-n1: error: *** STEP 7.0 ON n1 CANCELLED AT 2024-05-01 DUE TO NODE FAILURE ***", "killed"),
        ("srun: error: Node failure on n1", "killed"),
        ("srun: error: n1: task 0: Terminated", "killed"),
        ("State: TIMEOUT (exit code 0)", "killed"),
        ("State: OUT_OF_MEMORY (exit code 0)", "out of memory"),
        ("slurmstepd: error: Detected 1 oom_kill event in StepId=7.batch.", "out of memory"),
        ("slurmstepd: error: Exceeded job memory limit", "out of memory"),
        ("=>> PBS: job killed: walltime 3636 exceeded limit 3600", "killed"),
        ("=>> PBS: job killed: mem 8388kb exceeded limit 4096kb", "out of memory"),
        ("TERM_RUNLIMIT: job killed after reaching LSF run time limit.", "killed"),
        ("TERM_OWNER: job killed by owner.", "killed"),
        ("TERM_MEMLIMIT: job killed after reaching LSF memory usage limit.", "out of memory"),
        ("failed       37  : qmaster enforced h_rt, h_cpu, or h_vmem limit", "killed"),
        ("      Reason:       OOMKilled", "out of memory"),
        ('      "reason": "OOMKilled",', "out of memory"),
        ("The node was low on resource: memory. Container train was using 60Gi.", "out of memory"),
        ("Reason:         Evicted", "killed"),
        ("  Warning  Evicted  5s  kubelet  The node was low on resource: ephemeral-storage.", "killed"),
        ("trainer-1 exited with code 137", "killed"),
        ("command terminated with exit code 137", "killed"),
        ("Exited with exit code 137.", "killed"),
        ("Command '['python', 'train.py']' returned non-zero exit status 137.", "killed"),
        ("  exitcode  : -9 (pid: 1234)", "killed"),
        ("failed (exitcode: -9) local_rank: 0 (pid: 1234) of binary: /usr/bin/python", "killed"),
        ("  exitcode  : -11 (pid: 1234)", "error"),
        ("Received Signals.SIGTERM death signal, shutting down workers", "killed"),
        ("Received 15 death signal, shutting down workers", "killed"),
        ("RuntimeError: CUDA error: device-side assert triggered", "error"),
        ("torch.distributed.elastic.multiprocessing.errors.ChildFailedError:", "error"),
        ("Watchdog caught collective operation timeout: WorkNCCL(SeqNum=8, OpType=ALLREDUCE, Timeout(ms)=1)", "error"),
        ("OSError: [Errno 28] No space left on device: '/out/model.pth'", "error"),
        ("tee: train.log: No space left on device", "error"),
        ("RuntimeError: DataLoader worker (pid 12) is killed by signal: Bus error. It is possible that ...", "error"),
        ("RuntimeError: DataLoader worker (pid 12) is killed by signal: Killed.", "killed"),
        ("FatalError: `Termination signal` is detected by the operating system.", "killed"),
        ("2024-10-07 15:27:46.6 | ERROR    | yolox.core.trainer:train:96 - Exception in training: bad access", "error"),
        ("FatalError: `Segmentation fault` is detected by the operating system.", "error"),
        ("ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shm.", "error"),
        ("Segmentation fault (core dumped)", "error"),
        ("train.sh: line 3: 12345 Segmentation fault      (core dumped) python train.py", "error"),
        ("Bus error (core dumped)", "error"),
        ("Terminated", "killed"),
        ("Loss is nan, stopping training", "nan"),
        ("FloatingPointError: Loss became infinite or NaN at iteration=123!", "nan"),
        ("ERROR:tensorflow:Model diverged with loss = NaN.", "nan"),
        ("missing keys in source state_dict: a.weight, a.bias", "missing keys"),
        (
            "2020-10-15 15:41:40,123 - mmdet - WARNING - unexpected key in source state_dict: neck.a.weight",
            "unexpected keys",
        ),
        ("Missing Keys: ['class_embed.weight']", "missing keys"),
        ("_IncompatibleKeys(missing_keys=['a.b'], unexpected_keys=[])", "missing keys"),
        ("head.cls.weight is not in the ckpt. Please double check and see if this is desired.", "missing keys"),
        ("Skip loading parameter 'head.cls.weight' to the model due to incompatible shapes", "missing keys"),
        ("WARNING [01/02 15:42:27 d2.evaluation.coco_evaluation]: No predictions from the model!", "no predictions"),
        (
            "2020-10-26 09:21:00,100 - mmdet - ERROR - The testing results of the whole dataset is empty.",
            "no predictions",
        ),
        (
            "03/01 04:20:22 - mmengine - ERROR - /opt/mmdet/metrics/coco_metric.py - compute_metrics - 437 - "
            "The testing results of the whole dataset is empty.",
            "no predictions",
        ),
    ],
)
@pytest.mark.parametrize("before", ["", "2024-05-01T08:00:00.1Z stderr F ", "[rank0]: ", "\x1b[31m"])
def test_each_is_told(line: str, kind: str, before: str) -> None:
    found = told(f"some line\n{before}{line}\nanother line\n")
    assert [(kind, at) for kind, at, _ in found] == [(kind, 2)]


@pytest.mark.parametrize(
    "line",
    [
        "  # Avoid Inf/NaN error",
        "    NAN_CHECK: true",
        "RETINANET: {NAN: 1}",
        "Use a smaller batch size to avoid CUDA out of memory errors.",
        "if 'CUDA out of memory' in str(error):",
        'print("Loss is {}, stopping training".format(loss_value))',
        "dict(type='CheckInvalidLossHook', interval=50)  # stops where the loss is nan",
        "Loss is 0.34, accuracy is 0.9",
        "|  mushroom  | 0.000 | Killed | 3 |",
        "Killed enemies: 12",
        "<All keys matched successfully>",
        "_IncompatibleKeys(missing_keys=[], unexpected_keys=[])",
        "Missing Keys: []",
        "Saving checkpoint at 12 epochs, is in the checkpoint folder",
        "Error bars are 0.1 wide",
        "#SBATCH --time=24:00:00  # else CANCELLED DUE TO TIME LIMIT",
        "#PBS -l walltime=24:00:00",
        "PBS kills jobs whose walltime exceeded the limit.",
        "# TERM_RUNLIMIT means that LSF ended the job",
        "h_rt=24:00:00 is enforced by the queue master",
        "State: RUNNING",
        "retry_on: [OOMKilled, Evicted, NodeLost]",
        "If the pod is OOMKilled, ask for more memory.",
        "Evicted 12 entries from the cache",
        "on_exit_code: 137",
        "exit code 137 means that the kernel killed the program",
        "worker exited with code 0",
        "  exitcode  : 0 (pid: 1234)",
        "waits until it has Received 15 death signals",
        "see RuntimeError: CUDA error: device-side assert triggered",
        "NCCL watchdog timeout: 1800 s",
        "Watchdog started with a timeout of 1800 s",
        "No space left between boxes that overlap",
        "Delete checkpoints where you see No space left on device errors.",
        "bus error rate: 0.1",
        "class 3 Bus: AP 0.5",
        "If you get Segmentation fault (core dumped), install another version.",
        "Terminated the dataloader workers",
        "memory: 10234, out of 12000",
        "[12/09 08:00:02 d2.utils.events]:  iter: 120  total_loss: nan  lr: 0.01",
    ],
)
def test_what_only_looks_so_is_quiet(line: str) -> None:
    assert told(f"{line}\n") == []


def test_a_traceback_is_one_event_and_its_text_the_exception() -> None:
    assert told(TRACE) == [("out of memory", 2, f"RuntimeError: {OOM}")]
    assert told(CHAIN) == [("error", 1, "ValueError: no lr")]


@pytest.mark.parametrize("before", ["[rank1]: ", "2024-05-01T08:00:00.1Z stderr F ", "[1,0]<stderr>:", "trainer_1  | "])
def test_a_traceback_behind_a_prefix(before: str) -> None:
    text = "".join(f"{before}{line}\n" for line in CHAIN.splitlines())
    assert told(text) == [("error", 1, "ValueError: no lr")]


def test_a_traceback_without_end_is_told() -> None:
    ((kind, line, text),) = told("\n".join(TRACE.splitlines()[:4]))
    assert (kind, line) == ("error", 2)
    assert "does not show its end" in text


def test_an_interruption_is_no_error() -> None:
    text = 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nKeyboardInterrupt\n'
    assert told(text) == [("killed", 1, "KeyboardInterrupt")]


def test_what_every_rank_prints_is_told_once() -> None:
    assert len(told("Loss is nan, stopping training\n" * 8)) == 1
    assert len(told(TRACE * 4)) == 1
    assert len(told(TRACE + "iter\n" * 600 + TRACE)) == 2


def test_iteration_and_time_are_those_of_the_line() -> None:
    line = "2020-10-15 15:41:40 FloatingPointError: Loss became infinite or NaN at iteration=123!\n"
    (event,) = feed(Events, line)
    assert isinstance(event, Event)
    assert (event.iteration, event.time) == (123, "2020-10-15T15:41:40")


def test_keys_are_counted_and_some_named() -> None:
    missing, unexpected = told(MISSING)
    assert missing[:2] == ("missing keys", 1)
    assert "fcos_head.cls_logits.{bias, weight}, proposal_generator.fcos_head.ctrness" in missing[2]
    assert "normal" not in missing[2]
    assert unexpected[:2] == ("unexpected keys", 4)
    (many,) = told(f"unexpected key in source state_dict: {', '.join(f'neck.{i}.weight' for i in range(50))}\n")
    assert "and 46 more" in many[2]


@pytest.mark.parametrize(
    ("keys", "normal"),
    [
        ("fc.weight, fc.bias", True),
        ("backbone.fc.weight, backbone.fc.bias", True),
        ("fc.0.weight, fc.2.bias", True),
        ("fc.weight, layer1.0.conv1.bias", False),
        ("roi_heads.box_head.fc1.weight", False),
    ],
)
def test_only_a_classifier_left_over_is_normal(keys: str, normal: bool) -> None:
    ((_, _, text),) = told(f"unexpected key in source state_dict: {keys}\n")
    assert ("normal" in text) is normal


def test_what_does_not_fit_a_model_is_told_by_kind() -> None:
    assert [(kind, line) for kind, line, _ in told(MISMATCH)] == [
        ("error", 1),
        ("missing keys", 5),
        ("unexpected keys", 6),
        ("missing keys", 7),
    ]


def test_notes_are_quiet_and_of_a_notebook_a_lack_of_memory_alone_counts() -> None:
    assert told(TRACE + "Killed\n", origin="note") == []
    slip = TRACE.replace("CUDA out of memory.", "no such device.")
    assert told(slip + "Killed\n", path="a.ipynb") == []
    cell = "\x1b[0;31mOutOfMemoryError\x1b[0m     Traceback (most recent call last)\ncode()\n"
    cell += "\x1b[0;31mOutOfMemoryError\x1b[0m: CUDA out of memory. Tried to allocate 20.00 MiB\n"
    assert [(kind, line) for kind, line, _ in told(cell, path="a.ipynb")] == [("out of memory", 3)]
    assert told(cell, origin="note") == []


def test_lines_may_end_in_a_return_alone() -> None:
    for text in (TRACE, CHAIN, MISSING, MISMATCH):
        assert told(text.replace("\n", "\r")) == told(text)


@pytest.mark.parametrize(
    "word", ["Traceback (most recent call last)", "missing keys: a.", "Error", "a.b", "[x] ", "Killed "]
)
def test_long_lines_cost_time_in_proportion(word: str) -> None:
    feed(Events, f"{word * 20_000}\n{word * 20_000}")


def test_real_files_of_finished_runs_tell_only_keys(corpus: Path) -> None:
    for path in sorted(corpus.glob("*/*")):
        found = feed(Events, path.read_bytes(), "note" if path.suffix == ".md" else "log", 92 << 10, path.name)
        kinds = {record.kind for record in found if isinstance(record, Event)}
        assert kinds <= {"missing keys", "unexpected keys"}, path


@pytest.mark.parametrize("line", TRAINING_LINES)
def test_a_training_line_is_passed_over(line: str) -> None:
    """Or each line of a long log is read as if it told of an error."""
    assert not events._HINT.search(line.encode())
