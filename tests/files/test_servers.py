"""Runs on servers: what is read is the same as from disk, and a server that fails is named, without its secrets."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcosreport.collecting import executors
from fcosreport.collecting.collect import Collected, collect, open_store
from fcosreport.collecting.discover import Discovery
from fcosreport.errors import ServerError, UsageError
from fcosreport.files import ranges, servers
from fcosreport.files.paths import public, url_of, without_secrets
from fcosreport.store.store import Store
from tests.conftest import FAIR, GOOD, Run, block
from tests.dialects import test_detectron2_json as detectron2_json
from tests.dialects import test_mmdetection as mmdetection
from tests.dialects import test_ultralytics as ultralytics

pytestmark = pytest.mark.filterwarnings("default")  # those of the packages for servers are not ours
LINE = "iter: 20  loss: 0.5000  lr: 0.010000  max mem: 3000\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder of runs: logs, a note, what is left out, names with spaces, and logs of several frameworks."""
    runs = tmp_path / "runs"
    for name, text in {
        "a/log.txt": LINE * 20_000 + block(GOOD),
        "b c/log.txt": LINE + block(FAIR),
        "b c/utf16.log": "",
        "空/log.txt": block(GOOD.replace("0.387", "0.377")),
        "note.md": f"# A\n- lr = 0.1\n- log: runs/a\n\n```\n{block(GOOD)}```\n",
        ".git/log.txt": block(FAIR),
        "a/model.pth": "x",
    }.items():
        (runs / name).parent.mkdir(parents=True, exist_ok=True)
        (runs / name).write_text(text, encoding="utf-8")
    (runs / "b c" / "utf16.log").write_text(LINE + block(FAIR), encoding="utf-16")
    for name, data in {**mmdetection.SAMPLES, **detectron2_json.SAMPLES, **ultralytics.SAMPLES}.items():
        (runs / "samples").mkdir(exist_ok=True)
        (runs / "samples" / name).write_bytes(data)
    return runs


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.skip("the server of this test did not start")


@pytest.fixture
def memory() -> Iterator[Any]:
    """fsspec's file system in memory, empty."""
    fsspec = pytest.importorskip("fsspec")
    files = fsspec.filesystem("memory")
    files.store.clear()
    yield files
    files.store.clear()


