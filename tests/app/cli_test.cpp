// SPDX-License-Identifier: GPL-3.0-or-later
// arcmeter-cli as a user meets it: its own process, the fake engine behind it.
#include <QFile>
#include <QProcess>
#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;
using nlohmann::json;

namespace {

struct Answer {
    int code = -1;
    QString out;
    QString err;
    json object() const { return json::parse(out.toStdString(), nullptr, false); }
};

/// One command line in a home of its own.
struct Home {
    Place place;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();

    explicit Home(const QString& how = QStringLiteral("normal")) {
        for (const char* name : {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"}) {
            environment.insert(QLatin1String(name), place.folder.filePath(QLatin1String(name)));
        }
        environment.insert(QStringLiteral("ARCMETER_ENGINE"), QStringLiteral(FAKE_ENGINE));
        environment.insert(QStringLiteral("ARCMETER_FAKE"), how);
    }
    void prepare(QProcess& process, const QStringList& arguments) const {
        process.setProcessEnvironment(environment);
        process.setProgram(QStringLiteral(ARCMETER_CLI));
        process.setArguments(arguments);
    }
    static Answer finish(QProcess& process) {
        Answer answer;
        if (!process.waitForFinished(30'000)) process.kill();
        answer.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        answer.out = QString::fromUtf8(process.readAllStandardOutput());
        answer.err = QString::fromUtf8(process.readAllStandardError());
        return answer;
    }
    Answer run(const QStringList& arguments) const {
        QProcess process;
        prepare(process, arguments);
        process.start();
        process.closeWriteChannel();
        return finish(process);
    }
    QString db() const { return place.database(); }
    /// A small run into db().
    QStringList small(const QStringList& more = {}) const {
        return QStringList{"run",          "--model", "y1",       "-b", "8",    "--method", "quick",
                           "--iterations", "12",      "--warmup", "4",  "--db", db()} +
               more;
    }
};

QString fileText(const QString& name) {
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

}  // namespace

class CliTest : public QObject {
    Q_OBJECT

private slots:
    void helpAndVersion();
    void runPrintsATableAndStores();
    void runJsonIsOneObject();
    void runTakesAFileAndOptionsWin();
    void runTakesAPreset();
    void failuresHaveTheirExitCodes_data();
    void failuresHaveTheirExitCodes();
    void wrongUsageIsTwo_data();
    void wrongUsageIsTwo();
    void unwritableOutputsAreSeenBeforeWork();
    void newerDatabaseIsNotWritten();
    void missingEngineIsOneSentence();
    void interruptStoresAPartialRun();
    void secondInterruptKills();
    void planInBothForms();
    void engineCommandsAreForwarded();
    void historyRoundTrip();
    void exportHoldsEveryPublishedRow();
};

void CliTest::helpAndVersion() {
    const Home home;
    const Answer version = home.run({"--version"});
    QCOMPARE(version.code, 0);
    QVERIFY(version.out.startsWith("arcmeter-cli 0."));
    const Answer help = home.run({"run", "--help"});
    QCOMPARE(help.code, 0);
    for (const protocol::ConfigField& field : protocol::config_fields()) {
        if (field.name == "repeat") continue;
        const QString option = "--" + QString::fromStdString(protocol::kebab_case(field.name));
        QVERIFY2(help.out.contains(option), qPrintable(option));
    }
    QVERIFY(help.out.contains("Ctrl-C"));
}

void CliTest::runPrintsATableAndStores() {
    const Home home;
    const Answer answer = home.run(home.small({"--tag", "base"}));
    QCOMPARE(answer.code, 0);
    QVERIFY(answer.out.contains("samples/s") && answer.out.contains("100.00"));
    QVERIFY(answer.out.contains(home.db()));
    QVERIFY(answer.err.contains("Fits:") && answer.err.contains("about"));
    QVERIFY(answer.err.contains("measuring"));
    const Answer list = home.run({"history", "list", "--db", home.db()});
    QCOMPARE(list.code, 0);
    QVERIFY(list.out.contains("finished") && list.out.contains("base"));
}

void CliTest::runJsonIsOneObject() {
    const Home home;
    const Answer answer = home.run(home.small({"--json"}));
    QCOMPARE(answer.code, 0);
    const json object = answer.object();
    QVERIFY(object.is_object());
    QCOMPARE(object["samples_per_s"].get<double>(), 100.0);
    QCOMPARE(object["run_id"].get<int>(), 1);
    QCOMPARE(object["config"]["model"].get<std::string>(), std::string("y1"));
    QCOMPARE(object["plan"]["parameters"].get<int>(), 1'003'264);
    QCOMPARE(object["state"].get<std::string>(), std::string("finished"));
    QVERIFY(object.contains("parts") && object.contains("peak_host_memory_bytes") &&
            !object.contains("error"));
}

void CliTest::runTakesAFileAndOptionsWin() {
    const Home home;
    const QString file = home.place.folder.filePath(QStringLiteral("run.json"));
    QFile out(file);
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(
        R"({"model": "r18", "batch_size_per_device": 4, "method": "quick", "iterations": 6, "warmup": 2})");
    out.close();
    const Answer answer = home.run(
        {"run", "--config", file, "--batch-size", "2", "--deterministic", "--db", home.db(), "--json"});
    QCOMPARE(answer.code, 0);
    const json config = answer.object()["config"];
    QCOMPARE(config["model"].get<std::string>(), std::string("r18"));
    QCOMPARE(config["batch_size_per_device"].get<int>(), 2);
    QCOMPARE(config["deterministic"].get<bool>(), true);
}

void CliTest::runTakesAPreset() {
    const Home home;
    const Answer answer = home.run(
        {"run", "--preset", "r100-glint360k-partial_fc", "--method", "quick", "--json", "--db", home.db()});
    QCOMPARE(answer.code, 0);
    QVERIFY(answer.err.contains("synthetic data of 360232 classes stands in"));
    QCOMPARE(answer.object()["config"]["num_classes"].get<int>(), 360'232);
    QCOMPARE(answer.object()["config"]["loss"].get<std::string>(), std::string("cosface"));
    QVERIFY(home.run({"history", "list", "--db", home.db()}).out.contains("synthetic"));
}

void CliTest::failuresHaveTheirExitCodes_data() {
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("error") << 1 << "9.1 GiB do not fit";
    QTest::newRow("no_device") << 4 << "There is no GPU here.";
    QTest::newRow("die") << 1 << "SIGKILL";
    QTest::newRow("garbage") << 1 << "no events";
    QTest::newRow("wrong_protocol") << 1 << "speaks protocol 99";
}

void CliTest::failuresHaveTheirExitCodes() {
    QFETCH(int, code);
    QFETCH(QString, sentence);
    const Home home(QString::fromLatin1(QTest::currentDataTag()));
    const Answer plain = home.run(home.small());
    QCOMPARE(plain.code, code);
    QVERIFY2(plain.err.contains(sentence), qPrintable(plain.err));
    const Answer machine = home.run(home.small({"--json"}));
    QCOMPARE(machine.code, code);
    QCOMPARE(machine.object()["state"].get<std::string>(), std::string("failed"));
    QVERIFY(machine.object()["error"]["message"].get<std::string>().find(sentence.toStdString()) !=
            std::string::npos);
    const json event = json::parse(machine.err.trimmed().section(QLatin1Char('\n'), -1).toStdString());
    QCOMPARE(event["event"].get<std::string>(), std::string("error"));
    QCOMPARE(home.run({"history", "list", "--db", home.db(), "--state", "failed"}).out.count("failed"), 2);
}

void CliTest::wrongUsageIsTwo_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const QStringList& arguments, const char* sentence) {
        QTest::newRow(name) << arguments << QString::fromLatin1(sentence);
    };
    row("nothing", {}, "subcommand");
    row("unknown option", {"run", "--colour", "red"}, "--colour");
    row("unknown model", {"run", "--model", "vgg"}, "model is 'vgg'");
    row("batch 0", {"run", "-b", "0"}, "batch_size_per_device is 0");
    row("batch word", {"run", "-b", "many"}, "batch_size_per_device");
    row("precision", {"run", "--precision", "fp8"}, "precision");
    row("fp16 on the CPU", {"run", "--precision", "fp16", "--device", "cpu"}, "precision is fp16");
    row("memory", {"run", "--memory-limit", "much"}, "memory_limit_bytes");
    row("preset", {"run", "--preset", "q"}, "'q' is not a preset");
    row("no config", {"run", "--config", "/no/file"}, "/no/file");
    row("bad config", {"run", "--config", "/proc/self/comm"}, "not a JSON object");
    row("plan", {"plan", "--num-classes", "-5"}, "num_classes is -5");
    row("format", {"history", "export", "--format", "xml"}, "xml");
    row("state", {"history", "list", "--state", "merry"}, "state is 'merry'");
    row("no run", {"history", "show", "12"}, "There is no run 12");
    row("no database", {"history", "list", "--db", "/no/db"}, "There is no run database /no/db");
}

void CliTest::wrongUsageIsTwo() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, sentence);
    const Home home;
    const Answer answer = home.run(arguments);
    QCOMPARE(answer.code, 2);
    QVERIFY2(answer.err.contains(sentence), qPrintable(answer.err));
    QVERIFY(answer.out.isEmpty());
}

void CliTest::unwritableOutputsAreSeenBeforeWork() {
    const Home home;
    QStringList run = home.small();
    run[run.indexOf(home.db())] = QStringLiteral("/proc/runs.sqlite");
    const Answer database = home.run(run);
    QCOMPARE(database.code, 2);
    QVERIFY2(database.err.contains("/proc/runs.sqlite"), qPrintable(database.err));
    QVERIFY(!database.err.contains("measuring"));
    const Answer output = home.run({"history", "export", "--output", "/no/folder/x.csv"});
    QCOMPARE(output.code, 2);
    QVERIFY(output.err.contains("there is no folder /no/folder"));
    const Answer folder = home.run({"history", "export", "--output", home.place.folder.path()});
    QCOMPARE(folder.code, 2);
}

void CliTest::newerDatabaseIsNotWritten() {
    const Home home;
    QCOMPARE(home.run(home.small()).code, 0);
    execute(home.db(), QStringLiteral("PRAGMA user_version = 99"));
    const Answer run = home.run(home.small());
    QCOMPARE(run.code, 2);
    QVERIFY(run.err.contains("newer Arcmeter"));
    const Answer list = home.run({"history", "list", "--db", home.db()});
    QCOMPARE(list.code, 0);
    QVERIFY(list.out.contains("finished"));
}

void CliTest::missingEngineIsOneSentence() {
    Home home;
    home.environment.insert(QStringLiteral("ARCMETER_ENGINE"), QStringLiteral("/no/engine"));
    for (const QStringList& arguments : {home.small(), QStringList{"plan"}, QStringList{"devices"}}) {
        const Answer answer = home.run(arguments);
        QCOMPARE(answer.code, 1);
        QVERIFY(answer.err.contains("/no/engine"));
        QCOMPARE(answer.err.count(QLatin1Char('\n')), 1);
    }
}

void CliTest::interruptStoresAPartialRun() {
    Home home;
    home.environment.insert(QStringLiteral("ARCMETER_FAKE_STEP_MS"), QStringLiteral("30"));
    QProcess process;
    home.prepare(process, home.small({"--json", "--iterations", "2000"}));
    process.start();
    QString err;
    QVERIFY(QTest::qWaitFor([&] { return (err += process.readAllStandardError()).contains("measuring"); },
                            20'000));
    QTest::qWait(200);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    const Answer answer = Home::finish(process);
    QCOMPARE(answer.code, 3);
    QCOMPARE(answer.object()["state"].get<std::string>(), std::string("stopped"));
    QCOMPARE(answer.object()["partial"].get<bool>(), true);
    QCOMPARE(answer.object()["samples_per_s"].get<double>(), 100.0);
    QVERIFY(home.run({"history", "list", "--db", home.db()}).out.contains("stopped"));
}

void CliTest::secondInterruptKills() {
    Home home(QStringLiteral("hang"));
    QProcess process;
    home.prepare(process, home.small());
    process.start();
    QString err;
    QVERIFY(QTest::qWaitFor([&] { return (err += process.readAllStandardError()).contains("measuring"); },
                            20'000));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(QTest::qWaitFor([&] { return (err += process.readAllStandardError()).contains("Stopping"); },
                            20'000));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    const Answer answer = Home::finish(process);
    QCOMPARE(answer.code, 3);
    QVERIFY(answer.out.contains("stopped"));
}

void CliTest::planInBothForms() {
    const Home home;
    const Answer plain = home.run({"plan", "-m", "y1", "-b", "16"});
    QCOMPARE(plain.code, 0);
    QVERIFY(plain.out.contains("1003264") && plain.out.contains("1.315 GFLOP") &&
            plain.out.contains("Fits:"));
    const Answer machine = home.run({"plan", "-m", "y1", "--json"});
    QCOMPARE(machine.object()["event"].get<std::string>(), std::string("plan"));
    QVERIFY(machine.object()["memory_total"].get<qint64>() > 0);
}

void CliTest::engineCommandsAreForwarded() {
    const Home home;
    QVERIFY(home.run({"devices", "--json"}).object().contains("devices"));
    const Answer made = home.run({"dataset", "make", "--identities", "2"});
    QCOMPARE(made.code, 0);
    QVERIFY(made.err.contains("fake dataset make"));
    QCOMPARE(home.run({"dataset", "verify", "x"}).code, 1);
}

void CliTest::historyRoundTrip() {
    const Home home;
    for (int i = 0; i < 2; ++i) QCOMPARE(home.run(home.small()).code, 0);
    const auto history = [&](QStringList arguments) {
        return home.run(QStringList{"history"} + arguments + QStringList{"--db", home.db()});
    };
    QCOMPARE(history({"tag", "1", "baseline", "y"}).code, 0);
    QCOMPARE(history({"tag", "1", "y", "--remove"}).code, 0);
    const Answer tagged = history({"list", "--tag", "baseline", "--json"});
    QCOMPARE(tagged.object()["rows"].size(), std::size_t(1));
    QCOMPARE(tagged.object()["rows"][0]["tags"].get<std::string>(), std::string("baseline"));
    const Answer shown = history({"show", "1"});
    QVERIFY(shown.out.contains("again: arcmeter-cli run --model y1"));
    const json details = history({"show", "1", "--json"}).object();
    QCOMPARE(details["steps"].get<int>(), 12);
    QVERIFY(details["environment"].is_object() && details["plan"].is_object());
    const Answer steps = history({"export", "--steps", "1"});
    QCOMPARE(steps.out.count(QLatin1Char('\n')), 13);
    QCOMPARE(history({"delete", "1"}).code, 0);
    QCOMPARE(history({"show", "1"}).code, 2);
    QCOMPARE(history({"list", "--json"}).object()["rows"].size(), std::size_t(1));
    QCOMPARE(history({"list", "--show", "all", "--json"}).object()["rows"].size(), std::size_t(121));
}

void CliTest::exportHoldsEveryPublishedRow() {
    const Home home;
    const QString file = home.place.folder.filePath(QStringLiteral("all.csv"));
    QCOMPARE(home.run({"history", "export", "--format", "csv", "--output", file}).code, 0);
    const QStringList lines = fileText(file).trimmed().split(QLatin1Char('\n'));
    QCOMPARE(lines.size(), 121);
    const QStringList columns = lines.front().split(QLatin1Char(','));
    // Each line of the shipped files, cell by cell as text, is a row of the export.
    for (const char* name : {"dlperf_insightface_throughput", "dlperf_insightface_max_num_classes",
                             "arcface_torch_identity_scaling"}) {
        const QStringList shipped =
            fileText(QStringLiteral(REFERENCE_FOLDER "/%1.csv").arg(QLatin1String(name)))
                .trimmed()
                .split('\n');
        const QStringList names = shipped.front().trimmed().split(QLatin1Char(','));
        for (const QString& line : shipped.mid(1)) {
            const QStringList wanted = line.trimmed().split(QLatin1Char(','));
            const bool found = std::any_of(lines.begin() + 1, lines.end(), [&](const QString& exported) {
                const QStringList cells = exported.split(QLatin1Char(','));
                for (qsizetype c = 0; c < names.size(); ++c) {
                    if (cells.value(columns.indexOf(names[c])) != wanted[c]) return false;
                }
                return true;
            });
            QVERIFY2(found, qPrintable(line));
        }
    }
    for (const char* format : {"tsv", "json", "md"}) {
        const Answer answer = home.run({"history", "export", "--format", QLatin1String(format)});
        QCOMPARE(answer.code, 0);
        QVERIFY(answer.out.contains("288.0"));
    }
}

QTEST_GUILESS_MAIN(CliTest)
#include "cli_test.moc"
