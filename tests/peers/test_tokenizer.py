"""Byte-pair encoding beside Hugging Face's `tokenizers`: the same merges, the same numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnmath import BytePairTokenizer, small_language

tokenizers = pytest.importorskip("tokenizers")

END = "<|end|>"
#: Many scripts, contractions, numbers that are no digits, spaces of several kinds.
MIXED = (
    "Mira's naïve façade: 12½ kg, Ⅷ. I'll say \t\n 'tis we've  日本語のテキスト и русский, "
    "العربية 👍🏽 e\u0301 a_b\u00a0c\u3000d ... --- 1,000.50 'd'S\r\n\r\n"
)


def trained(text: str, n_tokens: int):
    """Return their tokenizer, trained on a text with the settings that ours always has."""
    theirs = tokenizers.Tokenizer(tokenizers.models.BPE())
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    theirs.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=n_tokens,
        special_tokens=[END],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    theirs.train_from_iterator([text], trainer)
    return theirs


def merges(tokenizer) -> list[list[str]]:
    """Return their merges, or ours from the file, as pairs of spelled tokens."""
    content = json.loads(tokenizer.to_str())["model"]["merges"]
    return [pair.split(" ") if isinstance(pair, str) else list(pair) for pair in content]


@pytest.mark.parametrize("n_tokens", [300, 600, 1000])
def test_merges_and_numbers_are_equal(tmp_path, n_tokens):
    language = small_language(0)
    text = MIXED * 3 + "\n".join(language.sample(3000, np.random.default_rng(0)))
    ours, theirs = (
        BytePairTokenizer.train(text, n_tokens, special_tokens=[END]),
        trained(text, n_tokens),
    )
    ours.save(tmp_path / "ours.json")
    assert json.loads((tmp_path / "ours.json").read_text("utf-8"))["merges"] == merges(theirs)
    assert len(ours) == theirs.get_vocab_size()
    other = MIXED + "\n".join(language.sample(300, np.random.default_rng(1)))
    for part in (text, other):
        assert ours.encode(part).tolist() == theirs.encode(part).ids
    marked = f"a{END}b{END}"
    assert ours.encode(marked, special=True).tolist() == theirs.encode(marked).ids


#: Characters that were in Unicode before either program's tables were made.
OLD = st.characters(codec="utf-8", exclude_categories=["Cn", "Co", "Cs"], max_codepoint=0x2FFF)


@settings(max_examples=100, deadline=None)
@given(st.text(st.one_of(st.sampled_from("ab c'"), OLD)), st.text(OLD), st.integers(257, 290))
def test_any_text_gets_the_same_numbers(learnt, text, n_tokens):
    ours = BytePairTokenizer.train(learnt, n_tokens, special_tokens=[END])
    theirs = trained(learnt, n_tokens)
    for part in (learnt, text):
        assert ours.encode(part).tolist() == theirs.encode(part).ids
