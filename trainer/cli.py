"""The command line: `python -m trainer train | evaluate | study | probe`."""

import signal
from collections.abc import Callable
from dataclasses import fields
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import torch
import typer
from typer.core import TyperGroup

from trainer import evaluation, probe, studying, training
from trainer.errors import TerminatedError, ending
from trainer.model import build
from trainer.settings import SIZES, Settings, settings_of, toml

Command = Callable[..., None]


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
Size = Annotated[Literal["cpu", "gpu"] | None, typer.Option(help="Whose defaults; gpu where there is one.")]


def _with_settings(*names: str, default: str = "") -> Callable[[Command], Command]:
    """Let `given` of a command be options for these settings, or for all. Those that are not given are None.

    `default`: where their values come from then, if not from the size.
    """
    sizes = {size: settings_of(given, size) for size, given in SIZES.items()}
    kinds = get_type_hints(Settings)
    options = []
    for each in (each for each in fields(Settings) if each.name in names or not names):
        told = {str(getattr(settings, each.name)): size for size, settings in sizes.items()}
        of_size = ", ".join(f"{size} {value}" for value, size in told.items()) if len(told) > 1 else next(iter(told))
        option = typer.Option(help=f"{each.metadata['help']} Default: {default or of_size}.", show_default=False)
        kind = Annotated[kinds[each.name] | None, option]  # type: ignore[valid-type,name-defined]  # made as it runs
        options.append(Parameter(each.name, Parameter.KEYWORD_ONLY, default=None, annotation=kind))

    def changed(command: Command) -> Command:
        *own, _ = signature(command).parameters.values()
        command.__signature__ = Signature([*own, *options])  # type: ignore[attr-defined]  # typer looks there
        return command

    return changed


@app.command()
@_with_settings()
def train(
    folder: Annotated[Path, typer.Argument(help="Where the run goes, as runs/mine.")],
    config: Annotated[Path | None, typer.Option(metavar="FILE.toml", help="Settings, as `lr = 0.01`.")] = None,
    size: Size = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in FOLDER.")] = False,
    **given: Any,
) -> None:
    """Train, and evaluate at the end."""
    training.train(_settings(size, given, config), folder, resume)


@app.command()
@_with_settings(*evaluation.CHANGEABLE, default="as it was trained")
def evaluate(
    checkpoint: Annotated[Path, typer.Argument(help="A checkpoint.pt.")],
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A new folder for the results; else one beside the run.")
    ] = None,
    **given: Any,
) -> None:
    """Evaluate a checkpoint, with the settings it was trained with."""
    evaluation.evaluate(checkpoint, output, _told(given))


@app.command("probe")
@_with_settings("backbone", "channels", "norm", "init", "trainable_layers", "mask", "seed")
def show_norms(size: Size = None, **given: Any) -> None:
    """Show what the norm layers do: the spread of the activations after each stage, and what trains."""
    settings = _settings(size, given)
    torch.manual_seed(settings.seed)
    for line in probe.probe(build(settings, {1: "any"})).lines(settings.norm):
        typer.echo(line)


@app.command()
@_with_settings("data", "threads", default="as the study says")
def study(
    name: Annotated[str, typer.Argument(help="A study that comes with the trainer, as 191209, or its TOML file.")],
    size: Size = None,
    output: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where the runs go; else runs/NAME.")] = None,
    processes: Annotated[int, typer.Option(help="Processes of a run, by torchrun, as many as GPUs.", min=1)] = 1,
    dry: Annotated[bool, typer.Option("--dry", help="Print the commands, and run none.")] = False,
    **given: Any,
) -> None:
    """Do the runs of a study that are not yet done, in order. It can be stopped, and started again."""
    plan = studying.plan(name, _size(size), output, _told(given))
    raise typer.Exit(studying.run(plan, processes, dry))


def _size(size: str | None) -> str:
    return size or ("gpu" if torch.cuda.is_available() else "cpu")


def _settings(size: str | None, given: dict[str, Any], config: Path | None = None) -> Settings:
    """An option of the command line beats the file, that the defaults of the size."""
    told = toml(config) if config else {}
    settings_of(told, str(config))
    return settings_of({**SIZES[_size(size)], **told, **_told(given)}, "command line")


def _told(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _terminate(*_: object) -> None:
    raise TerminatedError


def main() -> None:
    """Run the command line. SIGTERM ends it as Ctrl-C does, with a line in the log."""
    signal.signal(signal.SIGTERM, _terminate)
    app()
