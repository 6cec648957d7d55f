"""The real vLLM, read and never run: what its build depends on, found in its sdist from the registry.

The sdist is kept in ``$CACHEKEYS_TEST_CACHE`` (default: ``cachekeys-tests`` in the user's cache directory).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.builds import git_init

from cachekeys.inputs.detect import detect
from cachekeys.project import Project

if TYPE_CHECKING:
    from cachekeys.inputs.detect import Inputs
    from cachekeys.inputs.model import Origin

pytestmark = pytest.mark.network

VERSION = "0.10.0"
DEVICES = ("common", "cpu", "cuda", "neuron", "rocm", "tpu", "xpu")


def _sdist() -> Path:
    """Return the sdist, from the cache or the registry; the registry's client does not build it."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cachekeys-tests"
    cache = Path(os.environ.get("CACHEKEYS_TEST_CACHE") or default)
    file = cache / f"vllm-{VERSION}.tar.gz"
    if not file.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "unearth", f"vllm=={VERSION}", "--no-binary", "--download", str(cache)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if not file.is_file():
            pytest.skip(f"cannot be downloaded: {done.stderr.strip()[-200:]}")
    return file


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return vLLM as a git checkout with its tag: without what makes it an sdist."""
    place = tmp_path_factory.mktemp("vllm")
    with tarfile.open(_sdist()) as archive:
        archive.extractall(place, filter="data")
    root = place / f"vllm-{VERSION}"
    (root / "PKG-INFO").unlink()
    shutil.rmtree(root / "vllm.egg-info")
    git_init(root, f"v{VERSION}")
    return root


@pytest.fixture(scope="module")
def inputs(checkout: Path) -> Inputs:
    found = detect(Project(checkout))
    assert found.failures == ()
    return found


@pytest.fixture(scope="module")
def names(inputs: Inputs) -> set[str]:
    """Return what the build reads, optional inputs left out."""
    return {item.what for item in inputs.inputs if not item.optional}


def line_at(root: Path, origin: Origin) -> str:
    """Return the text of the line that an input points at."""
    return (root / origin.file).read_text(encoding="utf-8").splitlines()[(origin.line or 1) - 1]


def test_the_version_comes_from_git(inputs: Inputs) -> None:
    git = {item.what: item for item in inputs.inputs if item.kind == "git"}
    assert git.keys() == {"commit", "tags"}
    assert {item.role for item in git.values()} == {"scm-version"}
    assert "vllm/_version.py" in {output.what for output in inputs.outputs}


def test_every_requirements_file_that_setup_py_can_reach(checkout: Path, inputs: Inputs) -> None:
    found = {item.what for item in inputs.inputs if item.role == "requirements"}
    script = (checkout / "setup.py").read_text(encoding="utf-8")
    named = {f"requirements/{name}" for name in re.findall(r'_read_requirements\("([\w.]+)"\)', script)}
    assert len(named) == 7
    nested = {
        f"requirements/{line.split()[1]}"
        for name in named
        for line in (checkout / name).read_text(encoding="utf-8").splitlines()
        if line.startswith("-r ")
    }
    assert found == named | nested == {f"requirements/{name}.txt" for name in DEVICES}


def test_lists_files_of_cmake(checkout: Path, names: set[str]) -> None:
    files = [path for path in (checkout / "cmake").rglob("*") if path.is_file()]
    assert {path.relative_to(checkout).as_posix() for path in files} | {"CMakeLists.txt"} <= names


def test_sources_that_cmake_names(checkout: Path, names: set[str]) -> None:
    lists = ["CMakeLists.txt", "cmake/cpu_extension.cmake"]
    text = "\n".join((checkout / name).read_text(encoding="utf-8") for name in lists)
    named = {name for name in re.findall(r"csrc/[\w/.-]+\.(?:cu|cpp)\b", text) if (checkout / name).is_file()}
    assert len(named) == 90
    assert named <= names


def test_headers_and_what_is_left(checkout: Path, inputs: Inputs, names: set[str]) -> None:
    suffixes = {".c", ".cc", ".cpp", ".cu", ".cuh", ".h", ".hpp", ".inl"}
    native = {p.relative_to(checkout).as_posix() for p in (checkout / "csrc").rglob("*") if p.suffix in suffixes}
    # The generated kernels in the sdist come from an earlier build: outputs.
    left = {name for name in native - names if "/generated/" not in name}
    assert left == {
        "csrc/core/exception.hpp",  # nobody includes it
        "csrc/custom_all_reduce_test.cu",  # a program of its own
        "csrc/sparse/cutlass/sparse_compressor_c3x.cuh",  # nobody includes it
    }
    header = next(item for item in inputs.inputs if item.what == "csrc/attention/dtype_fp8.cuh")
    assert header.why == f"{header.origin.file} includes it"
    assert "#include" in line_at(checkout, header.origin)


def test_generated_kernels_are_outputs_and_their_generators_inputs(inputs: Inputs, names: set[str]) -> None:
    written = {output.what for output in inputs.outputs}
    assert "csrc/quantization/gptq_marlin/kernel_fp16_ku4.cu" in written
    assert "csrc/quantization/machete/generated/**/*" in written
    scripts = {item.what for item in inputs.inputs if item.role == "build-script"}
    assert scripts >= {
        "vllm/envs.py",
        "cmake/hipify.py",
        "csrc/quantization/gptq_marlin/generate_kernels.py",
        "csrc/quantization/machete/generate.py",
        "csrc/moe/marlin_moe_wna16/generate_kernels.py",
    }
    # what the generated code includes
    assert "csrc/quantization/gptq_marlin/marlin_template.h" in names


def test_environment_variables(checkout: Path, inputs: Inputs) -> None:
    env = {item.what: item for item in inputs.inputs if item.kind == "env" and not item.optional}
    assert env.keys() == {
        # behind envs.*, evaluated by a function in vllm/envs.py when setup.py asks
        "VLLM_TARGET_DEVICE",
        "VLLM_USE_PRECOMPILED",
        "VLLM_PRECOMPILED_WHEEL_LOCATION",
        "VLLM_TEST_USE_PRECOMPILED_NIGHTLY_WHEEL",
        "CMAKE_BUILD_TYPE",
        # setup.py itself
        "FETCHCONTENT_BASE_DIR",
        # CMake
        "VLLM_CUTLASS_SRC_DIR",
        "VLLM_FLASH_ATTN_SRC_DIR",
        "FLASH_MLA_SRC_DIR",
        "PYTORCH_ROCM_ARCH",
        "ACL_ROOT_DIR",
        "VLLM_CPU_AVX512BF16",
        "VLLM_CPU_AVX512VNNI",
        "VLLM_CPU_DISABLE_AVX512",
    }
    # MAX_JOBS, NVCC_THREADS and VERBOSE are read too: they change nothing in the wheel
    place = env["VLLM_USE_PRECOMPILED"].origin
    assert place.file == "setup.py"
    assert "envs.VLLM_USE_PRECOMPILED" in line_at(checkout, place)


def test_only_a_file_that_a_variable_names_is_left_open(inputs: Inputs) -> None:
    assert [item.message for item in inputs.unresolved] == [
        "opens a file whose name depends on $VLLM_PRECOMPILED_WHEEL_LOCATION"
    ]
