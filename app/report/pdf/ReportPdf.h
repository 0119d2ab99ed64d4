// SPDX-License-Identifier: GPL-3.0-or-later
// A report in every format, PDF among them. PDF needs Qt's fonts, so a QGuiApplication must be there (the
// offscreen platform will do); that is why this is a library of its own.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>
#include <vector>

#include "app/report/ReportDocument.h"

namespace arcmeter::app {

enum class ReportFormat { Markdown, Html, Latex, Xlsx, Pdf };

const std::vector<ReportFormat>& reportFormats();
QString toString(ReportFormat format);  ///< "md", "html", "tex", "xlsx", "pdf": also the file ending
std::optional<ReportFormat> reportFormatFromString(const QString& name);
QString titleOf(ReportFormat format);

QByteArray renderReport(const ReportDocument& document, ReportFormat format);

/// A4 pages in landscape, charts as vector drawings.
QByteArray renderReportPdf(const ReportDocument& document);

}  // namespace arcmeter::app
