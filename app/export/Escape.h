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

/// For LaTeX's text mode with UTF-8 input. Characters that only a Unicode engine knows stay as they are: see
/// latexEngine().
QString latexText(const QString& text);

enum class LatexEngine {
    Ascii,    ///< pdflatex with its usual fonts
    Latin,    ///< pdflatex with T1 fonts
    Unicode,  ///< xelatex with ctex
};

/// The least that a document holding `text` needs.
LatexEngine latexEngine(const QString& text);

/// \documentclass up to the fonts, after a comment that says how to compile.
QString latexOpening(LatexEngine engine);

}  // namespace arcmeter::app
