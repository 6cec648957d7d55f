"""The page about accuracy, made from what ``bench/corpus.py`` and ``bench/oracle.py`` have recorded."""  # noqa: INP001 - beside generate.py, no package

from __future__ import annotations

from typing import Any

__all__ = ["page"]

_HEAD = """\
# How much is found

What `cachekeys inputs` finds without running anything, against what real builds of real projects read.

- *traced*: the project's sdist, as a checkout (a repository with one commit and a tag; no `PKG-INFO`), was built by uv under `strace`,
  editable, or as a wheel where the table says so. What the kernel saw being opened below the project is the truth; variables are those
  that the project's own Python code read. The tracer of `cachekeys trace` has no part in it. Contourpy was built
  from the sdist as it is.
- *by hand*: the project does not build on our machine. Somebody read its build files and listed what they read, with the line for each
  (`bench/facts/`); headers are added by a small search of its own, `bench/_corpus/headers.py`.

**These are the projects that the detectors were improved on**: what was missed was looked at, and understood. Nothing in the detectors knows a
project by name, but a project that nobody has looked at may fare worse: see [held out](#held-out).
"""
_HELD_OUT = """\
## Held out

These projects were taken by their names only, to be of many kinds, after the detectors had been written, and measured before anybody had looked at them:
nothing had been learnt from them yet. In the tables of these looks, files of other platforms and options are not taken out: their precision is that of one platform.
After each look, what was missed was understood and mended where that could be done for every project.
"""
_LOOK = """\
### {title} look

With the detectors of commit {commit}.{unbuilt}
"""
_NOW = """\
### After these looks

The same projects today; files that other platforms and options read are judged by hand, as above. From here on these projects are no longer unseen.
"""
_TRACED = """\
## Static analysis and trace

`cachekeys trace` on another copy of the same projects, held against the same truth: the files and variables that the trace saw, and those that the static analysis
and the trace found together. *More*: files that the trace has and strace has not. A trace of one build cannot know what other platforms and options read.
Not every project was traced: some of the newest and a few long builds were left out.
"""
_ELSEWHERE = """\
## What other platforms and options read

Of the files that the lists by hand name for another platform, or for an option that is off, these are not found. They are no part of the recall above: {count} files.
"""
_COUNTED = """
## What is counted

- *Recall* is the share of the files that the build read that are listed. Not counted: what the build itself wrote or changed, `PKG-INFO`,
  `*.egg-info`, `.git*` files but `.gitignore`, bytecode. In an editable build `MANIFEST.in` and `.gitignore` are not counted either: they decide which files a
  wheel holds, and an editable one holds none. In a wheel, files that it takes over as they are (the package's own modules, say) count neither for nor
  against, unless the wheel has compiled files and a compiler may read them.
- *Precision* is the share of the listed files that were read, here or *elsewhere*: on another platform or with another option. Elsewhere is judged by
  hand, file by file, with a reason in `bench/corpus.toml` or `bench/facts/`. *On one platform* is the share that this one build read (or the list
  by hand names for it): a key for all platforms watches more than one of them needs. In wheels, listed files that are only copied count as read.
- *Variables*: `PATH`, `HOME` and the like are the shell's and are not counted; those that steer only speed or output are taken out by hand, with the reason.
  Variables that only C programs and CMake read are not in the traced truth.
- *ms* is processor time of the whole process.
"""
_ORACLE = """
## Asked of the real uv

One change at a time (each input, each variable, a commit, a tag, and files that are no inputs; in a project at most {most} of a kind that are watched,
and as many that are not), and the question to uv {uv} whether the installation is still fresh: under the keys that `check` proposes, then under the
project's own keys, or the defaults. uv has to miss each gap that we call an error, and to notice all that we call watched. *Other files in
proposed globs* lie beside the inputs: they are noticed although nothing reads them. What uv compares is the cache info in the dist-info of an
installation; it is made as uv itself computes it, so projects that cannot be built here are asked as well. The statements are those of commit {commit}.
"""
_AGAIN = """
## Again, and with your own project

```console
$ python bench/corpus.py                 # fetches, builds what was not built yet, scores; goes on where it was interrupted
$ python bench/corpus.py --only lxml     # what is missed and too much is listed in the directory that --lists names
$ python bench/corpus.py --trace         # traces, too, what was not traced yet
$ python bench/oracle.py --only lxml
```

<!-- Generated by docs/generate.py from bench/results/corpus.json and bench/results/oracle.json. -->
"""


