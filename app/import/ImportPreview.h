// SPDX-License-Identifier: GPL-3.0-or-later
// What a file would bring into the store, and what in it could not be read: plain structs, shown before
// anything is taken.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

enum class ImportFormat { ArcmeterJson, PublishedCsv, OneFlowLog, MxnetLog, ArcfaceTorchLog };

/// "arcmeter_json", "published_csv", "oneflow_log", "mxnet_log", "arcface_torch_log"
QString toString(ImportFormat format);
QString importFormatTitle(ImportFormat format);  ///< for people, in the program's language

struct ImportProblem {
    qint64 line = 0;
    QString reason;   ///< one clause
    QString excerpt;  ///< of the line
};

struct ImportPreview {
    QString file;
    QString sha256;  ///< of the file's bytes, hexadecimal
    ImportFormat format = ImportFormat::ArcmeterJson;
    std::vector<ImportedRow> rows;
    std::vector<ImportProblem> problems;  ///< damaged lines, in order; they are skipped
    qint64 lines = 0;
    qint64 linesRead = 0;  ///< that something was taken from
};

}  // namespace arcmeter::app
