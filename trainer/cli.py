"""The command line: `python -m trainer train | evaluate | study | probe`."""

from pathlib import Path
from typing import Annotated, Any, Literal

import torch
import typer
from typer.core import TyperGroup

from trainer import evaluation, probe, studying, training
from trainer.errors import ending, raise_on_sigterm
from trainer.model import build
from trainer.settings import HELP, SIZES, Evaluator, Norm, Settings, settings_of, toml


class _Commands(TyperGroup):
    """Whatever the user can mend is one line on stderr, and each end has its exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, Exception) as error:
            end = ending(error)
            if end.code == 1:  # a bug, or of typer itself
                raise
            typer.echo(f"trainer: {end.told}", err=True)
            raise typer.Exit(end.code) from None


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Trains and evaluates FCOS.",
)


def _option(name: str) -> Any:
    """The option of a setting: its help, with the default of each size."""
    defaults = {size: str(getattr(Settings(**given), name)) for size, given in SIZES.items()}
    told = defaults["gpu"] if len(set(defaults.values())) == 1 else ", ".join(map(" ".join, defaults.items()))
    return typer.Option(help=f"{HELP[name]} Default: {told}.", show_default=False)


Size = Annotated[Literal["cpu", "gpu"] | None, typer.Option(help="Whose defaults; gpu where there is one.")]
Given = Annotated[
    Path | None, typer.Option("--config", metavar="FILE.toml", help="Settings, by the names of their options with _.")
]
Folder = Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where the runs go; else runs/NAME.")]
Data = Annotated[str | None, _option("data")]
Backbone = Annotated[str | None, _option("backbone")]
Channels = Annotated[int | None, _option("channels")]
NormOf = Annotated[Norm | None, _option("norm")]
Init = Annotated[str | None, _option("init")]
TrainableLayers = Annotated[int | None, _option("trainable_layers")]
Mask = Annotated[bool | None, _option("mask")]
TestBatchSize = Annotated[int | None, _option("test_batch_size")]
Amp = Annotated[bool | None, _option("amp")]
Seed = Annotated[int | None, _option("seed")]
ScoreThreshold = Annotated[float | None, _option("score_threshold")]
EvaluatorOf = Annotated[Evaluator | None, _option("evaluator")]
Pictures = Annotated[int | None, _option("pictures")]
Workers = Annotated[int | None, _option("workers")]
Threads = Annotated[int | None, _option("threads")]


@app.command()
def train(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where the run goes, as runs/mine.")],
    config: Given = None,
    size: Size = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in FOLDER.")] = False,
    data: Data = None,
    backbone: Backbone = None,
    channels: Channels = None,
    norm: NormOf = None,
    init: Init = None,
    trainable_layers: TrainableLayers = None,
    mask: Mask = None,
    image_size: Annotated[int | None, _option("image_size")] = None,
    flip: Annotated[bool | None, _option("flip")] = None,
    train_batch_size: Annotated[int | None, _option("train_batch_size")] = None,
    test_batch_size: TestBatchSize = None,
    accumulate: Annotated[int | None, _option("accumulate")] = None,
    lr: Annotated[float | None, _option("lr")] = None,
    warmup_iterations: Annotated[int | None, _option("warmup_iterations")] = None,
    steps: Annotated[str | None, _option("steps")] = None,
    iterations: Annotated[int | None, _option("iterations")] = None,
    momentum: Annotated[float | None, _option("momentum")] = None,
    weight_decay: Annotated[float | None, _option("weight_decay")] = None,
    clip: Annotated[float | None, _option("clip")] = None,
    amp: Amp = None,
    seed: Seed = None,
    score_threshold: ScoreThreshold = None,
    evaluator: EvaluatorOf = None,
    pictures: Pictures = None,
    log_every: Annotated[int | None, _option("log_every")] = None,
    eval_every: Annotated[int | None, _option("eval_every")] = None,
    checkpoint_every: Annotated[int | None, _option("checkpoint_every")] = None,
    workers: Workers = None,
    threads: Threads = None,
    memory_limit: Annotated[int | None, _option("memory_limit")] = None,
) -> None:
    """Train, and evaluate at the end."""
    training.train(_settings(context, size, config), folder, resume)


@app.command()
def evaluate(
    context: typer.Context,
    checkpoint: Annotated[Path, typer.Argument(help="A checkpoint.pt.")],
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A new folder for the results; else one beside the run.")
    ] = None,
    data: Data = None,
    test_batch_size: TestBatchSize = None,
    amp: Amp = None,
    score_threshold: ScoreThreshold = None,
    evaluator: EvaluatorOf = None,
    pictures: Pictures = None,
    workers: Workers = None,
    threads: Threads = None,
) -> None:
    """Evaluate a checkpoint, with the settings it was trained with."""
    evaluation.evaluate(checkpoint, output, _given(context))


@app.command("probe")
def show_norms(
    context: typer.Context,
    size: Size = None,
    backbone: Backbone = None,
    channels: Channels = None,
    norm: NormOf = None,
    init: Init = None,
    trainable_layers: TrainableLayers = None,
    mask: Mask = None,
    seed: Seed = None,
) -> None:
    """Show what the norm layers do: the spread of the activations after each stage, and what trains."""
    settings = _settings(context, size)
    torch.manual_seed(settings.seed)
    for line in probe.probe(build(settings, {1: "any"})).lines(settings.norm):
        typer.echo(line)


@app.command()
def study(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A study that comes with the trainer, as 191209, or its TOML file.")],
    size: Size = None,
    output: Folder = None,
    processes: Annotated[int, typer.Option(help="Processes of a run, by torchrun, as many as GPUs.", min=1)] = 1,
    dry: Annotated[bool, typer.Option("--dry", help="Print the commands, and run none.")] = False,
    data: Data = None,
    threads: Threads = None,
) -> None:
    """Do the runs of a study that are not yet done, in order. It can be stopped, and started again."""
    plan = studying.plan(name, _size(size), output, _given(context))
    raise typer.Exit(studying.run(plan, processes, dry))


def _size(size: str | None) -> str:
    return size or ("gpu" if torch.cuda.is_available() else "cpu")


def _settings(context: typer.Context, size: str | None, config: Path | None = None) -> Settings:
    """An option of the command line beats the file, that the defaults of the size."""
    told = toml(config) if config else {}
    return settings_of({**SIZES[_size(size)], **told, **_given(context)}, str(config or "command line"))


def _given(context: typer.Context) -> dict[str, Any]:
    return {name: value for name, value in context.params.items() if name in HELP and value is not None}


def main() -> None:
    """Run the command line."""
    raise_on_sigterm()
    app()
