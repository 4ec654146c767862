"""The image set, and the digits that come with the package."""

import dataclasses
import importlib.util
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnmath.datasets import ImageSet, load_digits

ROOT = Path(__file__).parents[1]


def small(n: int = 3) -> ImageSet:
    """Return n images of 2 x 3 pixels that are all different."""
    images = np.arange(6 * n, dtype=np.uint8).reshape(n, 2, 3)
    return ImageSet(images, np.arange(n) % 10, white=6 * n)


class TestDigits:
    def test_are_the_same_as_scikit_learns(self) -> None:
        from sklearn.datasets import load_digits as reference

        theirs, ours = reference(), load_digits()
        np.testing.assert_array_equal(ours.images, theirs.images)
        np.testing.assert_array_equal(ours.labels, theirs.target)
        np.testing.assert_array_equal(ours.vectors(), theirs.data / 16)

    def test_have_the_counts_that_the_source_states(self) -> None:
        # UCI's table for the test part, digits 0 to 9.
        counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
        assert np.bincount(load_digits().labels).tolist() == counts
        assert sum(counts) == len(load_digits()) == 1797

    def test_the_first_pixels_by_hand(self) -> None:
        digits = load_digits()
        assert digits.images[0, 0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
        assert digits.vectors()[0, 3] == 13 / 16
        assert digits.white == digits.images.max() == 16

    def test_file_is_small_and_states_source_and_licence(self) -> None:
        data = resources.files("nnmath") / "data"
        assert len((data / "digits.npz").read_bytes()) < 35_000
        about = (data / "README.md").read_text("utf-8")
        for text in (about, load_digits.__doc__):
            assert "https://doi.org/10.24432/C50P49" in text
            assert "Creative Commons" in text

    def test_can_be_made_again(self, tmp_path: Path) -> None:
        specification = importlib.util.spec_from_file_location(
            "make_digits", ROOT / "tools" / "make_digits.py"
        )
        tool = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(tool)
        tool.main(tmp_path / "again.npz")
        with np.load(tmp_path / "again.npz") as again, np.load(tool.TARGET) as kept:
            assert again["digits"].dtype == kept["digits"].dtype == np.uint8
            np.testing.assert_array_equal(again["digits"], kept["digits"])


class TestImageSet:
    def test_vector_by_hand(self) -> None:
        # Rows end to end, each pixel divided by white: 0, 3, 6 and 12 of 12.
        one = ImageSet(np.array([[[0, 3], [6, 12]]], dtype=np.uint8), np.array([4]), white=12)
        assert one.vectors().tolist() == [[0.0, 0.25, 0.5, 1.0]]
        assert one.targets().tolist() == [[0, 0, 0, 0, 1, 0, 0, 0, 0, 0]]
        assert len(one) == 1
        assert repr(one) == "ImageSet(1 image of 2 x 2 pixels, white=12)"
        assert repr(small()) == "ImageSet(3 images of 2 x 3 pixels, white=18)"

    @pytest.mark.parametrize("dtype", [np.float32, np.float64, "float32"])
    def test_dtype_is_the_one_asked_for(self, dtype: object) -> None:
        assert small().vectors(dtype).dtype == np.dtype(dtype)
        assert small().targets(dtype).dtype == np.dtype(dtype)

    @given(
        arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(1, 5))),
        st.sampled_from([np.float32, np.float64]),
    )
    def test_vectors_keep_every_pixel(self, images: np.ndarray, dtype: type) -> None:
        labels = np.arange(len(images))
        images_again = np.rint(ImageSet(images, labels, white=255).vectors(dtype) * 255)
        np.testing.assert_array_equal(images_again.reshape(images.shape), images)

    @given(st.lists(st.integers(0, 9), min_size=1, max_size=20))
    def test_targets_point_at_the_labels(self, labels: list[int]) -> None:
        images = np.zeros((len(labels), 1, 1), dtype=np.uint8)
        targets = ImageSet(images, labels, white=1).targets()
        assert targets.argmax(axis=1).tolist() == labels
        assert targets.sum(axis=1).tolist() == [1.0] * len(labels)

    def test_takes_lists_and_small_integers_as_labels(self) -> None:
        images = np.zeros((2, 1, 1), dtype=np.uint8)
        for labels in ([3, 9], np.array([3, 9], dtype=np.uint8)):
            found = ImageSet(images, labels, white=1).labels
            assert found.dtype == np.int64
            assert found.tolist() == [3, 9]

    def test_cannot_be_changed_and_leaves_the_callers_arrays_alone(self) -> None:
        images, labels = np.ones((2, 1, 1), dtype=np.uint8), np.array([3, 9])
        both = ImageSet(images, labels, white=1)
        with pytest.raises(ValueError, match="read-only"):
            both.images[0] = 0
        with pytest.raises(ValueError, match="read-only"):
            both.labels[0] = 0
        with pytest.raises(dataclasses.FrozenInstanceError):
            both.white = 2
        assert images.flags.writeable
        assert labels.flags.writeable


