// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/Escape.h"

namespace arcmeter::app {
namespace {

constexpr char16_t lastLatin = 0x017F;  // Latin Extended-A: what T1 fonts hold

/// Signs beyond Latin that LaTeX has a command for; nullptr for others.
const char* latexCommand(QChar c) {
    switch (c.unicode()) {
        case '\\':
            return "\\textbackslash{}";
        case '{':
            return "\\{";
        case '}':
            return "\\}";
        case '$':
            return "\\$";
        case '&':
            return "\\&";
        case '#':
            return "\\#";
        case '%':
            return "\\%";
        case '_':
            return "\\_";
        case '^':
            return "\\textasciicircum{}";
        case '~':
            return "\\textasciitilde{}";
        case '<':
            return "\\textless{}";
        case '>':
            return "\\textgreater{}";
        case '|':
            return "\\textbar{}";
        case '"':
            return "''";
        case '\n':
        case '\r':
        case '\t':
            return " ";
        case 0x00B1:
            return "$\\pm$";
        case 0x00B7:
            return "$\\cdot$";
        case 0x00D7:
            return "$\\times$";
        case 0x00B5:
            return "$\\mu$";
        case 0x00B0:
            return "\\textdegree{}";
        case 0x2013:
            return "--";
        case 0x2014:
            return "---";
        case 0x2018:
            return "`";
        case 0x2019:
            return "'";
        case 0x2026:
            return "\\dots{}";
        case 0x2020:
            return "\\dag{}";
        case 0x2021:
            return "\\ddag{}";
        default:
            return nullptr;
    }
}

bool isControl(QChar c) {
    return c.unicode() < 0x20 || c.unicode() == 0x7F;
}

}  // namespace

QString withoutFormula(const QString& text) {
    static const QString starts = QStringLiteral("=+-@\t\r");
    return !text.isEmpty() && starts.contains(text.front()) ? QLatin1Char('\'') + text : text;
}

QString markdownText(const QString& text) {
    QString safe = text;
    safe.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('|'), QStringLiteral("\\|"));
    safe.replace(QLatin1Char('\n'), QStringLiteral("<br>")).remove(QLatin1Char('\r'));
    return safe;
}

QString htmlText(const QString& text) {
    QString safe = text.toHtmlEscaped();
    safe.replace(QLatin1Char('\n'), QStringLiteral("<br>"));
    safe.removeIf(isControl);
    return safe;
}

QString latexText(const QString& text) {
    QString safe;
    safe.reserve(text.size());
    for (const QChar c : text) {
        if (const char* command = latexCommand(c)) {
            safe += QLatin1String(command);
        } else if (!isControl(c)) {
            safe += c;
        }
    }
    return safe;
}

LatexEngine latexEngine(const QString& text) {
    LatexEngine engine = LatexEngine::Ascii;
    for (const QChar c : text) {
        if (c.unicode() < 0x80 || latexCommand(c)) continue;
        if (c.unicode() > lastLatin) return LatexEngine::Unicode;
        engine = LatexEngine::Latin;
    }
    return engine;
}

QString latexOpening(LatexEngine engine) {
    switch (engine) {
        case LatexEngine::Ascii:
            return QStringLiteral(
                "% Compile with pdflatex (texlive-latex-recommended).\n"
                "\\documentclass{article}\n");
        case LatexEngine::Latin:
            return QStringLiteral(
                "% Compile with pdflatex (texlive-latex-recommended).\n"
                "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n"
                "\\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}\n");
        case LatexEngine::Unicode:
            return QStringLiteral(
                "% Compile with xelatex (texlive-xetex, texlive-lang-chinese).\n"
                "\\documentclass[fontset=fandol]{ctexart}\n");
    }
    return {};
}

}  // namespace arcmeter::app
