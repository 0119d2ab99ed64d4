// SPDX-License-Identifier: GPL-3.0-or-later
// Catalog, settings, paths, preflight and the estimate of a run's duration.
#include <QDir>

#include "app/catalog/Catalog.h"
#include "app/paths/AppPaths.h"
#include "app/run/DurationEstimator.h"
#include "app/run/Preflight.h"
#include "app/settings/Settings.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;

class CatalogTest : public QObject {
    Q_OBJECT

private slots:
    void everyPresetCanWork();
    void firstPresetNeedsNoGpu();
    void datasetsFallBackToSynthetic();
    void settingsAreKept();
    void pathsFollowXdg();
    void preflightReadsTheMachine();
    void preflightSeesOtherProcesses();
    void durationFromLikeRuns();
    void durationTexts();
};

void CatalogTest::everyPresetCanWork() {
    const Catalog catalog = Catalog::load();
    QVERIFY(catalog.presets().size() >= 9);
    Place place;
    const Settings settings(place.folder.filePath("s.ini"), place.folder.filePath("w.ini"));
    for (const Preset& preset : catalog.presets()) {
        QVERIFY(catalog.dataset(preset.dataset));
        protocol::RunConfig config = preset.config;
        catalog.applyDataset(preset.dataset, settings, config);
        const auto problems = protocol::validate(config);
        QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().message.c_str());
        QVERIFY(!preset.title.isEmpty() && !preset.description.isEmpty());
        QCOMPARE(catalog.preset(preset.id),
                 &*std::find_if(catalog.presets().begin(), catalog.presets().end(),
                                [&](const Preset& p) { return p.id == preset.id; }));
    }
}

void CatalogTest::firstPresetNeedsNoGpu() {
    const Catalog catalog = Catalog::load();
    const Preset& first = catalog.presets().front();
    QCOMPARE(first.id, QStringLiteral("quick-look"));
    QVERIFY(!first.needsGpu);
    QCOMPARE(first.config.device, protocol::Device::cpu);
    QCOMPARE(first.config.method, protocol::Method::quick);
}

