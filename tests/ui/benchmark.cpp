// SPDX-License-Identifier: GPL-3.0-or-later
// How the window does at scale; prints figures, judges nothing. The aims: a live frame under 16 ms with
// 1,000,000 steps, the history of 50,000 runs open within 1 s, memory bounded.
//
//   QT_QPA_PLATFORM=offscreen ui_benchmark [steps] [runs]
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <vector>

#include "app/settings/Settings.h"
#include "app/store/RunStore.h"
#include "ui/charts/Chart.h"
#include "ui/history/HistoryPage.h"
#include "ui/live/LivePage.h"
#include "ui/theme/Theme.h"
#include "ui/window/MainWindow.h"

namespace {

using namespace arcmeter;

double residentMib() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    return file.readAll().split(' ').value(1).toDouble() * 4096 / 1048576;
}

double milliseconds(const QElapsedTimer& timer) {
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

protocol::Step stepAt(qint64 iteration) {
    protocol::Step step;
    step.iteration = iteration;
    step.samples_per_s = 200 + static_cast<double>(iteration * 7919 % 101) / 10;
    step.step_ms = 320;
    step.parts = {1, 100, 10, 190, 4, 15};
    step.loss = 20 + 10.0 / static_cast<double>(iteration);
    step.host_memory_bytes = (std::int64_t{1} << 30) + iteration % 1000 * 4096;
    return step;
}

void printPercentiles(const char* what, std::vector<double> values) {
    if (values.empty()) return;
    std::sort(values.begin(), values.end());
    const auto at = [&values](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    std::printf("%-34s median %6.2f ms   95 %% %6.2f ms   most %6.2f ms\n", what, at(0.5), at(0.95),
                values.back());
}

/// The time the event loop is held by one live update: header, four charts (reduction, points, painting),
/// table.
void measureLive(ui::MainWindow& window, qint64 steps) {
    ui::LivePage* page = window.live();
    window.showPage(page);
    app::HistoryRow none;
    none.kind = app::HistoryRow::Kind::Published;
    none.samplesPerSecond = 245;
    page->addReference(none);
    std::vector<double> frames;
    std::vector<double> chartFrames;
    const qint64 batch = std::max<qint64>(steps / 200, 1);
    const double before = residentMib();
    QElapsedTimer append;
    double appendMs = 0;
    for (qint64 iteration = 1; iteration <= steps;) {
        append.start();
        for (qint64 i = 0; i < batch && iteration <= steps; ++i) page->appendStep(stepAt(iteration++));
        appendMs += milliseconds(append);
        // The page wakes by its own timer; each turn of the event loop is timed for how long it holds the
        // window.
        QElapsedTimer waited;
        waited.start();
        double longest = 0;
        while (waited.elapsed() < 120) {
            QElapsedTimer turn;
            turn.start();
            QApplication::processEvents();
            longest = std::max(longest, milliseconds(turn));
            QTest::qSleep(1);
        }
        frames.push_back(longest);
        for (const ui::Chart* chart : page->charts()) chartFrames.push_back(chart->lastFrameMs());
    }
    std::printf("%lld steps live\n", static_cast<long long>(steps));
    printPercentiles("  longest turn of the event loop", frames);
    printPercentiles("  one chart, update and paint", chartFrames);
    std::printf("  appending a step                  %.3f us\n",
                appendMs * 1000 / static_cast<double>(steps));
    std::printf("  memory                            %.0f MiB before, %.0f MiB after\n", before,
                residentMib());
    std::printf("  points in the drawing library     %d\n", page->charts().front()->pointsShown());
}

void fillStore(const QString& file, int runs) {
    app::RunStore store(file);
    const char* models[] = {"y1", "r18", "r50", "r100"};
    for (int i = 0; i < runs; ++i) {
        app::NewRun run;
        run.config.model = models[i % 4];
        run.config.batch_size_per_device = 8 << (i % 5);
        run.datasetName = QStringLiteral("synthetic");
        const qint64 id = store.createRun(run);
        app::RunFigures figures;
        figures.samplesPerSecond = 10 + i % 977;
        figures.repeats = {*figures.samplesPerSecond};
        store.finishRun(id, app::RunState::Finished, figures);
        if (i % 5000 == 0) std::fprintf(stderr, "  storing run %d of %d\r", i, runs);
    }
    store.flush();
}

void measureHistory(ui::MainWindow& window, int runs) {
    QElapsedTimer timer;
    timer.start();
    window.showPage(window.history());
    QApplication::processEvents();
    window.history()->grab();
    std::printf("%d stored runs\n  history opens in                  %.0f ms\n", runs, milliseconds(timer));
    timer.start();
    window.history()->table()->sortByColumn(app::HistoryModel::SamplesPerSecond, Qt::DescendingOrder);
    std::printf("  sorting by samples/s              %.0f ms\n", milliseconds(timer));
    timer.start();
    app::HistoryFilter filter;
    filter.text = QStringLiteral("r100 synthetic");
    window.history()->proxy()->setFilter(filter);
    std::printf("  searching                         %.0f ms, %d rows\n", milliseconds(timer),
                window.history()->proxy()->rowCount());
    std::printf("  memory                            %.0f MiB\n", residentMib());
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const qint64 steps = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
    const int runs = argc > 2 ? std::atoi(argv[2]) : 50'000;
    const QTemporaryDir folder;
    app::Settings settings(folder.filePath("settings.ini"), folder.filePath("window.ini"));
    const ui::Theme theme(&application, &settings);
    const QString file = folder.filePath("runs.sqlite");
    fillStore(file, runs);
    QElapsedTimer timer;
    timer.start();
    app::RunStore store(file);
    ui::MainWindow window(&store, &settings);
    window.resize(1440, 900);
    window.show();
    QApplication::processEvents();
    std::printf("start to shown window               %.0f ms\n", milliseconds(timer));
    measureLive(window, steps);
    measureHistory(window, runs);
    return 0;
}