def page(corpus: dict[str, Any], oracle: dict[str, Any], *looks: dict[str, Any]) -> str:
    """Return the page; *looks* are what was measured of projects held out before anybody had looked at them, the oldest first."""
    projects = [item for item in corpus["projects"] if not item.get("held_out")]
    fresh = [item for item in corpus["projects"] if item.get("held_out")]
    lines = [_HEAD]
    for traced, title in ((True, "Traced"), (False, "By hand")):
        chosen = [item for item in projects if item["traced"] == traced]
        lines += [f"## {title}: {len(chosen)} projects", "", *_table(chosen), ""]
    lines += _held_out([look for look in looks if look], fresh)
    lines += _traces(corpus["projects"])
    lines += ["## What is missed", "", *_named(corpus["projects"], "missed", "missed_variables"), ""]
    lines += ["## What is too much", "", *_named(corpus["projects"], "extra"), ""]
    count = sum(len(item["missed_elsewhere"]) for item in projects)
    lines += [_ELSEWHERE.format(count=count), *_named(projects, "missed_elsewhere", most=4), ""]
    lines.append("The detectors are those of commit " + corpus["commit"] + ".")
    lines += [
        _COUNTED.rstrip("\n"),
        _ORACLE.format(uv=oracle["uv"], most=oracle["most"], commit=oracle["commit"]),
        *_answers(oracle["projects"]),
    ]
    return "\n".join([*lines, _AGAIN.rstrip("\n"), ""])


def _table(items: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| project | mechanism | files read | found | recall | variables | found | listed | read elsewhere | precision | on one platform | ms |",
        "|---|---|" + "---:|" * 10,
    ]
    numbers = [_numbers(item) for item in items]
    for item, row in zip(items, numbers, strict=True):
        mode = ", wheel" if item["mode"] == "wheel" else ""
        lines.append(f"| {item['name']} {item['version']} | {item['mechanism']}{mode} | {_cells(row)} | {_ms(item)} |")
    total = tuple(sum(column) for column in zip(*numbers, strict=True))
    times = sorted(item["seconds"] for item in items)
    middle = f"{1000 * times[len(times) // 2]:.0f}" if times else "-"
    return [*lines, f"| **all** | | {_cells(total)} | median {middle} |"]


def _numbers(item: dict[str, Any]) -> tuple[int, ...]:
    return (
        item["truth"],
        len(item["missed"]),
        item["variables"],
        len(item["missed_variables"]),
        item["static"],
        item["elsewhere"],
        # Of a look at one project, 7,627 names are kept as their number.
        item["extra"] if isinstance(item["extra"], int) else len(item["extra"]),
    )


def _cells(numbers: tuple[int, ...]) -> str:
    truth, missed, variables, lost, static, elsewhere, extra = numbers
    here = _share(static - extra - elsewhere, static)
    found = f"{truth} | {truth - missed} | {_share(truth - missed, truth)}"
    return f"{found} | {variables} | {variables - lost} | {static} | {elsewhere} | {_share(static - extra, static)} | {here}"


def _ms(item: dict[str, Any]) -> str:
    return f"{1000 * item['seconds']:.0f}"


def _share(part: int, whole: int) -> str:
    if not whole:
        return ""
    return "100 %" if part == whole else f"{int(1000 * part / whole) / 10:.1f} %"


