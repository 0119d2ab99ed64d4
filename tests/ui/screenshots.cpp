// SPDX-License-Identifier: GPL-3.0-or-later
// Not a test: makes the pictures of README and metainfo from the program itself. Plays the quick look with
// the engine it finds, twice, the second time beside the first and a published row.
//
//   QT_QPA_PLATFORM=offscreen ui_screenshots FOLDER [LANGUAGE]
#include <QApplication>
#include <QElapsedTimer>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cstdio>

#include "app/queue/QueueRunner.h"
#include "app/run/RunController.h"
#include "app/settings/Settings.h"
#include "app/store/RunStore.h"
#include "ui/compare/ComparePage.h"
#include "ui/history/HistoryPage.h"
#include "ui/import/ImportDialog.h"
#include "ui/live/LivePage.h"
#include "ui/newrun/NewRunPanel.h"
#include "ui/queue/QueueDock.h"
#include "ui/report/ReportPage.h"
#include "ui/scaling/ScalingPage.h"
#include "ui/suites/EntryModel.h"
#include "ui/suites/EntryView.h"
#include "ui/suites/SuitesDialog.h"
#include "ui/suites/SweepDialog.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/window/MainWindow.h"
#include "ui/window/Translations.h"

namespace {

using namespace arcmeter;

constexpr int settle_ms = 600;
constexpr qint64 run_limit_ms = 180'000;

void press(ui::MainWindow& window, const char* button) {
    window.findChild<QPushButton*>(QLatin1String(button))->click();
}

void waitForRun(ui::MainWindow& window) {
    QElapsedTimer timer;
    timer.start();
    do {
        QTest::qWait(100);
    } while ((window.controller()->runId() == 0 || window.controller()->isActive()) &&
             timer.elapsed() < run_limit_ms);
    QTest::qWait(settle_ms);
}

/// The published row nearest to a small network on one device, so that both curves are in sight.
app::HistoryRow nearestPublished(const app::RunStore& store) {
    const std::vector<app::HistoryRow> rows = store.publishedResults();
    return *std::min_element(rows.begin(), rows.end(),
                             [](const app::HistoryRow& a, const app::HistoryRow& b) {
                                 return a.samplesPerSecond.value_or(1e9) < b.samplesPerSecond.value_or(1e9);
                             });
}

void grab(QWidget& window, const QString& folder, const QString& name) {
    QTest::qWait(settle_ms);
    const QString file = folder + '/' + name + ".png";
    if (!window.grab().save(file)) std::fprintf(stderr, "cannot write %s\n", qPrintable(file));
}

/// Suites, a sweep and an import, each with what it was given.
void grabDialogs(ui::MainWindow& window, app::RunStore& store, const app::Settings& settings,
                 const QString& folder, const QString& name) {
    const QString engine = window.controller()->engine();
    const auto shows = [](const ui::EntryView* view) {
        return [view] { return view->model()->isChecked() && view->model()->rowCount() > 0; };
    };
    ui::SuitesDialog suites(app::shippedSuites(app::Catalog::load(), settings), &store, engine, &window);
    suites.choose(QStringLiteral("dlperf-r100-face_emore"));
    suites.show();
    if (!QTest::qWaitFor(shows(suites.entries()), 30'000)) std::fprintf(stderr, "no answer for the suite\n");
    grab(suites, folder, QStringLiteral("suites-") + name);
    const auto run = window.panel()->newRun();
    ui::SweepDialog sweep({run->config, run->datasetName, {}, {}, {}}, &store, engine, &window);
    sweep.setDimension(QStringLiteral("batch_size_per_device"), QStringLiteral("8, 16, 32"));
    sweep.setDimension(QStringLiteral("parallelism"), QStringLiteral("data, model, partial_fc"));
    sweep.show();
    if (!QTest::qWaitFor(shows(sweep.entries()), 30'000)) std::fprintf(stderr, "no answer for the sweep\n");
    grab(sweep, folder, QStringLiteral("sweep-") + name);
    const QString logs = QStringLiteral(SOURCE_FOLDER "/tests/app/data/");
    ui::ImportDialog import({logs + "oneflow.log", logs + "mxnet_partial_fc.log", logs + "arcface_torch.log"},
                            &store, &window);
    import.show();
    if (!QTest::qWaitFor([&import] { return !import.isReading(); }, 10'000))
        std::fprintf(stderr, "the import is still reading\n");
    grab(import, folder, QStringLiteral("import-") + name);
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    if (argc < 2 || argc > 3) {
        std::fprintf(stderr, "usage: ui_screenshots FOLDER [LANGUAGE]\n");
        return exit_usage;
    }
    ui::loadResources();
    ui::installTranslations(application, argc == 3 ? QString::fromLocal8Bit(argv[2]) : QStringLiteral("en"));
    const QString folder = QString::fromLocal8Bit(argv[1]);
    const QTemporaryDir place;
    app::Settings settings(place.filePath("settings.ini"), place.filePath("window.ini"));
    settings.setTheme(app::Settings::Theme::Light);
    const ui::Theme theme(&application, &settings);
    app::RunStore store(place.filePath("runs.sqlite"));
    ui::MainWindow window(&store, &settings);
    window.resize(1440, 900);
    window.show();
    QTest::qWait(2 * settle_ms);
    grab(window, folder, "welcome");
    press(window, "tryItNow");
    waitForRun(window);
    const qint64 first = window.controller()->runId();
    press(window, "again");
    waitForRun(window);
    window.live()->addReference(store.historyRow(first));
    window.live()->addReference(nearestPublished(store));
    window.compare()->add({{app::HistoryRow::Kind::Run, first},
                           {app::HistoryRow::Kind::Run, window.controller()->runId()},
                           app::referenceOf(nearestPublished(store))});
    const std::vector<app::Suite> suites = app::shippedSuites(app::Catalog::load(), settings);
    app::QueueBatch batch;
    batch.title = suites[1].id;
    for (const app::SuiteEntry& entry : suites[1].entries) batch.items.push_back({entry, {}});
    window.queue()->add(batch);
    window.queue()->skip(window.queue()->entries().back().id);
    for (const auto& [look, name] :
         {std::pair{app::Settings::Theme::Light, "light"}, {app::Settings::Theme::Dark, "dark"}}) {
        settings.setTheme(look);
        window.showPage(window.live());
        grab(window, folder, QStringLiteral("live-") + name);
        window.showPage(window.history());
        grab(window, folder, QStringLiteral("history-") + name);
        window.showPage(window.compare());
        grab(window, folder, QStringLiteral("compare-") + name);
        window.showPage(window.scaling());
        grab(window, folder, QStringLiteral("scaling-") + name);
        window.showPage(window.report());
        QTest::qWait(2 * settle_ms);
        grab(window, folder, QStringLiteral("report-") + name);
        window.showPage(window.live());
        window.queueDock()->show();
        grab(window, folder, QStringLiteral("queue-") + name);
        window.queueDock()->hide();
        grabDialogs(window, store, settings, folder, name);
    }
    return exit_done;
}
