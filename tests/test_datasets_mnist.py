"""MNIST from a folder, from the cache and from mirrors; all on small files and this machine."""

import gzip
import hashlib
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from nnmath import _mnist
from nnmath.datasets import load_mnist

NAMES = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
]


def idx(array: np.ndarray) -> bytes:
    """Return an array of unsigned bytes in the IDX format."""
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return header + array.astype(np.uint8).tobytes()


RNG = np.random.default_rng(0)
TRAIN = RNG.integers(0, 256, (5, 4, 3)), np.array([3, 1, 4, 1, 5])
TEST = RNG.integers(0, 256, (2, 4, 3)), np.array([9, 2])
FILES = dict(zip(NAMES, map(idx, (*TRAIN, *TEST)), strict=True))


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the small files be MNIST, the cache a new folder, and no mirror known."""
    sums = {name: hashlib.sha256(raw).hexdigest() for name, raw in FILES.items()}
    monkeypatch.setattr(_mnist, "SHA256", sums)
    monkeypatch.setattr(_mnist, "MIRRORS", ())
    monkeypatch.setenv("NNMATH_CACHE", str(tmp_path / "cache"))
    # A proxy for the web wouldn't find this machine.
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def assert_right(sets: tuple) -> None:
    """Fail unless both sets are the small ones."""
    for found, (images, labels) in zip(sets, (TRAIN, TEST), strict=True):
        np.testing.assert_array_equal(found.images, images)
        np.testing.assert_array_equal(found.labels, labels)
        assert found.white == 255


class Mirror:
    """A web server on this machine that answers by path and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes, int | None]] = {}
        self.asked: list[str] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.asked.append(self.path)
                status, body, length = mirror.answers.get(self.path, (404, b"not here", None))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body) if length is None else length))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def offer(
        self, folder: str, name: str, body: bytes, status: int = 200, length: int | None = None
    ) -> None:
        self.answers[f"/{folder}/{name}.gz"] = (status, body, length)

    def offer_all(self, folder: str) -> None:
        for name, raw in FILES.items():
            self.offer(folder, name, gzip.compress(raw))


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """Start a mirror, and stop it in the end."""
    server = Mirror()
    yield server
    server.server.shutdown()
    server.server.server_close()


def use(monkeypatch: pytest.MonkeyPatch, mirror: Mirror, *folders: str) -> None:
    monkeypatch.setattr(_mnist, "MIRRORS", tuple(f"{mirror.url}{folder}/" for folder in folders))


def cached(tmp_path: Path) -> list[str]:
    """Return everything that lies in the cache."""
    return sorted(path.name for path in (tmp_path / "cache" / "mnist").iterdir())


ALL_CACHED = sorted(f"{name}.gz" for name in NAMES)