void CatalogTest::datasetsFallBackToSynthetic() {
    const Catalog catalog = Catalog::load();
    Place place;
    Settings settings(place.folder.filePath("s.ini"), place.folder.filePath("w.ini"));
    protocol::RunConfig config;
    catalog.applyDataset(QStringLiteral("glint360k"), settings, config);
    QVERIFY(config.is_synthetic());
    QCOMPARE(config.num_classes, std::optional<std::int64_t>(360'232));
    QCOMPARE(catalog.datasetName(config, settings), QStringLiteral("synthetic"));
    settings.setDatasetFolder(QStringLiteral("glint360k"), QStringLiteral("/data/glint/"));
    catalog.applyDataset(QStringLiteral("glint360k"), settings, config);
    QCOMPARE(config.dataset, std::string("/data/glint/"));
    QVERIFY(!config.num_classes);
    config.dataset = "/data/./glint";
    QCOMPARE(catalog.datasetName(config, settings), QStringLiteral("glint360k"));
    config.dataset = "/data/mine";
    QCOMPARE(catalog.datasetName(config, settings), QStringLiteral("mine"));
    QVERIFY(errorOf([&] { catalog.applyDataset(QStringLiteral("q"), settings, config); }).contains("'q'"));
}

void CatalogTest::settingsAreKept() {
    Place place;
    const QString file = place.folder.filePath(QStringLiteral("s.ini"));
    const QString state = place.folder.filePath(QStringLiteral("w.ini"));
    {
        Settings settings(file, state);
        QSignalSpy changed(&settings, &Settings::changed);
        settings.setTheme(Settings::Theme::Dark);
        settings.setTheme(Settings::Theme::Dark);
        QCOMPARE(changed.count(), 1);
        settings.setLanguage(QStringLiteral("zh_CN"));
        for (int i = 0; i < 12; ++i) settings.addRecentDatasetFolder(QString::number(i));
        settings.addRecentDatasetFolder(QStringLiteral("9"));
        settings.setLastConfig("{\"model\":\"r18\"}");
        settings.setWindowState(QStringLiteral("main"), QByteArray("\0\1\2", 3));
        settings.setEnginePath(QStringLiteral("/e"));
    }
    const Settings settings(file, state);
    QCOMPARE(settings.theme(), Settings::Theme::Dark);
    QCOMPARE(settings.language(), QStringLiteral("zh_CN"));
    QCOMPARE(settings.recentDatasetFolders().size(), 8);
    QCOMPARE(settings.recentDatasetFolders().mid(0, 2),
             QStringList({QStringLiteral("9"), QStringLiteral("11")}));
    QCOMPARE(settings.lastConfig(), QByteArray("{\"model\":\"r18\"}"));
    QCOMPARE(settings.windowState(QStringLiteral("main")), QByteArray("\0\1\2", 3));
    QCOMPARE(settings.enginePath(), QStringLiteral("/e"));
    QVERIFY(QFile::exists(state));
}

void CatalogTest::pathsFollowXdg() {
    qputenv("XDG_STATE_HOME", "/tmp/state-here");
    QCOMPARE(paths::stateFolder(), QStringLiteral("/tmp/state-here/arcmeter"));
    qputenv("XDG_STATE_HOME", "relative");
    QCOMPARE(paths::stateFolder(), QDir::homePath() + QStringLiteral("/.local/state/arcmeter"));
    qputenv("XDG_DATA_HOME", "/tmp/data-here");
    QCOMPARE(paths::defaultDatabase(), QStringLiteral("/tmp/data-here/arcmeter/runs.sqlite"));
    QVERIFY(paths::isLocalFileSystem(QStringLiteral("/tmp/not/there")));
    paths::requireWritable(QStringLiteral("-"));
    QVERIFY(errorOf([] { paths::requireWritable({}); }).contains("empty"));
}

void CatalogTest::preflightReadsTheMachine() {
    Place place;
    const QDir root(place.folder.path());
    const auto put = [&](const QString& name, const QByteArray& text) {
        root.mkpath(QFileInfo(name).path());
        QFile file(root.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    };
    QVERIFY(lookRound(root.path()).empty());
    put(QStringLiteral("proc/loadavg"), "900.5 1 1 3/100 5\n");
    put(QStringLiteral("proc/meminfo"), "MemTotal: 9 kB\nMemAvailable:   524288 kB\n");
    put(QStringLiteral("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"), "powersave\n");
    put(QStringLiteral("sys/class/power_supply/BAT0/type"), "Battery\n");
    put(QStringLiteral("sys/class/power_supply/BAT0/status"), "Discharging\n");
    const auto items = lookRound(root.path());
    QCOMPARE(items.size(), std::size_t(4));
    for (const PreflightItem& item : items) {
        QVERIFY2(item.warning, qPrintable(item.id));
        QVERIFY(item.sentence.endsWith(QLatin1Char('.')) && !item.sentence.contains(QLatin1Char('%')));
    }
    // What kept it busy within the last minute has ended.
    put(QStringLiteral("proc/loadavg"), "900.5 0 0 1/100 5\n");
    put(QStringLiteral("sys/class/power_supply/BAT0/status"), "Charging\n");
    int warnings = 0;
    for (const PreflightItem& item : lookRound(root.path())) warnings += item.warning ? 1 : 0;
    QCOMPARE(warnings, 2);
}

void CatalogTest::preflightSeesOtherProcesses() {
    protocol::Environment environment;
    environment.device = "cuda";
    environment.devices = {{"Some CPU", "cpu", 0, "", "a process"},
                           {"GPU", "cuda", 0, "", "2 other processes"}};
    const auto items = preflightOf(environment);
    QCOMPARE(items.size(), std::size_t(1));
    QVERIFY(items.front().warning);
}

void CatalogTest::durationFromLikeRuns() {
    HistoryRow like;
    like.id = 2;
    like.state = RunState::Finished;
    like.host = QStringLiteral("here");
    like.model = QStringLiteral("y1");
    like.precision = QStringLiteral("fp32");
    like.parallelism = QStringLiteral("data");
    like.dataset = QStringLiteral("synthetic");
    like.device = QStringLiteral("cpu");
    like.nodes = like.devicesPerNode = 1;
    like.batchSizePerDevice = 8;
    like.samplesPerSecond = 96;
    HistoryRow elsewhere = like;
    elsewhere.id = 3;
    elsewhere.host = QStringLiteral("there");
    elsewhere.samplesPerSecond = 9600;
    HistoryRow otherBatch = like;
    otherBatch.id = 4;
    otherBatch.batchSizePerDevice = 64;
    otherBatch.samplesPerSecond = 200;
    const protocol::RunConfig config = smallRun().config;  // 12 iterations of 8
    const DurationEstimator known({like, elsewhere, otherBatch}, QStringLiteral("here"));
    // 12 x 8 / 96 s, and 2 s to start
    QCOMPARE(known.estimate(config, {})->milliseconds, qint64(3000));
    QVERIFY(known.estimate(config, {})->basis.contains("same configuration"));
    const DurationEstimator near({elsewhere, otherBatch}, QStringLiteral("here"));
    QVERIFY(near.estimate(config, {})->basis.contains("same network"));
    const DurationEstimator nothing({elsewhere}, QStringLiteral("here"));
    QVERIFY(!nothing.estimate(config, {}));
    protocol::Plan plan;
    plan.flops_per_sample = 3'000'000;
    plan.head_flops_per_sample = 1'000'000;
    HistoryRow otherNetwork = like;
    otherNetwork.model = QStringLiteral("r100");
    otherNetwork.flopsPerSample = 2e6;  // half the work at 96/s: 48/s for ours
    const DurationEstimator byWork({otherNetwork}, QStringLiteral("here"));
    QCOMPARE(byWork.estimate(config, plan)->milliseconds, qint64(4000));
    QVERIFY(byWork.estimate(config, plan)->basis.contains("another network"));
    plan.device = "cpu";
    QVERIFY(nothing.estimate(config, plan)->basis.contains("guess"));
    plan.estimated_samples_per_s = 48;
    plan.device = "cpu";
    QCOMPARE(nothing.estimate(config, plan)->milliseconds, qint64(4000));
    plan.device = "cuda";
    QVERIFY(known.estimate(config, plan)->basis.contains("plan"));  // a CPU's speed says nothing of a GPU's
    protocol::RunConfig five = config;
    five.method = protocol::Method::dlperf;
    QCOMPARE(known.estimate(five, {})->milliseconds, qint64(15'000));
}

void CatalogTest::durationTexts() {
    QCOMPARE(durationText(0), QStringLiteral("about 1 s"));
    QCOMPARE(durationText(40'000), QStringLiteral("about 40 s"));
    QCOMPARE(durationText(4 * 60'000), QStringLiteral("about 4 min"));
    QCOMPARE(durationText(2 * 3600'000), QStringLiteral("about 2 h"));
    QCOMPARE(durationText(2 * 3600'000 + 11 * 60'000), QStringLiteral("about 2 h 10 min"));
}

QTEST_GUILESS_MAIN(CatalogTest)
#include "catalog_test.moc"
