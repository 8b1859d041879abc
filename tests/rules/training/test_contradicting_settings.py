"""A configuration file that the log overrides."""

from tests.rules.asking import only


def test_a_configuration_file_that_the_log_overrides_is_told_with_both_places() -> None:
    finding = only([{"lr": 0.01, "runs/a/config.yaml": {"lr": 0.02}}], "FR211")
    assert [where.path for where in finding.where] == ["runs/a/config.yaml", "case"]
    assert "says lr 0.02 and the log 0.01" in finding.message
