"""What holds for all tests: no luck, no waiting, JAX in double precision on the CPU."""

import os

# Set before anything imports JAX, which reads them once.
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"

import hypothesis

# The same examples every time: a test that fails must fail again. (Almost: Hypothesis also
# draws the constants of our modules that are loaded, which differ from worker to worker. So a
# law has to hold for any example: look with `--hypothesis-profile=search`.) No deadline,
# because machines pause.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("steady")
