// SPDX-License-Identifier: GPL-3.0-or-later
// A report document as a file. PDF is app/report/pdf's, because it needs fonts.
#pragma once

#include <QByteArray>
#include <QString>

#include "app/report/ReportDocument.h"

namespace arcmeter::app {

/// Pipe tables; charts as bars of block characters, which every reader shows.
QByteArray renderReportMarkdown(const ReportDocument& document);

/// One page that needs no other file: charts are SVG inside it. Follows the reader's light or dark look.
QByteArray renderReportHtml(const ReportDocument& document);

/// English: pdflatex with booktabs (texlive-latex-recommended). Chinese: xelatex with ctex
/// (texlive-lang-chinese). Charts are drawn by rules, without further packages.
QByteArray renderReportLatex(const ReportDocument& document);

/// A sheet for each heading of level 2, numbers as numbers, charts as the spreadsheet's own.
QByteArray renderReportXlsx(const ReportDocument& document);

/// The chart alone, a complete SVG element. `ink`: colour of text and axes.
QString chartSvg(const ReportChart& chart, const QString& ink);

}  // namespace arcmeter::app
