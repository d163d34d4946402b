"""`settlement-sim schema`: what may a scenario file say, for editors?"""

from __future__ import annotations

from pathlib import Path

import click


@click.command("schema")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; printed when left out.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema (2020-12) of scenario files, with the built-in policies and their parameters.

    Name it in the first line of a scenario: # yaml-language-server: $schema=scenario-1.json

    \b
    Example:
      settlement-sim schema --out scenario-1.json
    """
    from settlement_sim.scenario.json_schema import schema_text

    if out is None:
        click.echo(schema_text(), nl=False)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(schema_text(), "utf-8", newline="\n")
        click.echo(str(out))
