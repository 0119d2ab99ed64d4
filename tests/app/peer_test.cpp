// SPDX-License-Identifier: GPL-3.0-or-later
// The PyTorch peer: found through Pythons that are shell scripts here, run beside our own engine in one
// queue.
#include <QFile>
#include <QStandardPaths>

#include "TestSupport.h"
#include "app/peer/TorchPeer.h"
#include "app/queue/QueueRunner.h"
#include "app/suite/SuiteCheck.h"

namespace arcmeter::app::test {

class PeerTest : public QObject {
    Q_OBJECT

    static constexpr int patience_ms = 30'000;  ///< generous: test machines are busy

    static QString script(const Place& place, const QByteArray& body) {
        QFile file(place.folder.filePath(QStringLiteral("python")));
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate)) qFatal("cannot write");
        file.write("#!/bin/sh\n" + body);
        file.setPermissions(file.permissions() | QFileDevice::ExeOwner);
        return file.fileName();
    }

    /// The fake worker that says it is PyTorch.
    static PeerEngine fakePeer() { return {torchEngine, "PyTorch 9", FAKE_ENGINE, {}}; }

    static SuiteEntry entry(const QString& engine, int repeats) {
        SuiteEntry made;
        made.config = smallRun(protocol::Method::dlperf).config;
        made.config.repeats = repeats;
        made.datasetName = QStringLiteral("synthetic");
        made.engine = engine;
        return made;
    }

private slots:
    void init() {
        qputenv("ARCMETER_FAKE", "normal");
        qputenv("ARCMETER_FAKE_STEP_MS", "1");
    }

    void aPythonWithTorchIsFound() {
        Place place;
        const QString python =
            script(place, "echo a warning\necho arcmeter-torch 2.11.0+cu130 python 3.11\n");
        const TorchFinding found = findTorchPeer(python);
        QVERIFY2(found.engine, qPrintable(found.reason));
        QCOMPARE(found.engine->name, QStringLiteral("pytorch"));
        QCOMPARE(found.engine->title, QStringLiteral("PyTorch 2.11.0"));
        QCOMPARE(found.engine->program, python);
        QVERIFY(QFile::exists(found.engine->arguments.front()));
    }

    void whyThereIsNoneIsOneSentence() {
        Place place;
        const TorchFinding none = findTorchPeer(script(place, "echo 'no package torch' >&2\nexit 1\n"));
        QVERIFY(!none.engine);
        QVERIFY2(none.reason.contains("no package torch"), qPrintable(none.reason));
        const TorchFinding silent = findTorchPeer(script(place, "exit 0\n"));
        QVERIFY2(!silent.engine && silent.reason.contains("no torch"), qPrintable(silent.reason));
        const TorchFinding missing = findTorchPeer(QStringLiteral("/no/such/python"));
        QVERIFY2(!missing.engine && missing.reason.contains("/no/such/python"), qPrintable(missing.reason));
    }

    void aQuestionIsDroppedByTheNextAndByTheEnd() {
        Place place;
        TorchPeer peer;
        QSignalSpy answered(&peer, &TorchPeer::answered);
        peer.ask(script(place, "exec sleep 60\n"));
        peer.ask(QStringLiteral("/no/such/python"));
        QTRY_COMPARE_WITH_TIMEOUT(answered.size(), 1, patience_ms);
        peer.ask(script(place, "exec sleep 60\n"));  // its destructor does not wait for it
    }

    void enginesTakeTurnsInTheQueueAndAreKeptWithTheirRuns() {
        Place place;
        RunStore store(place.database());
        RunController controller(&store, QStringLiteral(FAKE_ENGINE));
        controller.setPeers({fakePeer()});
        QueueRunner runner(&store, &controller, [](const QString&, auto answer) { answer(30.0); });
        std::vector<QString> order;
        connect(&runner, &QueueRunner::entryStarted, this,
                [&](qint64 id) { order.push_back(runner.entry(id)->what.engine); });
        runner.add({"both", true, {}, {{entry({}, 2), {}}, {entry(torchEngine, 2), {}}}});
        QSignalSpy drained(&runner, &QueueRunner::drained);
        runner.start();
        QVERIFY(drained.wait(patience_ms));
        QCOMPARE(order, (std::vector<QString>{{}, torchEngine, {}, torchEngine}));
        QueueRunner again(&store, &controller);  // as another program reads it
        QCOMPARE(again.entries().back().what.engine, torchEngine);
        QVERIFY(again.entries().back().state == QueueState::Finished);
    }

    void anEngineThatIsNotThereIsRefused() {
        Place place;
        RunStore store(place.database());
        RunController controller(&store, QStringLiteral(FAKE_ENGINE));
        NewRun run = smallRun();
        run.engine = torchEngine;
        QVERIFY_EXCEPTION_THROWN(controller.start(run), Error);
        QVERIFY(store.runs().empty());
        controller.setPeers({fakePeer()});
        run.config.devices_per_node = 2;
        QVERIFY_EXCEPTION_THROWN(controller.start(run), Error);
        run.config.devices_per_node = 1;
        run.config.launcher = protocol::Launcher::mpirun;
        QVERIFY_EXCEPTION_THROWN(controller.start(run), Error);
    }

    /// The real question, of a Python that is there: installed or not, it answers without a trace.
    void theQuestionIsUnderstood() {
        const QString python = QStandardPaths::findExecutable(QStringLiteral("python3"));
        QVERIFY2(!python.isEmpty(), "python3 is one of the packages that packaging/test.sh installs");
        const TorchFinding found = findTorchPeer(python);
        if (found.engine) {
            QVERIFY(found.engine->title.startsWith("PyTorch "));
        } else {
            QVERIFY2(found.reason.contains("no package"), qPrintable(found.reason));
        }
    }

    void aPeersMistakesCarryItsName() {
        qputenv("ARCMETER_FAKE", "no_hello");
        Place place;
        RunStore store(place.database());
        RunController controller(&store, QStringLiteral("/no/such/engine"));
        controller.setPeers({fakePeer()});
        std::optional<RunOutcome> outcome;
        connect(&controller, &RunController::runEnded, this,
                [&](const RunOutcome& ended) { outcome = ended; });
        NewRun run = smallRun();
        run.engine = torchEngine;
        controller.start(run);
        QVERIFY(QTest::qWaitFor([&] { return outcome.has_value(); }, patience_ms));
        QVERIFY2(outcome->failure.message.contains("PyTorch 9"), qPrintable(outcome->failure.message));
    }

    void whatAPeerCannotDoIsListed() {
        MachineDevices machine;
        machine.cpuCores = 64;
        SuiteEntry wanted = entry(torchEngine, 1);
        QVERIFY(reasonNotToRun(wanted, machine, {}).isEmpty());
        wanted.config.devices_per_node = 2;
        QVERIFY(reasonNotToRun(wanted, machine, {}).contains("one device"));
        wanted = entry(torchEngine, 1);
        wanted.maxField = QStringLiteral("batch_size_per_device");
        QVERIFY(reasonNotToRun(wanted, machine, {}).contains("Arcmeter's own"));
    }
};

}  // namespace arcmeter::app::test

QTEST_GUILESS_MAIN(arcmeter::app::test::PeerTest)
#include "peer_test.moc"
