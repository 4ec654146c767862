"""Real errata, read as printed: enough are read, the wrong ones rejected, the corrected ones accepted."""

from pathlib import Path

import pytest

from nnmath.formula import errata

TABLE = Path(__file__).parents[1] / "errata" / "errata.toml"


@pytest.mark.parametrize("seed", range(3))
def test_the_table(seed):
    report = errata.run(TABLE, seed)
    assert len(report.outcomes) == 76
    assert report.read >= 60
    assert report.recall == 1.0
    assert report.count("false alarm") == 0
    assert sum(count for count, _ in report.by("kind").values()) == 76


def test_the_command_prints_a_report(capsys):
    assert errata.main([str(TABLE)]) == 0
    assert "63 of 76 read, recall 1.000, 0 false alarms" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("right", "wrong", "extra", "status"),
    [
        ("x = y", "x = 2 y", 'context = ["x = y"]', "told apart"),
        ("x = y", "x = y + 0", 'context = ["x = y"]', "missed"),
        ("x = 3 y", "x = 2 y", 'context = ["x = y"]', "false alarm"),
        ("x = )", "x = 2 y", 'context = ["x = y"]', "not read"),
        ("x = )", "x = 2 y", 'undecided = "nobody knows"', "not read"),
        ("x = y", "x = 2 y", 'undecided = "nobody knows"', "undecided"),
        ("x = y", "x = 2 y", 'missing = "everything"', "not read"),
    ],
)
def test_outcomes(tmp_path, right, wrong, extra, status):
    table = tmp_path / "table.toml"
    table.write_text(
        f'[[erratum]]\nid = "one"\nsource = "s"\ntopic = "t"\nkind = "k"\nwrong = "{wrong}"\nright = "{right}"\n'
        f'as = "claim"\nsymbols = ["x", "y :: domain: positive"]\n{extra}\n'
    )
    report = errata.run(table)
    assert report.outcomes[0].status == status
    assert errata.Report(()).recall == 1.0
