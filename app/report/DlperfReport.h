// SPDX-License-Identifier: GPL-3.0-or-later
// The DLPerf InsightFace report as a document, in English or Chinese.
#pragma once

#include "app/report/DlperfFigures.h"
#include "app/report/ReportDocument.h"

namespace arcmeter::app {

/// Every table of the published report with an Arcmeter column: samples/s, speedups, ratio to each framework;
/// unknown cells are '-'. `language`: "en" or "zh_CN". Numbers are in the C locale in both.
ReportDocument dlperfReport(const DlperfFigures& figures, const QString& language);

}  // namespace arcmeter::app
