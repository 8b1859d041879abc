"""The command line: `python -m trainer train | evaluate | study | probe`."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from trainer import studying
from trainer.errors import TrainerError, ending, raise_on_sigterm
from trainer.evaluation import evaluate
from trainer.model import build
from trainer.probe import probe
from trainer.settings import SIZES, Settings, flag, settings_of
from trainer.training import train

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Trains and evaluates FCOS.",
)
_SIZE = "Defaults of the settings; gpu where there is one."
Size = Annotated[str | None, typer.Option(metavar="cpu|gpu", help=_SIZE, show_default=False)]


def _train(
    folder: Annotated[Path, typer.Argument(help="Where the run goes, as runs/mine.")],
    size: Size = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in FOLDER.")] = False,
    **given: Any,
) -> None:
    """Train, and evaluate at the end."""
    train(_settings(size, given), folder, resume)


def _evaluate(
    checkpoint: Annotated[Path, typer.Argument(help="A checkpoint.pt.")],
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A new folder for the results; else one beside the run.")
    ] = None,
    **given: Any,
) -> None:
    """Evaluate a checkpoint, with the settings it was trained with."""
    evaluate(checkpoint, output, _given(given))


def _probe(size: Size = None, **given: Any) -> None:
    """Show what the norm layers do: the spread of the activations after each stage, and what trains."""
    settings = _settings(size, given)
    torch.manual_seed(settings.seed)
    for line in probe(build(settings, {1: "any"})).lines(settings.norm):
        typer.echo(line)


def _study(
    name: Annotated[str, typer.Argument(help="A study that comes with the trainer, as 191209, or its TOML file.")],
    size: Size = None,
    output: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where the runs go; else runs/NAME.")] = None,
    processes: Annotated[int, typer.Option(help="Processes of a run, by torchrun, as many as GPUs.", min=1)] = 1,
    dry: Annotated[bool, typer.Option("--dry", help="Print the commands, and run none.")] = False,
    **given: Any,
) -> None:
    """Do the runs of a study that are not yet done, in order. It can be stopped, and started again."""
    plan = studying.plan(name, _size(size), output, _given(given))
    raise typer.Exit(studying.run(plan, processes, dry))


def _size(size: str | None) -> str:
    size = size or ("gpu" if torch.cuda.is_available() else "cpu")
    if size not in SIZES:
        raise TrainerError(f"--size {size}: there are {' and '.join(SIZES)}.")
    return size


def _settings(size: str | None, given: dict[str, Any]) -> Settings:
    return settings_of({**SIZES[_size(size)], **_given(given)}, "command line")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _register(command: Callable[..., None], *names: str) -> None:
    """Give a command an option for each of these settings; without names for each there is."""

    @functools.wraps(command)
    def told(**given: Any) -> None:
        """Whatever the user can mend is one line on stderr, and each end has its exit code."""
        try:
            command(**given)
        except typer.Exit:
            raise
        except (KeyboardInterrupt, Exception) as error:
            end = ending(error)
            if end.code == 1:
                raise
            typer.echo(f"trainer: {end.told}", err=True)
            raise typer.Exit(end.code) from None

    signature = inspect.signature(command)
    own = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
    options = [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                each.type | None,  # type: ignore[operator]  # a class here, since annotations are not postponed
                typer.Option(
                    f"{flag(each.name)}/{flag('no-' + each.name)}" if each.type is bool else flag(each.name),
                    help=each.metadata["help"],
                    show_default=False,
                ),
            ],
        )
        for each in fields(Settings)
        if not names or each.name in names
    ]
    told.__signature__ = signature.replace(parameters=[*own, *options])  # type: ignore[attr-defined]
    app.command(command.__name__.strip("_"))(told)


_register(_train)
_register(_evaluate, "data", "test_batch_size", "score_threshold", "evaluator", "workers", "threads")
_register(_probe, "backbone", "channels", "norm", "init", "trainable_layers", "mask", "seed")
_register(_study, "data", "threads")


def main() -> None:
    """Run the command line."""
    raise_on_sigterm()
    app()
