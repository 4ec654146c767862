"""Encoding by byte pairs beside `tokenizers` and `tiktoken`: `python -m benchmarks.tokenizer [FILE]`.

All three have the same merges, learnt by nnmath, and give the same numbers, which is
checked first. The text is a megabyte of the small language, or the file. Contenders
take turns, each on one core; a figure is the median of the CPU time. The first pass of
nnmath, before it remembers any piece, has a row of its own. Training is measured too:
`tokenizers` and nnmath learn the same merges from the same text.
"""

from __future__ import annotations

from benchmarks import one_core

one_core.pin()  # before NumPy is imported

import os  # noqa: E402  # after the threads are set
import platform  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

import numpy as np  # noqa: E402
import tiktoken  # noqa: E402
import tokenizers  # noqa: E402

from nnmath import BytePairTokenizer, load_text, small_language  # noqa: E402

N_TOKENS = 2000
ROUNDS = 7
#: What GPT-2 cuts a text by, for tiktoken.
PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def main(path: str | None = None) -> None:
    """Print a table."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    text = load_text(path) if path else sample(1_000_000)
    versions = f"tokenizers {tokenizers.__version__}, tiktoken {tiktoken.__version__}"
    print(f"{versions}, Python {platform.python_version()}")
    print(f"{len(text.encode()):,} bytes of {'a file' if path else 'the small language'}")
    ours_took, ours = timed(lambda: BytePairTokenizer.train(text, N_TOKENS))
    theirs_took, theirs = timed(lambda: trained(text))
    print(f"training to {len(ours)} tokens: nnmath {ours_took:.2f} s", end=", ")
    print(f"tokenizers {theirs_took:.2f} s")
    ranks = {ours.token(i): i for i in range(len(ours))}
    third = tiktoken.Encoding("ours", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
    contenders: dict[str, Callable[[], object]] = {
        "nnmath": lambda: ours.encode(text),
        "nnmath, first pass": lambda: BytePairTokenizer(ours.merges).encode(text),
        "tokenizers": lambda: theirs.encode(text),
        "tiktoken": lambda: third.encode_ordinary(text),
    }
    expected = ours.encode(text).tolist()
    if theirs.encode(text).ids != expected or third.encode_ordinary(text) != expected:
        raise RuntimeError("the three don't give the same numbers")
    show(measured(contenders), len(text.encode()))


def sample(n_bytes: int) -> str:
    """Return about so much text of the small language, sentences in lines."""
    sentences = small_language(0).sample(n_bytes // 30, np.random.default_rng(0))
    return "\n".join(sentences)[:n_bytes]


def trained(text: str) -> tokenizers.Tokenizer:
    """Return the tokenizer of `tokenizers` that the text makes."""
    made = tokenizers.Tokenizer(tokenizers.models.BPE())
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=N_TOKENS,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator([text], trainer)
    return made


def timed(run: Callable[[], object]) -> tuple[float, object]:
    """Return how much CPU time something takes, and what it gives."""
    start = time.process_time()
    result = run()
    return time.process_time() - start, result


def measured(contenders: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median CPU time of each, taking turns."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, run in contenders.items():
            times[name].append(timed(run)[0])
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def show(times: dict[str, float], n_bytes: int) -> None:
    """Print megabytes a second, and how many times the speed of `tokenizers`."""
    for name, seconds in times.items():
        ratio = times["tokenizers"] / seconds
        print(f"{name:20}{n_bytes / seconds / 1e6:8.2f} MB/s{ratio:8.2f} x tokenizers")


if __name__ == "__main__":
    main(*sys.argv[1:2])
