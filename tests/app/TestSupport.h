// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of app share.
#pragma once

#include <unistd.h>
#include <QSignalSpy>
#include <QString>
#include <QTemporaryDir>
#include <QTest>
#include <functional>

#include "app/store/Connection.h"
#include "app/store/RunStore.h"

namespace arcmeter::app::test {

/// A folder that goes away with the test, and the store's name in it.
struct Place {
    QTemporaryDir folder;
    QString database() const { return folder.filePath(QStringLiteral("runs.sqlite")); }
};

/// Small, so that a test takes milliseconds: 12 iterations, 4 of them warm-up.
inline NewRun smallRun(protocol::Method method = protocol::Method::quick) {
    NewRun run;
    run.config.model = "y1";
    run.config.batch_size_per_device = 8;
    run.config.method = method;
    run.config.iterations = 12;
    run.config.warmup = 4;
    run.datasetName = QStringLiteral("synthetic");
    return run;
}

inline protocol::Step stepAt(qint64 iteration, int repeat = 0) {
    protocol::Step step;
    step.repeat = repeat;
    step.iteration = iteration;
    step.step_ms = 80;
    step.samples_per_s = 100;
    step.loss = 1.0 / static_cast<double>(iteration);
    step.accuracy = 0.25;
    step.parts.forward = 30;
    step.device_memory_bytes = 1000 + iteration;
    step.host_memory_bytes = 2000 + iteration;
    return step;
}

inline protocol::Result resultAt(double samplesPerSecond, int repeat, bool partial = false) {
    protocol::Result result;
    result.samples_per_s = samplesPerSecond;
    result.repeat = repeat;
    result.peak_device_memory_bytes = 100 + repeat;
    result.final_loss = 1;
    result.accuracy = 0.5;
    result.partial = partial;
    return result;
}

/// The message of the Error that `work` throws; empty when it throws none.
inline QString errorOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

/// Changes a store behind its back.
inline void execute(const QString& database, const QString& sql) {
    Connection connection(database, Connection::Mode::ReadWrite);
    connection.run(sql);
}

/// Root may write anywhere; tests of permissions mean nothing then.
inline bool permissionsApply() {
    return ::geteuid() != 0;
}

}  // namespace arcmeter::app::test