class TestSplit:
    @given(st.integers(2, 30), st.integers(1, 29), st.integers(0, 2**32))
    def test_each_image_is_in_one_set_with_its_label(self, n: int, first: int, seed: int) -> None:
        first = min(first, n - 1)
        images = np.arange(n, dtype=np.uint8).reshape(n, 1, 1)
        parts = ImageSet(images, np.arange(n) % 10, white=255).split(
            first, np.random.default_rng(seed)
        )
        assert [len(part) for part in parts] == [first, n - first]
        pixels = np.concatenate([part.images.ravel() for part in parts])
        assert sorted(pixels.tolist()) == list(range(n))
        np.testing.assert_array_equal(np.concatenate([part.labels for part in parts]), pixels % 10)
        assert {part.white for part in parts} == {255}

    def test_same_seed_gives_the_same_sets_and_another_does_not(self) -> None:
        digits = load_digits()
        one, same, other = (
            digits.split(100, np.random.default_rng(seed))[0].images for seed in (1, 1, 2)
        )
        np.testing.assert_array_equal(one, same)
        assert not np.array_equal(one, other)

    @pytest.mark.parametrize(("n", "got"), [(3, "got 3"), (0, "got 0"), (-1, "got -1")])
    def test_refuses_an_empty_set(self, n: int, got: str) -> None:
        with pytest.raises(ValueError, match=f"^n: expected .*{got}$"):
            small(3).split(n, np.random.default_rng(0))

    def test_refuses_wrong_types(self) -> None:
        with pytest.raises(TypeError, match="^n: expected a whole number"):
            small().split(1.0, np.random.default_rng(0))
        with pytest.raises(TypeError, match=r"^rng: expected a numpy.random.Generator"):
            small().split(1, 0)


IMAGES = np.ones((2, 3, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("images", "labels", "white", "error", "message"),
    [
        (
            IMAGES.astype(float),
            [0, 1],
            1,
            TypeError,
            "images: expected a NumPy array of unsigned bytes .* float64",
        ),
        (IMAGES.tolist(), [0, 1], 1, TypeError, "images: expected a NumPy array of unsigned bytes"),
        (
            IMAGES[0],
            [0, 1, 2],
            1,
            ValueError,
            r"images: expected shape \(N, height, width\) .* got shape \(3, 3\)",
        ),
        (IMAGES[:0], [], 1, ValueError, r"images: .* got shape \(0, 3, 3\)"),
        (
            IMAGES * 9,
            [0, 1],
            8,
            ValueError,
            "images: expected pixels of at most white = 8, got a pixel of 9",
        ),
        (
            IMAGES,
            [0],
            1,
            ValueError,
            r"labels: expected one for each image, shape \(2,\), got shape \(1,\)",
        ),
        (IMAGES, [[0, 1]], 1, ValueError, r"labels: .* got shape \(1, 2\)"),
        (
            IMAGES,
            [0, 10],
            1,
            ValueError,
            "labels: expected numbers from 0 to 9, got 10",
        ),
        (
            IMAGES,
            [-1, 1],
            1,
            ValueError,
            "labels: expected numbers from 0 to 9, got -1",
        ),
        (IMAGES, [0.0, 1.0], 1, TypeError, "labels: expected integers"),
        (IMAGES, [0, 1], 0, ValueError, "white: expected a whole number of at least 1, got 0"),
        (IMAGES, [0, 1], 256, ValueError, "white: expected a whole number from 1 to 255, got 256"),
        (IMAGES, [0, 1], 1.0, TypeError, "white: expected a whole number"),
    ],
)
def test_bad_input_is_named(
    images: object, labels: object, white: object, error: type, message: str
) -> None:
    with pytest.raises(error, match=f"^{message}"):
        ImageSet(images, labels, white)


@pytest.mark.parametrize("dtype", [np.int64, complex, "no such type", bool])
def test_vectors_and_targets_refuse_other_types(dtype: object) -> None:
    for method in (small().vectors, small().targets):
        with pytest.raises(TypeError, match="^dtype: expected a real floating dtype, got"):
            method(dtype)
