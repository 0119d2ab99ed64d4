// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the window share: a place of their own for settings and store, and a window on it.
#pragma once

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/settings/Settings.h"
#include "app/store/RunStore.h"
#include "engine/protocol/error.h"
#include "ui/history/HistoryPage.h"
#include "ui/live/LivePage.h"
#include "ui/newrun/ConfigForm.h"
#include "ui/newrun/FieldRow.h"
#include "ui/newrun/NewRunPanel.h"
#include "ui/theme/Theme.h"
#include "ui/window/MainWindow.h"

namespace arcmeter::ui::test {

/// Settings and store in a folder that goes away with the test.
struct Place {
    QTemporaryDir folder;
    app::Settings settings{folder.filePath("settings.ini"), folder.filePath("window.ini")};
    app::RunStore store{folder.filePath("runs.sqlite")};
    QString file(const QString& name) const { return folder.filePath(name); }
};

inline void useEngine(const char* path, const char* script = "normal", int stepMs = 1) {
    qputenv("ARCMETER_ENGINE", path);
    qputenv("ARCMETER_FAKE", script);
    qputenv("ARCMETER_FAKE_STEP_MS", QByteArray::number(stepMs));
}

inline QByteArray contents(const QString& name) {
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A run that has ended, straight into the store.
inline qint64 storeRun(app::RunStore& store, const std::string& model, double samplesPerSecond,
                       int steps = 30) {
    app::NewRun run;
    run.config.model = model;
    run.config.method = protocol::Method::quick;
    run.config.device = protocol::Device::cpu;
    run.datasetName = QStringLiteral("synthetic");
    const qint64 id = store.createRun(run);
    for (int i = 1; i <= steps; ++i) {
        protocol::Step step;
        step.iteration = i;
        step.samples_per_s = samplesPerSecond;
        step.step_ms = 64000 / samplesPerSecond;
        step.parts.forward = step.step_ms / 3;
        step.parts.backward = step.step_ms * 2 / 3;
        step.loss = 10.0 / i;
        step.host_memory_bytes = std::int64_t{1} << 30;
        store.recordStep(id, step);
    }
    protocol::Result result;
    result.samples_per_s = samplesPerSecond;
    result.peak_host_memory_bytes = std::int64_t{1} << 30;
    store.recordResult(id, result);
    store.finishRun(id, app::RunState::Finished, app::figuresOf({result}));
    return id;
}

template <typename Widget>
Widget* child(QWidget& parent, const char* name) {
    auto* found = parent.findChild<Widget*>(QLatin1String(name));
    if (!found) qFatal("there is no %s", name);
    return found;
}

/// Chooses by keyboard, as a user without a mouse does.
inline void chooseByKey(QComboBox* list, const QString& data) {
    list->setFocus();
    const int wanted = list->findData(data);
    QVERIFY2(wanted >= 0, qPrintable(data));
    QTest::keyClick(list, Qt::Key_Home);
    for (int i = 0; i < list->count() && list->currentIndex() != wanted; ++i)
        QTest::keyClick(list, Qt::Key_Down);
    QCOMPARE(list->currentIndex(), wanted);
}

inline void typeInto(QLineEdit* line, const QString& text) {
    line->setFocus();
    line->selectAll();
    QTest::keyClick(line, Qt::Key_Delete);
    QTest::keyClicks(line, text);
}

}  // namespace arcmeter::ui::test