class Plain(SimpleHTTPRequestHandler):
    """Lists folders and sends whole files."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


class Ranged(Plain):
    """Sends parts of files as well."""

    def end_headers(self) -> None:
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def do_GET(self) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not wanted or not path.is_file():
            return super().do_GET()
        data, (start, stop) = path.read_bytes(), map(int, wanted.groups())
        part = data[start : stop + 1]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{start + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)
        return None


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serves a folder by HTTP on loopback, and gives its URL."""
    pytest.importorskip("fsspec")
    pytest.importorskip("aiohttp")
    running = []

    def start(folder: Path, kind: type[Plain] = Ranged) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(folder)))
        Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket of an S3 server on loopback."""
    s3fs = pytest.importorskip("s3fs")
    pytest.importorskip("flask")
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    files = s3fs.S3FileSystem()
    files.mkdir("bucket")
    yield files
    files.rm("bucket", recursive=True)
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.fixture
def sftp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """OpenSSH's server on loopback, with a key of its own and one for the user; its URL."""
    pytest.importorskip("sshfs")
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if not program:
        pytest.skip("OpenSSH's server is not installed")
    ssh, port = tmp_path / "home" / ".ssh", free_port()
    ssh.mkdir(parents=True, mode=0o700)
    for name in ("host", "id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ssh / name], check=True)
    shutil.copy(ssh / "id_ed25519.pub", ssh / "authorized")
    (ssh / "known_hosts").write_text(f"[127.0.0.1]:{port} {(ssh / 'host.pub').read_text()}")
    (ssh / "sshd").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {ssh}/host\nAuthorizedKeysFile {ssh}/authorized\n"
        f"PidFile none\nStrictModes no\nUsePAM no\nSubsystem sftp internal-sftp\nPasswordAuthentication no\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(ssh.parent))
    process = subprocess.Popen([program, "-D", "-f", str(ssh / "sshd")], stderr=subprocess.DEVNULL)
    wait_for(port)
    yield f"sftp://127.0.0.1:{port}"
    process.terminate()
    process.wait()


def collected(where: str | Path, store: Path, start: executors.Start | None = None) -> tuple[Collected, Store]:
    opened = open_store(store)
    return collect([Path(where)], opened, executor=start), opened


def said(where: str | Path, store: Path, root: str, start: executors.Start | None = None) -> str:
    """All that a store says of a tree, its root cut out of the paths."""
    _, opened = collected(where, store, start)
    text = repr((opened.fragments(points=True), opened.experiments()))
    opened.close()
    return text.replace(f"{root}/", "")


def same(url: str, tree: Path, tmp_path: Path) -> bool:
    there = said(url, tmp_path / "there.sqlite", url)
    assert "0.387" in there
    return there == said(tree, tmp_path / "here.sqlite", str(tree))


def workers_agree(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether four processes, and a Dask cluster of four, make the store that one process makes."""
    monkeypatch.setattr(executors, "cores", lambda: 4)
    there = said(url, tmp_path / "there.sqlite", url)
    names = ("process:4", "dask") if find_spec("distributed") else ("process:4",)
    return all(said(url, tmp_path / f"{n[:4]}.sqlite", url, executors.named(n)) == there for n in names)


def test_memory_gives_the_same_store_as_the_disk(memory: Any, tree: Path, tmp_path: Path) -> None:
    memory.put(str(tree), "/runs", recursive=True)
    assert same("memory://runs", tree, tmp_path)


@pytest.mark.parametrize("kind", [Plain, Ranged])
def test_a_web_server_gives_the_same_store_as_the_disk(
    kind: type[Plain], serve: Callable[..., str], tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{serve(tree.parent, kind)}/runs"
    assert same(url, tree, tmp_path)
    assert workers_agree(url, tmp_path, monkeypatch)


def test_s3_gives_the_same_store_as_the_disk(
    bucket: Any, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put(str(tree), "bucket/runs", recursive=True)
    assert same("s3://bucket/runs", tree, tmp_path)
    assert workers_agree("s3://bucket/runs", tmp_path, monkeypatch)


def test_sftp_gives_the_same_store_as_the_disk(
    sftp: str, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert same(f"{sftp}{tree}", tree, tmp_path)
    assert workers_agree(f"{sftp}{tree}", tmp_path, monkeypatch)


def test_what_has_not_changed_is_not_read_again(bucket: Any, tree: Path, tmp_path: Path) -> None:
    bucket.put(str(tree), "bucket/runs", recursive=True)
    first, store = collected("s3://bucket/runs", tmp_path / "s.sqlite")
    store.close()
    again, store = collected("s3://bucket/runs", tmp_path / "s.sqlite")
    store.close()
    assert (again.read, again.unchanged) == (0, first.read)
    bucket.pipe("bucket/runs/b c/log.txt", (LINE + block(GOOD)).encode())  # of the same size
    changed, store = collected("s3://bucket/runs", tmp_path / "s.sqlite")
    store.close()
    assert changed.read == 1


def test_an_appended_log_costs_what_was_appended(memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (LINE * 200_000 + block(FAIR)).encode()
    memory.pipe("/runs/a/log.txt", text)
    _, store = collected("memory://runs", tmp_path / "s.sqlite")
    store.close()
    fetched = []
    fetch = ranges._Ranges._fetched

    def counted(file: ranges._Ranges, offset: int, length: int) -> bytes:
        part = fetch(file, offset, length)
        fetched.append(len(part))
        return part

    monkeypatch.setattr(ranges._Ranges, "_fetched", counted)
    memory.pipe("/runs/a/log.txt", text + (LINE * 10 + block(GOOD)).encode())
    _, store = collected("memory://runs", tmp_path / "s.sqlite")
    assert [each["AP"] for each in (store.experiments()[0].result("bbox"),) if each] == [0.387]
    store.close()
    assert sum(fetched) < ranges.FIRST + (1 << 20) + (128 << 10) < len(text) / 5


class Dying(Ranged):
    """Sends one file, and then nothing that is of use."""

    def do_GET(self) -> None:
        if "/b" in self.path and not self.path.endswith("/"):
            self.send_error(503)
        else:
            super().do_GET()


def test_a_server_that_fails_in_the_middle_leaves_what_was_read_and_the_next_collect_goes_on(
    serve: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "REQUESTS", 1)  # what is not open yet is lost with the server
    opened = ranges.opened

    def late(url: str, *, copied: bool) -> Any:
        wait(ranges._ahead.values())  # the second file has failed by the time the first one is read
        return opened(url, copied=copied)

    monkeypatch.setattr(ranges, "opened", late)
    for name in ("a", "b"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "log.txt").write_text(LINE + block(GOOD if name == "a" else FAIR))
    store = open_store(tmp_path / "s.sqlite")
    kinds = type("Switch", (Dying,), {})
    url = f"{serve(tmp_path, kinds)}/runs"
    with pytest.raises(ServerError, match=r"http://127.*503.*collect again"):
        collect([Path(url)], store)
    assert [source.path.rsplit("/", 2)[-2] for source in (f.source for f in store.fragments())] == ["a"]
    kinds.do_GET = Ranged.do_GET  # type: ignore[attr-defined]  # it has come back
    done = collect([Path(url)], store)
    assert (done.read, done.unchanged, len(store.experiments())) == (1, 1, 2)
    store.close()


def test_a_server_that_never_answers_does_not_hold_up_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("aiohttp")
    monkeypatch.setattr(servers, "WAIT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/runs"
        with pytest.raises(ServerError, match=r"no answer"):
            list(Discovery([Path(url)]).files())


def test_a_missing_bucket_and_a_missing_folder_are_named(bucket: Any, run: Run) -> None:
    for url in ("s3://nowhere/runs", "s3://bucket/nothing"):
        outcome = run("collect", url)
        assert outcome.code == 2
        assert url in outcome.err
        assert len(outcome.err.splitlines()) == 1


def test_a_key_that_is_not_known_is_an_error_of_one_line(sftp: str, tree: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "home" / ".ssh" / "authorized").write_text("")
    outcome = run("collect", f"{sftp}{tree}")
    assert outcome.code == 2
    assert sftp in outcome.err
    assert len(outcome.err.splitlines()) == 1


class NoSuchKey(Plain):
    """Answers as S3 does where it does not know the key."""

    said = b"<?xml version='1.0'?><Error><Code>InvalidAccessKeyId</Code><Message>No such key id</Message></Error>"

    def do_GET(self) -> None:
        self.do_HEAD()
        self.wfile.write(self.said)

    def do_HEAD(self) -> None:
        self.send_response(403)
        self.send_header("Content-Length", str(len(self.said)))
        self.end_headers()


def test_a_wrong_credential_for_s3_is_an_error_of_one_line(
    serve: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    pytest.importorskip("s3fs").S3FileSystem.clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", serve(tmp_path, NoSuchKey))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "wrong")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "geheim")
    outcome = run("collect", "s3://bucket/runs")
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert "s3://bucket/runs: access is denied. Check the credentials." in outcome.err
    assert not {"wrong", "geheim"} & set(re.findall(r"\w+", outcome.err))


def test_a_host_that_is_not_known_is_not_trusted(sftp: str, tree: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "home" / ".ssh" / "known_hosts").write_text("")
    outcome = run("collect", f"{sftp}{tree}")
    assert outcome.code == 2
    assert "ost key" in outcome.err


def test_no_secret_is_shown_or_stored(serve: Callable[..., str], tree: Path, tmp_path: Path, run: Run) -> None:
    url = serve(tree).replace("http://", "http://user:geheim@")
    outcome = run("collect", f"{url}/a/log.txt?sig=geheim", "--store", "s.sqlite")
    assert outcome.code == 0
    assert b"geheim" not in (tmp_path / "s.sqlite").read_bytes()
    missing = run("collect", f"{url}/nothing?sig=geheim")
    assert missing.code == 2
    assert "geheim" not in outcome.out + outcome.err + missing.out + missing.err


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sshfs", None)
    with pytest.raises(UsageError, match=r"pip install fsspec sshfs$"):
        list(Discovery([Path("sftp://host/runs")]).files())
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(UsageError, match=r"pip install fsspec s3fs$"):
        list(Discovery([Path("s3://bucket/runs")]).files())


def test_nothing_of_it_is_imported_without_a_url(tree: Path) -> None:
    code = "import sys; sys.argv[1:] = ['collect', 'runs', '--store', 's']\nfrom fcosreport.cli.app import app\n"
    code += "app(standalone_mode=False)\nprint([n for n in sys.modules if n in ('fsspec', 'fcosreport.files.listing')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=tree.parent, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def test_paths_are_no_urls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [url_of(Path(path)) for path in ("runs", "/runs", "a:b", "c:/runs", "runs/s3:/a")] == [""] * 5
    assert url_of(Path("s3://a/b")) == "s3://a/b"
    (tmp_path / "s3:").mkdir()
    assert url_of(Path("s3:/a")) == ""


@given(st.text("abc:/?@ %\n\x1b", max_size=30), st.text("xyz", min_size=8, max_size=12))
def test_what_is_said_of_a_server_is_one_line_without_the_password(text: str, secret: str) -> None:
    url = f"sftp://user:{secret}@host/runs?{secret}"
    said = without_secrets(f"{text}{secret}{url}", url)
    assert secret not in said + public(url)
    assert said.isprintable()
