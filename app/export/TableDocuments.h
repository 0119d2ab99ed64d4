// SPDX-License-Identifier: GPL-3.0-or-later
// A Table as a page for readers. Columns that hold one value in every row, provenance mostly, stand once
// under the table; columns that hold none are named there. Where and when the page was made stands at its
// end.
#pragma once

#include <QByteArray>

#include "app/export/Table.h"

namespace arcmeter::app {

/// A page that needs no other file; follows the reader's light or dark look.
QByteArray renderHtml(const Table& table);

/// A document that pdflatex compiles with booktabs and longtable (texlive-latex-recommended), on paper as
/// wide as the table needs. Where the text holds characters that pdflatex lacks, it asks for xelatex and
/// ctex.
QByteArray renderLatex(const Table& table);

}  // namespace arcmeter::app
