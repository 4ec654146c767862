"""Train the book's models on a longer text and write a page of what came out.

`python tools/learn_from_text.py FILE` takes some minutes. The page holds its numbers
itself: figures are drawn from them when the book is built. The text isn't kept.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import re
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath import (
    AdamW,
    BytePairTokenizer,
    CosineSchedule,
    Transformer,
    cooccurrences,
    cosine_similarity,
    evaluate_transformer,
    load_text,
    pointwise_mutual_information,
    split_text,
    svd_embeddings,
    train_skip_gram,
    train_transformer,
)
from nnmath._files import write_whole

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "longer-text.md"
TEMPLATE = Path(__file__).with_name("longer-text.md")

N_TOKENS = 1000
N_WORDS = 2000
WIDTH = 64
HELD_OUT = 0.1
#: Words whose neighbours are shown: of four letters or more, by how common they are.
RANKS = (5, 10, 20, 40, 80, 120, 160, 240)


class Part(NamedTuple):
    """A text in the tokens of the transformer."""

    ids: NDArray[np.int64]
    n_bytes: int


def main() -> None:
    """Read the command, train, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", help="a text in UTF-8; a megabyte or more")
    parser.add_argument("--steps", type=int, default=2000, help="of the transformer's training")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write")
    chosen = parser.parse_args()
    text = load_text(chosen.file)
    name = Path(chosen.file).name
    command = f"nox -s longer-text -- {name} --steps {chosen.steps} --seed {chosen.seed}"
    facts = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "command": command,
        "file": name,
        "n_bytes": f"{len(text.encode()):,}",
        "hash": hashlib.sha256(text.encode()).hexdigest()[:16],
        **about_words(text, chosen.seed),
        **about_tokens(text, chosen.steps, chosen.seed),
    }
    page = TEMPLATE.read_text("utf-8")
    for key, value in facts.items():
        page = page.replace(f"@{key}@", str(value))
    write_whole(chosen.page, lambda file: file.write(page.encode()))
    print(f"written to {chosen.page}")


def about_words(text: str, seed: int) -> dict[str, object]:
    """Return which words the counted and the learnt vectors find near to some."""
    words, ids = common_words(text)
    n = len(words)
    counts = cooccurrences(ids, n, window=4, end=0)
    counted = svd_embeddings(pointwise_mutual_information(counts), WIDTH)
    start = time.perf_counter()
    rng = np.random.default_rng(seed)
    learnt = train_skip_gram(ids, n, WIDTH, rng, window=4, epochs=3, end=0)
    long = [word for word in words[1:] if len(word) >= 4]
    shown = [long[rank - 1] for rank in RANKS if rank <= len(long)]
    rows = [
        f"| {word} | {nearest(word, words, counted)} | {nearest(word, words, learnt.vectors)} |"
        for word in shown
    ]
    return {
        "n_words": f"{n - 1:,}",
        "word_seconds": f"{time.perf_counter() - start:.0f}",
        "word_costs": ", ".join(f"{cost:.3f}" for cost in learnt.costs),
        "neighbours": "\n".join(rows),
    }


def common_words(text: str) -> tuple[list[str], NDArray[np.int64]]:
    """Return the commonest words in small letters, and the text in their numbers.

    Number 0 stands for what ends a sentence. Rarer words and other signs are left out.
    """
    pieces = [piece.strip().lower() for piece in split_text(text)]
    counts = Counter(piece for piece in pieces if piece.isalpha())
    words = [".", *(word for word, _ in counts.most_common(N_WORDS))]
    numbers = {word: number for number, word in enumerate(words)}
    for end in "!?":
        numbers[end] = 0
    ends = re.compile("[.!?]")
    cut = (ends.search(piece)[0] if ends.search(piece) else piece for piece in pieces)
    return words, np.array([numbers[piece] for piece in cut if piece in numbers])


def nearest(word: str, words: list[str], vectors: NDArray[np.float64]) -> str:
    """Return the words whose vectors point most nearly the same way."""
    rows = vectors + 1e-12  # a word without neighbours has no direction
    cosines = cosine_similarity(rows, rows[words.index(word)])
    return ", ".join(words[i] for i in np.argsort(-cosines)[1:6] if i)


def about_tokens(text: str, steps: int, seed: int) -> dict[str, object]:
    """Return what the transformer and simpler models pay for a token, and what it writes."""
    cut = int(len(text) * (1 - HELD_OUT))
    tokenizer = BytePairTokenizer.train(text[:cut], N_TOKENS)
    learn, measure = (
        Part(tokenizer.encode(part), len(part.encode())) for part in (text[:cut], text[cut:])
    )
    rng = np.random.default_rng(seed)
    sizes = {"width": WIDTH, "n_layers": 2, "n_heads": 4, "context": 64}
    model = Transformer(len(tokenizer), **sizes, rng=rng, dtype=np.float32)
    optimizer = AdamW(CosineSchedule(3e-3, steps, warmup=steps // 20))
    every = max(1, steps // 20)
    history = train_transformer(
        model,
        learn.ids,
        steps=steps,
        optimizer=optimizer,
        rng=rng,
        validation=measure.ids[:5000],
        measure_every=every,
    )
    transformer = evaluate_transformer(model, measure.ids)
    unigram, bigram = counted_costs(learn.ids, measure.ids, len(tokenizer))
    written = model.generate(tokenizer.encode("\n"), 120, temperature=0.8, rng=rng)
    costs = {
        "single tokens, counted": unigram,
        "pairs, counted": bigram,
        "transformer": transformer,
    }
    per_byte = len(measure.ids) / measure.n_bytes / math.log(2)
    return {
        "n_tokens": len(tokenizer),
        "bytes_per_token": f"{measure.n_bytes / len(measure.ids):.2f}",
        "n_parameters": f"{model.n_parameters:,}",
        "steps": steps,
        "seconds": f"{history.seconds:.0f}",
        "costs": "\n".join(
            f"| {name} | {cost:.3f} | {cost * per_byte:.3f} |" for name, cost in costs.items()
        ),
        "xs": history.steps,
        "learnt_costs": [round(cost, 4) for cost in history.cost],
        "held_out_costs": [round(cost, 4) for cost in history.validation_cost],
        "written": tokenizer.decode(written).strip().replace("```", "'''"),
    }


def counted_costs(
    learn: NDArray[np.int64], measure: NDArray[np.int64], n_tokens: int
) -> tuple[float, float]:
    """Return what counting tokens, and counting pairs, pays for a token of another text.

    Every token is counted once more than it occurs. After a token, its successors count,
    and ten more shared out as single tokens are: so no pair is impossible.
    """
    single = np.bincount(learn, minlength=n_tokens) + 1.0
    single /= single.sum()
    pairs = np.bincount(learn[:-1] * n_tokens + learn[1:], minlength=n_tokens**2)
    pairs = pairs.reshape(n_tokens, n_tokens) + 10.0 * single
    pairs /= pairs.sum(axis=1, keepdims=True)
    after = pairs[measure[:-1], measure[1:]]
    return float(-np.log(single[measure[1:]]).mean()), float(-np.log(after).mean())


if __name__ == "__main__":
    main()
