"""``cachekeys rule``: the documentation of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.cli._options import add_common

if TYPE_CHECKING:
    import argparse

__all__ = ["add_to"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "rule",
        help="explain a rule, or list all",
        description="Print the documentation page of a rule; without a code, list all.",
    )
    parser.add_argument("code", nargs="?", metavar="CODE", help="code of a rule, as CK101")
    add_common(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from cachekeys.rules import registry

    found = [registry.get(arguments.code)] if arguments.code else list(registry.all_rules())
    if arguments.format == "json":
        from cachekeys.report.document import dump, rules  # only for this format

        print(dump(rules([(rule, registry.page(rule.code)) for rule in found])))
        return 0
    from cachekeys.report.console import write

    if arguments.code:
        page = registry.page(found[0].code).rstrip("\n").split("\n")
        write([[(text, "bold" if text.startswith("#") else "")] for text in page], color=arguments.color)
    else:
        width = max(len(rule.name) for rule in found)
        write(
            [[(rule.code, "bold"), (f"  {rule.name:<{width}}  {rule.title}", "")] for rule in found],
            color=arguments.color,
        )
    return 0
