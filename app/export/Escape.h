// SPDX-License-Identifier: GPL-3.0-or-later
// Free text made safe for the file it goes into. Pure functions.
#pragma once

#include <QString>

namespace arcmeter::app {

/// Text that a spreadsheet would run as a formula (it begins with = + - @, tab or return) gets an apostrophe
/// in front. For text cells only: numbers are never touched.
QString withoutFormula(const QString& text);

QString markdownText(const QString& text);  ///< for a cell of a pipe table
QString htmlText(const QString& text);      ///< for element content and quoted attributes

/// For LaTeX's text mode under T1 and UTF-8 input. Characters that only a Unicode engine knows stay as they
/// are: see needsUnicodeLatex().
QString latexText(const QString& text);

/// True when pdflatex with inputenc and T1 could not set the text: it must be compiled with xelatex.
bool needsUnicodeLatex(const QString& text);

}  // namespace arcmeter::app
