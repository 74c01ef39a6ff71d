"""`python -m starter.slips.make_templates`: makes the Word templates anew, one for each language.

They look like a Chinese official document: A4 with its margins, a centred title, one ruled table.
A park that wants another look edits a copy in Word and names it with `--template`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from runtime.text import LANGUAGES, text
from starter.slips import template_of
from starter.slips.rows import BLANK, ROWS, Row

SONG, HEI, FANGSONG = "宋体", "黑体", "仿宋"
_LATIN = "Times New Roman"
_WIDTHS = (Cm(2.6), Cm(5.2), Cm(2.6), Cm(5.2))
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - the file's own date, in no zone

_HEIGHTS = {"text": Cm(2.6), "due": Cm(2.2), "reason": Cm(1.6), "requirements": Cm(2.2)}
_HEIGHTS |= {"answer": Cm(2.6), "receipt": Cm(1.2)}
"""At least so high; with texts of usual length a slip is one page."""


def make(kind: str, lang: str) -> Document:
    """One template."""
    document = docx.Document()
    _page(document)
    _properties(document, text(f"slip.{kind}_title", lang))
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(12)
    _write(title, text(f"slip.{kind}_title", lang), SONG, 22, bold=True)
    number = document.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _write(number, "{{ number }}", FANGSONG, 12)
    _fill(_table(document, len(ROWS[kind])), ROWS[kind], lang)
    for shown in (text("slip.issuer", lang), "{{ issued_on }}"):
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.space_before = Pt(10)
        _write(line, shown, FANGSONG, 14)
    return document


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.0), Cm(2.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)


def _properties(document: Document, title: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = _MADE


def _table(document: Document, rows: int) -> Table:
    table: Table = document.add_table(rows=rows, cols=len(_WIDTHS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    for row in table.rows:
        row.height = Cm(1.0)
        for cell, width in zip(row.cells, _WIDTHS, strict=True):
            cell.width = width
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return table


def _fill(table: Table, rows: Sequence[Row], lang: str) -> None:
    for row, keys in zip(table.rows, rows, strict=True):
        cells = row.cells
        for place, key in enumerate(keys):
            label, value = cells[2 * place], cells[2 * place + 1]
            if len(keys) == 1:
                value = value.merge(cells[-1])
                row.height = _HEIGHTS[key]
            _label(label, text(f"slip.{key}", lang))
            _value(value, key, lang)


def _label(cell: _Cell, shown: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, shown, HEI, 12)


def _value(cell: _Cell, key: str, lang: str) -> None:
    paragraph = cell.paragraphs[0]
    if key in BLANK:
        if key == "receipt":
            _write(paragraph, text("slip.receipt_blank", lang), FANGSONG, 12)
        return
    _write(paragraph, f"{{{{ {key} }}}}", FANGSONG, 12)
    if key == "due":
        derivation = cell.add_paragraph()
        _write(derivation, "{{ derivation }}", FANGSONG, 10.5)


def _write(paragraph: Paragraph, shown: str, font: str, size: float, bold: bool = False) -> None:
    run = paragraph.add_run(shown)
    run.font.name, run.font.size, run.font.bold = _LATIN, Pt(size), bold
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)


def main() -> None:
    """Write all of them."""
    for kind in ROWS:
        for lang in LANGUAGES:
            make(kind, lang).save(str(template_of(kind, lang)))


if __name__ == "__main__":
    main()
