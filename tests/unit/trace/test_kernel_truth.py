from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from support.kernel_truth import available, files_read, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

pytestmark = pytest.mark.skipif(not available(), reason="strace is absent or may not trace")


def test_reads_of_all_processes_are_seen_wherever_they_stand(make_project: MakeProject) -> None:
    files = {
        "run.sh": "cat a; (cd sub && cat b && cat ../c); echo $(cat 'ä b')",
        "a": "",
        "sub/b": "",
        "c": "",
        "ä b": "",
    }
    root = make_project({**files, "not read": ""})
    assert files_read(["sh", "run.sh"], root) == {"run.sh", "a", "sub/b", "c", "ä b"}


def test_what_the_build_wrote_first_is_no_input(make_project: MakeProject) -> None:
    root = make_project({"a": "1", "old": "x"})
    script = "cat a > made; cat made; cp made old; cat old; mv made moved; cat moved; echo 2 >> a"
    assert files_read(["sh", "-c", script], root) == {"a"}


def test_a_file_that_is_read_and_then_changed_is_an_input(make_project: MakeProject) -> None:
    root = make_project({"a": "1"})
    truth = watch(["sh", "-c", "cat a; echo 2 > a"], root)
    assert (truth.read, truth.written) == ({"a"}, {"a"})


def test_probes_and_listings_are_told_from_reads(make_project: MakeProject) -> None:
    root = make_project({"here": "", "sub/x": ""})
    truth = watch(["sh", "-c", "test -e here; test -e absent; ls sub"], root)
    assert truth.read == set()
    assert truth.listed == {"sub"}
    assert "here" in truth.stated
    assert "absent" in truth.missing


def test_a_failing_command_is_not_taken_for_a_build(make_project: MakeProject) -> None:
    root = make_project({"a": ""})
    with pytest.raises(subprocess.CalledProcessError, match="3"):
        files_read(["sh", "-c", "cat a; exit 3"], root)


def test_the_programs_that_read_are_known(make_project: MakeProject) -> None:
    root = make_project({"a": "", "run.sh": "cat a; sh -c 'read line < a; sed -n p a'"})
    truth = watch(["sh", "run.sh"], root)
    assert truth.readers == {"a": {"cat", "sh", "sed"}, "run.sh": {"sh"}}
