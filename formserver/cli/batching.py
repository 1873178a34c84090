"""``calculate-batch``: a filled batch workbook in, the result workbook out; with a database confirmed figures hold."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from formserver.calculation.results import Verdict
from formserver.calculators.batch_book import input_book
from formserver.calculators.batch_columns import batch_product
from formserver.calculators.batch_reading import read_batch
from formserver.calculators.batch_running import engine_for, run_batch
from formserver.calculators.batch_summary import FAULTY, Tally
from formserver.cli.calculating import FOUND_SOMETHING, definitions
from formserver.cli.generating import write_file
from formserver.cli.main import EXIT_CODES, output_unwritable
from formserver.core.clock import SystemClock, today_in_china
from formserver.core.errors import Kind


@click.command("calculate-batch")
@click.argument(
    "path",
    metavar="[IN.xlsx]",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "-o",
    "--output",
    metavar="OUT.xlsx",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="写到哪个文件 where to write",
)
@click.option(
    "--template",
    "products",
    multiple=True,
    metavar="CALCULATOR.PRODUCT",
    help="不计算，写出这种产品的空白数据表（可重复） write the workbook to fill in instead",
)
@click.option("--shipped", is_flag=True, help="只用随附的定义，不看数据库 ignore the database")
def calculate_batch(path: Path | None, output: Path, products: tuple[str, ...], shipped: bool) -> None:
    """批量对标：逐行核算数据表，写出结果和汇总。Benchmark every row of a workbook.

    数据表由 --template cement.clinker 写出，填好后作为 IN.xlsx。

    退出码：0 各行达标或不适用，1 有不达标或待确认，3 有不完整或未计算的行。Exit: 0 all pass, 1 some fail, 3 some incomplete.
    """
    if (path is None) == (not products):
        raise click.UsageError("请给出 IN.xlsx，或用 --template 选择产品。Give IN.xlsx or --template.")
    library, confirmed = definitions(shipped=shipped)
    today = today_in_china(SystemClock())
    if path is None:
        write_file(output, input_book([batch_product(library, name, today) for name in products]))
        return
    book = read_batch(path.read_bytes(), path.name, library, today)
    partial = output.with_name(output.name + ".part")
    try:
        with partial.open("w+b") as target:
            tally = run_batch(book, engine_for(library, confirmed), today, target, _told)
        partial.replace(output)
    except OSError as error:
        raise output_unwritable(output, error) from error
    finally:
        partial.unlink(missing_ok=True)
    _summary(tally)
    sys.exit(_exit_code(tally))


def _told(percent: int, text: str) -> None:
    click.echo(f"{percent:3d}% {text}", err=True)


def _summary(tally: Tally) -> None:
    for text in tally.remarks:
        click.echo(f"· {text}")
    click.echo(
        "，".join(f"{word} {count} 行" for word, count in tally.counts.items() if count) or "没有数据行"
    )


def _exit_code(tally: Tally) -> int:
    counts = tally.counts
    if counts[FAULTY] or counts[Verdict.INCOMPLETE.value]:
        return EXIT_CODES[Kind.INVALID]
    return FOUND_SOMETHING if counts[Verdict.FAIL.value] or counts[Verdict.UNCONFIRMED.value] else 0