class TestFolder:
    @pytest.mark.parametrize("packed", [True, False])
    @pytest.mark.parametrize("dot", [True, False])
    def test_takes_every_spelling(self, tmp_path: Path, packed: bool, dot: bool) -> None:
        for name, raw in FILES.items():
            spelled = name.replace("-idx", ".idx") if dot else name
            path = tmp_path / (spelled + ".gz" * packed)
            path.write_bytes(gzip.compress(raw) if packed else raw)
        assert_right(load_mnist(tmp_path))
        assert_right(load_mnist(str(tmp_path)))

    def test_sum_is_that_of_the_unpacked_bytes(self, tmp_path: Path) -> None:
        # Different times in the headers, different levels: the same file in the end.
        for time, (name, raw) in enumerate(FILES.items()):
            (tmp_path / f"{name}.gz").write_bytes(
                gzip.compress(raw, compresslevel=1 + time, mtime=time)
            )
        assert_right(load_mnist(tmp_path))

    def test_name_does_not_matter_for_unpacking(self, tmp_path: Path) -> None:
        for name, raw in FILES.items():
            (tmp_path / f"{name}.gz").write_bytes(raw)
        assert_right(load_mnist(tmp_path))

    def test_missing_folder(self, tmp_path: Path) -> None:
        with pytest.raises(
            NotADirectoryError,
            match="^folder: expected a folder with the files of MNIST, got .*nowhere",
        ):
            load_mnist(tmp_path / "nowhere")

    def test_missing_file_names_all_spellings(self, tmp_path: Path) -> None:
        for name in NAMES[:3]:
            (tmp_path / name).write_bytes(FILES[name])
        (tmp_path / NAMES[3]).mkdir()
        with pytest.raises(FileNotFoundError) as caught:
            load_mnist(tmp_path)
        for spelling in (
            "t10k-labels-idx1-ubyte.gz",
            "t10k-labels.idx1-ubyte.gz,",
            "t10k-labels.idx1-ubyte,",
        ):
            assert spelling in str(caught.value)

    @pytest.mark.parametrize(
        "damage", [lambda p: p[:-9], lambda p: p[:30], lambda p: p[:20] + b"\xff" * 9 + p[29:]]
    )
    def test_damaged_gzip(self, tmp_path: Path, damage: object) -> None:
        for name, raw in FILES.items():
            (tmp_path / f"{name}.gz").write_bytes(damage(gzip.compress(raw)))
        with pytest.raises(
            ValueError,
            match=r"train-images-idx3-ubyte.gz: expected a whole gzip file, received \d+ bytes",
        ):
            load_mnist(tmp_path)

    def test_other_data_under_the_same_names(self, tmp_path: Path) -> None:
        for name, raw in FILES.items():
            (tmp_path / name).write_bytes(raw)
        (tmp_path / NAMES[2]).write_bytes(FILES[NAMES[2]][:-1] + b"\x00")
        received = hashlib.sha256(FILES[NAMES[2]][:-1] + b"\x00").hexdigest()
        with pytest.raises(ValueError, match="expected t10k-images-idx3-ubyte of MNIST") as caught:
            load_mnist(tmp_path)
        for part in (
            str(tmp_path / NAMES[2]),
            _mnist.SHA256[NAMES[2]],
            f"40 bytes with the sum {received}",
        ):
            assert part in str(caught.value)

    @pytest.mark.parametrize("folder", [3, b"folder", ["folder"]])
    def test_wrong_type(self, folder: object) -> None:
        with pytest.raises(TypeError, match="^folder: expected a path or None, got"):
            load_mnist(folder)


