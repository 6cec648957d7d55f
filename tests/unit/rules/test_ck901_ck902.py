from __future__ import annotations

import os
from typing import TYPE_CHECKING

from support.rule_cases import analysis_of, findings, native, pyproject

from cachekeys.inputs.detect import DetectorFailure
from cachekeys.inputs.model import Origin, Unresolved

if TYPE_CHECKING:
    from support.rule_cases import Make


def test_what_a_detector_left_open(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject()})
    item = Unresolved("open() of a name that is only known at run time", Origin("setup.py", 7, 9))
    (finding,) = findings("CK901", analysis_of(root, item))
    assert (finding.file, finding.line, finding.column, finding.severity) == ("setup.py", 7, 9, "info")
    assert finding.message.startswith("open() of a name")
    assert finding.fix is not None
    assert "[tool.cachekeys]" in finding.fix.title


def test_what_could_not_be_read(make_project: Make) -> None:
    root = make_project(
        {"pyproject.toml": pyproject(), "setup.cfg": b"[metadata]\nname = \xff\n", "a.c": b"/* \xe9 */"}
    )
    analysis = analysis_of(root, native("b.h"))
    analysis.project.read_text("a.c")
    analysis.project.read_text("setup.cfg")
    os.mkdir(root / "b.h")
    analysis.project.read_text("b.h")
    found = {finding.file: finding for finding in findings("CK901", analysis)}
    assert found.keys() == {"setup.cfg", "a.c", "b.h"}
    assert (found["setup.cfg"].severity, found["setup.cfg"].line) == ("warning", 2)
    assert found["b.h"].severity == "warning"  # an input
    assert found["a.c"].severity == "info"


def test_failed_detectors(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject()})
    failures = (DetectorFailure("odoo-extra (cachekeys-odoo)", "KeyError: 'addons'"),)
    ours = DetectorFailure("cmake", "IndexError: pop from empty list")
    finding, remark = findings("CK902", analysis_of(root, failures=(*failures, ours)))
    assert remark.severity == "info"  # a fault of our own fails nobody's build
    assert remark.fix is not None
    assert "report" in remark.fix.title
    assert finding.severity == "warning"
    assert "odoo-extra (cachekeys-odoo)" in finding.message
    assert "KeyError" in finding.message


def test_nothing_to_say(make_project: Make) -> None:
    analysis = analysis_of(make_project({"pyproject.toml": pyproject()}))
    assert not findings("CK901", analysis)
    assert not findings("CK902", analysis)
