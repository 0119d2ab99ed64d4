// SPDX-License-Identifier: GPL-3.0-or-later
// The scaling projection: its parts against closed forms, the whole against the published rows.
#include <QProcess>
#include <cmath>

#include "app/projection/ProjectionTable.h"
#include "app/projection/Series.h"
#include "app/projection/Validation.h"
#include "app/store/ReferenceResults.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;
using protocol::Parallelism;

class ProjectionTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void linksHaveSources();
    void oneNodeIsARing();
    void severalNodesTakeTheCheaperWay();
    void slowestOfMany();
    void rowsOfARank();
    void oneDeviceIsWhatWasMeasured();
    void communicationHidesBehindBackward();
    void modelParallelCarriesManyClasses();
    void fasterLinksAreNeverSlower();
    void partsOfARunAreUsed();
    void incompleteRowsAreRefused();
    void wrongLinksAreRefused();
    void seriesHoldWhatBelongsTogether();
    void publishedRowsAreReproduced();

private:
    MeasuredStep plainStep() const;
    Topology topology(int devices, const char* link = "infiniband-100") const;

    LinkCatalog m_catalog;
};

void ProjectionTest::initTestCase() {
    m_catalog = LinkCatalog::load();
}

/// 64 samples in 300 ms on one device: r100 with 100,000 classes.
MeasuredStep ProjectionTest::plainStep() const {
    MeasuredStep step;
    step.head = {Parallelism::data, 0.1, 1e5, 512, 64};
    step.parameters = 65'156'160;
    step.forward = 0.09;
    step.headWork = 0.02;
    step.backward = 0.18;
    step.optimizer = 0.01;
    return step;
}

Topology ProjectionTest::topology(int devices, const char* link) const {
    Topology topology;
    topology.devices = devices;
    topology.intra = m_catalog.link("nvlink-4", Link::Scope::Node, "intra-link");
    topology.inter = m_catalog.link(link, Link::Scope::Network, "link");
    return topology;
}

void ProjectionTest::linksHaveSources() {
    QVERIFY(m_catalog.links().size() >= 10);
    for (const Link& link : m_catalog.links()) {
        QVERIFY2(!link.source.isEmpty(), qPrintable(link.id));
        QVERIFY2(link.bytesPerS > 1e9 && link.latencyS > 0, qPrintable(link.id));
    }
    for (const protocol::ModelInfo& model : protocol::models()) {
        QVERIFY(m_catalog.network(QString::fromUtf8(model.name.data(), int(model.name.size()))).parameters >
                0);
    }
    // A machine names links that are there.
    for (const char* hardware : {"8x Tesla V100-SXM2-16GB per node", "NVIDIA H200", "a CPU"}) {
        const Machine& machine = m_catalog.machineFor(QString::fromLatin1(hardware));
        QCOMPARE(m_catalog.link(machine.intraLink, Link::Scope::Node, "intra-link").id, machine.intraLink);
        QCOMPARE(m_catalog.link(machine.link, Link::Scope::Network, "link").id, machine.link);
    }
}

void ProjectionTest::oneNodeIsARing() {
    Topology four = topology(4);
    four.intra.bytesPerS = 1e9;
    four.intra.latencyS = 1e-3;
    // 2 x 3/4 x 4e9 bytes at 1e9 bytes/s and 6 steps of 1 ms, 5 ms to launch.
    QCOMPARE(allReduceSeconds(4e9, four, 5e-3), 6.0 + 0.006 + 0.005);
    QCOMPARE(allGatherSeconds(4e9, four, 5e-3), 3.0 + 0.003 + 0.005);
    QCOMPARE(allReduceTraffic(4e9, 4), 6e9);
    Topology one = four;
    one.devices = 1;
    QCOMPARE(allReduceSeconds(4e9, one, 5e-3), 0.0);
}

void ProjectionTest::severalNodesTakeTheCheaperWay() {
    Topology sixteen = topology(16);
    sixteen.intra.bytesPerS = 1e12;
    sixteen.inter.bytesPerS = 1e9;
    sixteen.intra.latencyS = sixteen.inter.latencyS = 0;
    QCOMPARE(sixteen.nodes(), 2);
    // In three phases only half of the bytes crosses the port each way, in one flat ring 15/16 of them.
    const double within = 2 * 7.0 / 8 * 4e9 / 1e12;
    QCOMPARE(allReduceSeconds(4e9, sixteen, 0), within + 2 * 0.5 * 4e9 / 1e9);
    // One device a machine: the two are the same ring.
    sixteen.devicesPerNode = 1;
    QCOMPARE(allReduceSeconds(4e9, sixteen, 0), 2 * 15.0 / 16 * 4e9 / 1e9);
    // Many machines and few bytes: a tree's steps are logarithmic.
    Topology many = topology(4096);
    many.intra.latencyS = 0;
    many.inter.latencyS = 1e-3;
    QVERIFY(allReduceSeconds(1e3, many, 0) < 20e-3);
}