class TestMirrors:
    def test_fetches_each_file_once(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mirror: Mirror
    ) -> None:
        mirror.offer_all("good")
        use(monkeypatch, mirror, "good")
        assert_right(load_mnist())
        assert_right(load_mnist())
        assert mirror.asked == [f"/good/{name}.gz" for name in NAMES]
        assert cached(tmp_path) == ALL_CACHED

    @pytest.mark.parametrize(
        "bad",
        [
            {"body": b"busy", "status": 503},
            {"body": b"<html>Sign in to the network first</html>"},
            {"body": gzip.compress(FILES[NAMES[0]])[:-6]},
            {"body": gzip.compress(FILES[NAMES[0]])[:40], "length": 90},
            {"body": gzip.compress(FILES[NAMES[1]])},
        ],
        ids=["failing", "another page", "cut gzip", "connection lost", "wrong file"],
    )
    def test_second_mirror_helps_out(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mirror: Mirror, bad: dict
    ) -> None:
        mirror.offer_all("first")
        mirror.offer_all("second")
        mirror.offer("first", NAMES[0], **bad)
        use(monkeypatch, mirror, "first", "second")
        assert_right(load_mnist())
        assert mirror.asked[:3] == [
            f"/first/{NAMES[0]}.gz",
            f"/second/{NAMES[0]}.gz",
            f"/first/{NAMES[1]}.gz",
        ]
        assert cached(tmp_path) == ALL_CACHED

    def test_nothing_half_written_stays_when_all_fail(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mirror: Mirror
    ) -> None:
        mirror.offer("cut", NAMES[0], gzip.compress(FILES[NAMES[0]])[:-6])
        use(monkeypatch, mirror, "cut", "none")
        with pytest.raises(OSError, match="could not be fetched") as caught:
            load_mnist()
        message = str(caught.value)
        assert message.startswith(
            "train-images-idx3-ubyte.gz of MNIST could not be fetched. What was tried:"
        )
        assert f"- {mirror.url}cut/{NAMES[0]}.gz: ValueError: " in message
        assert f"- {mirror.url}none/{NAMES[0]}.gz: HTTPError: 404" in message
        assert (
            f"The cache is {tmp_path / 'cache' / 'mnist'} "
            "(the environment variable NNMATH_CACHE moves it)" in message
        )
        assert "load_mnist(folder)" in message
        assert cached(tmp_path) == []

    def test_offline(self, monkeypatch: pytest.MonkeyPatch, mirror: Mirror) -> None:
        # A port of this machine where nobody listens.
        monkeypatch.setattr(_mnist, "MIRRORS", (mirror.url,))
        mirror.server.server_close()
        with pytest.raises(
            OSError,
            match=r"(?s)could not be fetched.*127\.0\.0\.1.*ConnectionError.*load_mnist\(folder\)",
        ):
            load_mnist()

    def test_damaged_cache_is_fetched_again(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mirror: Mirror
    ) -> None:
        mirror.offer_all("good")
        use(monkeypatch, mirror, "good")
        load_mnist()
        mirror.asked.clear()
        path = tmp_path / "cache" / "mnist" / f"{NAMES[1]}.gz"
        path.write_bytes(path.read_bytes()[:-3])
        assert_right(load_mnist())
        assert mirror.asked == [f"/good/{NAMES[1]}.gz"]
        assert gzip.decompress(path.read_bytes()) == FILES[NAMES[1]]

    def test_damaged_cache_offline_says_so(self, tmp_path: Path) -> None:
        folder = tmp_path / "cache" / "mnist"
        folder.mkdir(parents=True)
        (folder / f"{NAMES[0]}.gz").write_bytes(b"nonsense")
        with pytest.raises(OSError, match=f"the cached copy is damaged: .*{NAMES[0]}.gz: expected"):
            load_mnist()
        assert (folder / f"{NAMES[0]}.gz").read_bytes() == b"nonsense"

    def test_interrupted_download_leaves_nothing(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mirror: Mirror
    ) -> None:
        mirror.offer_all("good")
        use(monkeypatch, mirror, "good")

        def interrupt(path: Path, name: str) -> bytes:
            raise KeyboardInterrupt

        monkeypatch.setattr(_mnist, "_checked", interrupt)
        with pytest.raises(KeyboardInterrupt):
            load_mnist()
        assert cached(tmp_path) == []

    def test_unwritable_cache(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("not a folder")
        monkeypatch.setenv("NNMATH_CACHE", str(tmp_path / "file"))
        with pytest.raises(OSError, match="the cache folder .* can't be made .* NNMATH_CACHE"):
            load_mnist()


class TestCache:
    def test_variable_moves_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NNMATH_CACHE", "~/elsewhere")
        assert _mnist.cache_folder() == Path.home() / "elsewhere" / "mnist"

    def test_else_it_is_the_systems(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import pooch

        monkeypatch.delenv("NNMATH_CACHE")
        assert _mnist.cache_folder() == Path(pooch.os_cache("nnmath")) / "mnist"


REAL = os.environ.get("NNMATH_MNIST", "")


@pytest.mark.skipif(
    not REAL, reason="NNMATH_MNIST doesn't name a folder with the real files of MNIST"
)
def test_real_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    train, test = load_mnist(REAL)
    assert train.images.shape == (60_000, 28, 28)
    assert test.images.shape == (10_000, 28, 28)
    assert train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert train.images.max() == train.white == 255
