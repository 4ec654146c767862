"""Start the kernel that runs the cells of the book: `python launch.py -f CONNECTION_FILE`.

Not a start-up file of IPython's: an error in one of those is only logged, and the page would
go on without the figure style. Here it ends the kernel, and so the build.
"""

import logging
import sys
from pathlib import Path

import figure_style
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config


def main() -> None:
    """Run a kernel with the book's settings until it is told to stop."""
    sys.path.append(str(Path(__file__).parents[2]))  # for `figures`, which no package brings
    config = Config()
    # No history: two kernels at a time would wait for each other's lock on the file.
    config.HistoryManager.enabled = False
    # The kernel warns that it listens on this machine; a page isn't the place for it.
    app = IPKernelApp.instance(config=config, log_level=logging.ERROR)
    app.initialize()
    figure_style.install()
    app.start()


if __name__ == "__main__":
    main()