void ProjectionTest::slowestOfMany() {
    QCOMPARE(expectedLargest(1), 0.0);
    // Tables of normal order statistics, five digits.
    QVERIFY(std::abs(expectedLargest(2) - 0.56419) < 1e-5);
    QVERIFY(std::abs(expectedLargest(8) - 1.42360) < 1e-5);
    QVERIFY(std::abs(expectedLargest(100) - 2.50759) < 1e-5);
}

void ProjectionTest::rowsOfARank() {
    HeadShape head{Parallelism::data, 0.1, 1e6, 512, 64};
    QCOMPARE(rowsPerRank(head, 8), 1e6);
    head.parallelism = Parallelism::model;
    QCOMPARE(rowsPerRank(head, 8), 125'000.0);
    head.parallelism = Parallelism::partial_fc;
    QCOMPARE(rowsPerRank(head, 8), 12'500.0);
    // 4,096 devices: 262,144 samples meet 1 - e^-0.262 of the classes, more than a tenth.
    const double share = rowsPerRank(head, 4096) / (1e6 / 4096);
    QVERIFY(std::abs(share - (1 - std::exp(-0.262144))) < 1e-5);
    head.numClasses = 1;
    QCOMPARE(rowsPerRank(head, 1), 1.0);
}

void ProjectionTest::oneDeviceIsWhatWasMeasured() {
    const Projection projection(plainStep(), m_catalog.training());
    const ProjectedPoint point = projection.at(topology(1), Parallelism::data);
    QCOMPARE(point.stepS, 0.3);
    QCOMPARE(point.samplesPerS, 64 / 0.3);
    QCOMPARE(point.efficiency, 1.0);
    QCOMPARE(point.communicationS, 0.0);
    // Measured on 8 with 5 ms of exposed communication: 8 devices over the same links need the computation
    // once more, and communication anew.
    MeasuredStep eight = plainStep();
    eight.devices = 8;
    eight.exposedCommunication = 0.005;
    const ProjectedPoint again = Projection(eight, m_catalog.training()).at(topology(8), Parallelism::data);
    QVERIFY(again.stepS > 0.3 && again.stepS < 0.31);
}

void ProjectionTest::communicationHidesBehindBackward() {
    TrainingConstants constants = m_catalog.training();
    constants.deviceSpread = 0;
    constants.overlapSlowdown = 0;
    const Projection projection(plainStep(), constants);
    const ProjectedPoint eight = projection.at(topology(8), Parallelism::data);
    // On NVLink every bucket but the last is done before the next is ready.
    QVERIFY(eight.communicationS > 0.002);
    QVERIFY(eight.exposedS < 0.0003);
    QCOMPARE(eight.stepS, 0.3 + eight.exposedS);
    // On 10 Gb/s the pass is far too short: what is left of all of it is waited for.
    const ProjectedPoint slow = projection.at(topology(16, "ethernet-10"), Parallelism::data);
    QCOMPARE(slow.exposedS, slow.communicationS - 0.18 + 0.0);
    // Beside communication computation is slower, by no more than that share of the communication.
    const Projection contended(plainStep(), {0.2, 0, constants.bucketBytes, constants.launchS});
    const double later = contended.at(topology(8), Parallelism::data).stepS - eight.stepS;
    QVERIFY(later > 0 && later <= 0.2 * eight.communicationS);
}

void ProjectionTest::modelParallelCarriesManyClasses() {
    MeasuredStep step = plainStep();
    step.head.numClasses = 1e7;  // 20 GB of gradients where every rank holds them all
    const Projection projection(step, m_catalog.training());
    const ProjectedPoint data = projection.at(topology(32), Parallelism::data);
    const ProjectedPoint model = projection.at(topology(32), Parallelism::model);
    const ProjectedPoint partial = projection.at(topology(32), Parallelism::partial_fc);
    QVERIFY(model.samplesPerS > 2 * data.samplesPerS);
    QVERIFY(partial.samplesPerS > model.samplesPerS);
    // An all-gather and a reduce-scatter of the batch's embeddings, and the backbone's gradient.
    const double backbone = 2 * 31.0 / 32 * 65'156'160 * 4;
    const double samples = 64.0 * 32;
    const double head = 31.0 / 32 * (2 * samples * 512 * 4 + samples * 4) + 2 * 31.0 / 32 * 2 * samples * 4;
    QCOMPARE(model.bytesPerStep, backbone + head);
}

void ProjectionTest::fasterLinksAreNeverSlower() {
    const Projection projection(plainStep(), m_catalog.training());
    for (const Parallelism parallelism : {Parallelism::data, Parallelism::model, Parallelism::partial_fc}) {
        double efficiency = 1.0001;
        for (const int devices : usualDeviceCounts()) {
            double samplesPerS = 0;
            for (const char* link : {"ethernet-10", "ethernet-25", "infiniband-100", "infiniband-400"}) {
                const double next = projection.at(topology(devices, link), parallelism).samplesPerS;
                QVERIFY2(next >= samplesPerS * (1 - 1e-12), link);
                samplesPerS = next;
            }
            const double now = projection.at(topology(devices), Parallelism::data).efficiency;
            QVERIFY(now <= efficiency);
            efficiency = now;
        }
    }
}

void ProjectionTest::partsOfARunAreUsed() {
    Place place;
    RunStore store(place.database());
    NewRun run = smallRun();
    run.config.num_classes = 20'000;
    run.config.communication_precision = protocol::CommunicationPrecision::bf16;
    const qint64 id = store.createRun(run);
    protocol::Result result = resultAt(80, 0);  // 8 samples in 100 ms
    result.parts = {1, 20, 5, 50, 0, 4};
    store.recordResult(id, result);
    store.finishRun(id, RunState::Finished, figuresOf({result}));
    const TopologyChoice choice{QStringLiteral("pcie-3"), QStringLiteral("ethernet-25"), 4};
    const ProjectionBase base = projectionBase(store, QString::number(id), choice, m_catalog);
    QVERIFY(base.step.partsMeasured);
    QCOMPARE(base.step.backward, 0.05);
    QCOMPARE(base.step.gradientValueBytes, 2.0);
    QCOMPARE(base.step.total(), 0.1);  // 20 ms that no part names included
    QCOMPARE(base.topology.devicesPerNode, 4);
    const auto rows = projectionRows(base, {Parallelism::data}, {1, 8}, store.history(), m_catalog);
    QCOMPARE(rows.front().measured.value_or(0), 80.0);
    QVERIFY(std::abs(rows.front().error().value_or(1)) < 1e-12);
    QVERIFY(!rows.back().measured);
    QCOMPARE(rows.back().point.nodes, 2);
    const Table table = projectionTable(base, rows);
    QCOMPARE(table.rows.size(), std::size_t{2});
    QCOMPARE(std::get<QString>(table.rows.front().front()), QStringLiteral("projected"));
}

void ProjectionTest::incompleteRowsAreRefused() {
    Place place;
    RunStore store(place.database());
    const auto from = [&](const QString& id) {
        return errorOf([&] { projectionBase(store, id, {}, m_catalog); });
    };
    QVERIFY(from(QStringLiteral("ref:9999")).contains(QStringLiteral("from is 'ref:9999'")));
    QVERIFY(from(QStringLiteral("seven")).contains(QStringLiteral("from is 'seven'")));
    QVERIFY(from(QStringLiteral("1")).contains(QStringLiteral("no run 1")));
    const auto rows = store.publishedResults();
    const auto noModel =
        std::find_if(rows.begin(), rows.end(), [](const auto& r) { return r.model.isEmpty(); });
    QVERIFY(noModel != rows.end());
    QVERIFY(from(QStringLiteral("ref:%1").arg(noModel->id)).contains(QStringLiteral("cannot be projected")));
}

void ProjectionTest::wrongLinksAreRefused() {
    HistoryRow row;
    const auto chosen = [&](const TopologyChoice& choice) {
        return errorOf([&] { topologyFor(row, choice, m_catalog); });
    };
    QVERIFY(chosen({{}, QStringLiteral("string"), 0})
                .startsWith(QStringLiteral("link is 'string'; allowed: inf")));
    // A network is no link within a machine.
    QVERIFY(chosen({QStringLiteral("ethernet-10"), {}, 0}).startsWith(QStringLiteral("intra-link is")));
    QVERIFY(chosen({{}, {}, 65}).startsWith(QStringLiteral("devices-per-node is 65; allowed")));
}

void ProjectionTest::seriesHoldWhatBelongsTogether() {
    const std::vector<HistoryRow> rows = shippedReferenceResults();
    const std::vector<ScalingSeries> series = scalingSeries(rows);
    std::size_t placed = 0;
    for (const ScalingSeries& one : series) {
        QVERIFY(one.isPublished());
        int before = 0;
        for (const HistoryRow& row : one.rows) {
            QVERIFY(sameSeries(row, one.first()));
            QVERIFY(devicesOf(row) > before);
            before = devicesOf(row);
        }
        placed += one.rows.size();
    }
    // Every throughput row of the DLPerf report belongs to exactly one.
    const auto countable = std::count_if(rows.begin(), rows.end(), isScalingRow);
    QCOMPARE(placed, static_cast<std::size_t>(countable));
    QCOMPARE(countable, 92);
}

/// Every OneFlow row of more than one GPU, projected from its own series' 1-GPU row and nothing else. The
/// table is what `arcmeter-cli project --published` prints.
void ProjectionTest::publishedRowsAreReproduced() {
    const Validation validation =
        validateProjection(shippedReferenceResults(), QStringLiteral("OneFlow"), m_catalog);
    QProcess cli;
    cli.start(QStringLiteral(ARCMETER_CLI), {"project", "--published"});
    QVERIFY(cli.waitForFinished());
    QCOMPARE(cli.exitCode(), 0);
    const QByteArray table = cli.readAllStandardOutput();
    qInfo("%s", table.constData());
    QVERIFY(table.contains("36 rows"));
    QCOMPARE(validation.rows.size(), std::size_t{36});
    QVERIFY(validation.meanError() < 0.05);
    QVERIFY(validation.meanError() < 0.5 * validation.meanLinearError());
    QVERIFY(validation.worstError() < 0.1);
}

QTEST_GUILESS_MAIN(ProjectionTest)
#include "projection_test.moc"
