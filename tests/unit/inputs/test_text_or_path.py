"""Functions that setup.py hands a string to: which take it for the name of a file, and which for text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.setup_script import analyse_script
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = """
    json.loads tomllib.loads tomli.loads toml.loads tomlkit.parse rtoml.load yaml.safe_load yaml.load yaml.full_load
    yaml.safe_load_all yaml.dump pickle.loads plistlib.loads orjson.loads json5.loads xml.etree.ElementTree.fromstring
    xml.dom.minidom.parseString lxml.html.fromstring io.StringIO io.BytesIO email.message_from_string
    email.parser.Parser().parsestr ast.parse ast.literal_eval textwrap.dedent string.Template
    configparser.ConfigParser().read_string hashlib.sha256 base64.b64decode zlib.crc32 shlex.split html.escape
    urllib.parse.quote print warnings.warn logging.info packaging.version.parse packaging.requirements.Requirement
    fnmatch.fnmatch glob.escape os.path.basename re.compile inspect.cleandoc jinja2.Template
    jinja2.Environment().from_string markdown.markdown docutils.core.publish_string pypandoc.convert_text m2r.convert
    click.echo difflib.unified_diff json.dumps tomli_w.dumps
""".split()  # noqa: SIM905 - one name a line would hide them
PATHS = """
    toml.load configparser.ConfigParser().read xml.etree.ElementTree.parse xml.dom.minidom.parse lxml.etree.parse
    linecache.getlines runpy.run_path zipfile.ZipFile tarfile.open numpy.loadtxt numpy.load pandas.read_csv PIL.Image.open
    pypandoc.convert_file m2r.parse_from_file gzip.open codecs.open fileinput.input tokenize.open io.open
    setuptools.config.setupcfg.read_configuration ruamel.yaml.YAML().load markdown.markdownFromFile omegaconf.OmegaConf.load
    dotenv.dotenv_values
""".split()  # noqa: SIM905 - one name a line would hide them


def reads(make_project: Callable[..., Path], name: str, argument: str = '"data.json"') -> bool:
    """Tell whether a call of the function *name* is taken to read the file that its argument could name."""
    module = name.partition("(")[0].rpartition(".")[0]
    script = f"from setuptools import setup\nfrom pathlib import Path\nimport {module or 'os'}\nx = {name}({argument})\nsetup()\n"
    analysed = analyse_script(Project(make_project({"setup.py": script, "data.json": "{}"})))
    assert analysed is not None
    return any(path == "data.json" for _, path in analysed.facts.reads)


@pytest.mark.parametrize("name", TEXT)
def test_text_is_no_name(make_project: Callable[..., Path], name: str) -> None:
    assert not reads(make_project, name)


@pytest.mark.parametrize("name", PATHS)
def test_a_name_is_opened(make_project: Callable[..., Path], name: str) -> None:
    assert reads(make_project, name)


@pytest.mark.parametrize(
    "name", ["json.load", "tomllib.load", "yaml.safe_load", "yaml.full_load", "plistlib.load", "toml.load"]
)
def test_an_open_file_is_read(make_project: Callable[..., Path], name: str) -> None:
    assert reads(make_project, name, 'open("data.json", "rb")')


@pytest.mark.parametrize("name", ["json.loads", "tomllib.loads", "yaml.safe_load", "hashlib.sha256"])
def test_the_text_of_a_file_is_read(make_project: Callable[..., Path], name: str) -> None:
    assert reads(make_project, name, 'Path("data.json").read_text()')
