// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the report share.
#pragma once

#include <QFile>
#include <QProcess>
#include <QStandardPaths>

#include "app/report/DlperfReport.h"
#include "app/report/pdf/ReportPdf.h"
#include "app/store/ReferenceResults.h"
#include "tests/app/TestSupport.h"

namespace arcmeter::app::test {

/// A finished run of ours as History lists it: r100 on face_emore, data parallel, batch 64, one device.
inline HistoryRow finishedRun(qint64 id, double samplesPerSecond) {
    HistoryRow run;
    run.id = id;
    run.framework = QStringLiteral("Arcmeter");
    run.state = RunState::Finished;
    run.model = QStringLiteral("r100");
    run.dataset = QStringLiteral("face_emore");
    run.parallelism = QStringLiteral("data");
    run.precision = QStringLiteral("fp32");
    run.nodes = 1;
    run.devicesPerNode = 1;
    run.batchSizePerDevice = 64;
    run.numClasses = 85'742;
    run.samplesPerSecond = samplesPerSecond;
    run.hardware = QStringLiteral("1x NVIDIA H200");
    run.repeats = 3;
    run.method = QStringLiteral("dlperf");
    return run;
}

/// The published rows and `runs`.
inline std::vector<HistoryRow> historyWith(const std::vector<HistoryRow>& runs) {
    std::vector<HistoryRow> history = runs;
    for (const HistoryRow& row : shippedReferenceResults()) history.push_back(row);
    return history;
}

/// One single-device run with another batch size than the report's on free text that every format must
/// escape, and one on eight devices.
inline std::vector<HistoryRow> sampleRuns() {
    HistoryRow eight = finishedRun(8, 3673.6);
    eight.devicesPerNode = 8;
    eight.hardware = QStringLiteral("8x NVIDIA H200");
    eight.driver = QStringLiteral("=1+2 & 50 % <b>_#");
    HistoryRow otherBatch = finishedRun(7, 490.0);
    otherBatch.batchSizePerDevice = 128;
    otherBatch.dataset = QStringLiteral("synthetic");
    return {eight, otherBatch};
}

inline ReportDocument sampleReport(const QString& language = QStringLiteral("en")) {
    return dlperfReport(dlperfFigures(historyWith(sampleRuns())), language);
}

inline bool writeBytes(const QString& name, const QByteArray& bytes) {
    QFile file(name);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

/// Exit code, -1 when it does not end; both streams into `said`.
inline int runProgram(const QString& program, const QStringList& arguments, const QString& folder,
                      QByteArray* said) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(folder);
    process.start(program, arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(120'000)) process.kill();
    *said = process.readAll();
    return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
}

}  // namespace arcmeter::app::test