def _held_out(looks: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[str]:
    if not looks:
        return []
    lines = [_HELD_OUT]
    for title, look in zip(_ORDINALS, looks, strict=False):
        unbuilt = f" {look['not_built']}" if look.get("not_built") else ""
        lines += [_LOOK.format(title=title, commit=look["commit"], unbuilt=unbuilt), *_table(look["projects"])]
        lines += ["", "Missed:", "", *_named(look["projects"], "missed", "missed_variables"), ""]
    return [*lines, _NOW, *_table(now), ""] if now else lines


_ORDINALS = ("First", "Second", "Third", "Fourth")


def _family(item: dict[str, Any]) -> str:
    """Return the kind of build, told by the mechanism."""
    told = item["mechanism"].lower()
    marks = {"meson": "meson", "scikit-build": "CMake", "maturin": "Cargo"}
    others = ("hatchling", "pdm", "poetry", "flit")
    found = next((family for mark, family in marks.items() if mark in told), None)
    return found or ("other back ends" if told.startswith(others) else "setuptools")


def _traces(items: list[dict[str, Any]]) -> list[str]:
    chosen = [item for item in items if item.get("trace")]
    if not chosen:
        return []
    files = "files read | static | trace | together | more"
    lines = [_TRACED, f"| | projects | {files} | variables | static | trace | together |", "|---|" + "---:|" * 10]
    for held_out, title in ((False, ""), (True, ", held out")):
        group = [item for item in chosen if bool(item.get("held_out")) == held_out]
        families = sorted({_family(item) for item in group}, key=str.lower)
        lines += (_traced_row(name + title, [item for item in group if _family(item) == name]) for name in families)
    lines += [_traced_row("**all**", chosen), "", "Missed by the trace:", ""]
    missed = [{"name": item["name"], **item["trace"]} for item in chosen]
    return [*lines, *_named(missed, "missed", "missed_variables"), ""]


def _traced_row(title: str, items: list[dict[str, Any]]) -> str:
    cells = [str(len(items))]
    for what, lost in (("truth", "missed"), ("variables", "missed_variables")):
        whole = sum(item[what] for item in items)
        misses = (
            sum(len(item[lost]) for item in items),
            sum(len(item["trace"][lost]) for item in items),
            sum(len(item["trace"][f"{lost}_together"]) for item in items),
        )
        cells += [str(whole), *(_share(whole - number, whole) for number in misses)]
        cells += [str(sum(len(item["trace"]["more"]) for item in items))] if what == "truth" else []
    return f"| {title} | {' | '.join(cells)} |"


def _named(projects: list[dict[str, Any]], *keys: str, most: int = 12) -> list[str]:
    lines = []
    for item in projects:
        names = [f"`{name}`" for key in keys for name in item[key]]
        if names:
            more = f" and {len(names) - most} more" if len(names) > most else ""
            reason = item.get("explanation")
            lines.append(f"- {item['name']}: {', '.join(names[:most])}{more}{f': {reason}' if reason else ''}")
    return lines or ["Nothing."]


def _answers(rows: list[dict[str, Any]]) -> list[str]:
    columns = (
        "questions",
        "inputs",
        "errors",
        "missed",
        "watched",
        "noticed",
        "wanted",
        "caught",
        "beside",
        "disagreements",
    )
    head = (
        "| project | questions | inputs | gaps that are errors | uv misses | called watched | uv notices "
        "| with proposed keys, to be noticed | uv notices | other files in proposed globs | disagreements |"
    )
    total = {key: sum(row.get(key, 0) for row in rows) for key in columns}
    every = [*rows, {"project": f"**all ({len(rows)})**", **total}]
    cells = [f"| {row['project']} | " + " | ".join(str(row.get(key, "-")) for key in columns) + " |" for row in every]
    return [head, "|---|" + "---:|" * len(columns), *cells]
