// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and names as the window shows them: translated, in the user's locale. Exports never use these.
#pragma once

#include <QString>
#include <optional>

#include "app/store/RunRecord.h"
#include "engine/protocol/events.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::ui {

QString unknownText();  ///< what stands where a value is not known

QString numberText(double value);  ///< about four significant digits, grouped: "12.35", "4,681"
QString integerText(qint64 value);
QString percentText(double share, int decimals = 1);  ///< 0.5 -> "50.0 %"
QString bytesText(double bytes);                      ///< "2.1 GiB", "640 MiB"
QString flopsText(double flopsPerSecond);             ///< "1.23 TFLOP/s"
QString millisecondsText(double milliseconds);        ///< a step's time: "48.2 ms"
QString durationText(qint64 milliseconds);            ///< "40 s", "4 min", "2 h 10 min"
QString localTimeText(const QString& utcIso);         ///< the store's UTC stamp in the user's time zone

template <typename Value, typename Formatter>
QString textOr(const std::optional<Value>& value, Formatter formatter) {
    return value ? formatter(*value) : unknownText();
}

QString stateText(app::RunState state);
QString modelTitle(const std::string& model);
QString precisionText(protocol::Precision precision);
QString parallelismText(protocol::Parallelism parallelism);
QString methodText(protocol::Method method);
QString deviceText(protocol::Device device);

QString preflightText(const app::PreflightItem& item);  ///< a warning, in the window's language

QString datasetTitle(const QString& name);  ///< as stored, but 'synthetic' in the window's language

/// "Y1 · synthetic · data parallel · FP32 · batch 16".
QString configTitle(const protocol::RunConfig& config, const QString& datasetName);
QString rowTitle(const app::HistoryRow& row);  ///< the same for a row of History; names the framework

}  // namespace arcmeter::ui
