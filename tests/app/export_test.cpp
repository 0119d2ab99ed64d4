// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <nlohmann/json.hpp>

#include "app/export/HistoryTable.h"
#include "app/export/TableExporter.h"
#include "app/store/ReferenceResults.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;

class ExportTest : public QObject {
    Q_OBJECT

private slots:
    void csvQuotesAndNeutralises();
    void tsvKeepsOneLineARow();
    void jsonIsTypedAndParses();
    void markdownEscapes();
    void numbersReadBackExactly();
    void fileIsWrittenWholeOrNotAtAll();
    void historyTableHoldsPublishedTextAndRunProvenance();
    void stepsTableRepeatsProvenance();

private:
    Table sample() const {
        return {{QStringLiteral("name"), QStringLiteral("value")},
                {{Cell{QStringLiteral("=1+2")}, Cell{-3.5}},
                 {Cell{QStringLiteral("a,\"b\"\nc|d\t")}, Cell{qint64(7)}},
                 {Cell{}, Cell{NumberText{QStringLiteral("245.0")}}},
                 {Cell{true}, Cell{std::monostate{}}}}};
    }
};

void ExportTest::csvQuotesAndNeutralises() {
    const QByteArray csv = renderTable(sample(), TableFormat::Csv);
    QCOMPARE(csv, QByteArray("name,value\n'=1+2,-3.5\n\"a,\"\"b\"\"\nc|d\t\",7\n,245.0\n1,\n"));
    for (const char* start : {"=", "+", "-", "@", "\t"}) {
        const Table table{{QStringLiteral("x")}, {{Cell{QString::fromLatin1(start) + QStringLiteral("x")}}}};
        QVERIFY(renderTable(table, TableFormat::Csv).contains('\''));
    }
}

void ExportTest::tsvKeepsOneLineARow() {
    const QByteArray tsv = renderTable(sample(), TableFormat::Tsv);
    QCOMPARE(tsv.count('\n'), 5);
    QVERIFY(tsv.contains("a,\"b\" c|d \t7\n"));
}

void ExportTest::jsonIsTypedAndParses() {
    const auto rows = nlohmann::json::parse(renderTable(sample(), TableFormat::Json).toStdString());
    QCOMPARE(rows.size(), std::size_t(4));
    QCOMPARE(rows[0]["name"].get<std::string>(), std::string("=1+2"));
    QCOMPARE(rows[0]["value"].get<double>(), -3.5);
    QVERIFY(rows[1]["value"].is_number_integer());
    QVERIFY(rows[2]["name"].is_null());
    QCOMPARE(rows[2]["value"].get<double>(), 245.0);
    QVERIFY(rows[3]["name"].is_boolean());
    QCOMPARE(nlohmann::json::parse(renderTable({{QStringLiteral("x")}, {}}, TableFormat::Json).toStdString())
                 .size(),
             std::size_t(0));
}

void ExportTest::markdownEscapes() {
    const QByteArray text = renderTable(sample(), TableFormat::Markdown);
    QVERIFY(text.startsWith("| name | value |\n| --- | --- |\n| =1+2 | -3.5 |\n"));
    QVERIFY(text.contains("c\\|d"));
    QVERIFY(text.contains("| - | 245.0 |"));
}

void ExportTest::numbersReadBackExactly() {
    for (const double value : {0.1, 1.0 / 3, 123456789.123456, 5e-324, -1e300}) {
        const Table table{{QStringLiteral("x")}, {{cell(value)}}};
        const QByteArray text = renderTable(table, TableFormat::Csv).split('\n')[1];
        QCOMPARE(text.toDouble(), value);
    }
    QVERIFY(std::holds_alternative<std::monostate>(cell(std::nan(""))));
}

void ExportTest::fileIsWrittenWholeOrNotAtAll() {
    Place place;
    const QString file = place.folder.filePath(QStringLiteral("out.csv"));
    writeTable(sample(), TableFormat::Csv, file);
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    QCOMPARE(written.readAll(), renderTable(sample(), TableFormat::Csv));
    QVERIFY(errorOf([&] {
                writeTable(sample(), TableFormat::Csv, place.folder.path());
            }).contains("is a folder"));
    const QString nowhere = place.folder.filePath(QStringLiteral("no/where.csv"));
    QVERIFY(errorOf([&] { writeTable(sample(), TableFormat::Csv, nowhere); }).contains("there is no folder"));
    if (!permissionsApply()) return;
    QVERIFY(written.setPermissions(QFile::ReadOwner));
    QVERIFY(errorOf([&] { writeTable(sample(), TableFormat::Csv, file); }).contains("no permission"));
}

void ExportTest::historyTableHoldsPublishedTextAndRunProvenance() {
    std::vector<HistoryRow> rows = shippedReferenceResults();
    HistoryRow run;
    run.id = 12;
    run.device = QStringLiteral("cpu");
    run.memoryMib = 96;
    run.samplesPerSecond = 100.25;
    run.state = RunState::Stopped;
    run.partial = true;
    run.note = QStringLiteral("@home");
    rows.push_back(run);
    const Table table = historyTable(rows);
    const auto at = [&](std::size_t row, const char* column) {
        const auto index = table.columns.indexOf(QLatin1String(column));
        return table.rows[row][static_cast<std::size_t>(index)];
    };
    QCOMPARE(std::get<NumberText>(at(0, "samples_per_s")).text, QStringLiteral("245.0"));
    QVERIFY(std::holds_alternative<std::monostate>(at(0, "run_id")));
    const std::size_t last = rows.size() - 1;
    QCOMPARE(std::get<double>(at(last, "samples_per_s")), 100.25);
    QVERIFY(std::holds_alternative<std::monostate>(at(last, "memory_mib_per_gpu")));
    QCOMPARE(std::get<double>(at(last, "peak_memory_mib")), 96.0);
    QCOMPARE(std::get<qint64>(at(last, "gpus_per_node")), qint64(0));
    QCOMPARE(std::get<QString>(at(last, "state")), QStringLiteral("stopped"));
    QVERIFY(renderTable(table, TableFormat::Csv).contains("'@home"));
}

void ExportTest::stepsTableRepeatsProvenance() {
    RunDetails details;
    details.row.id = 3;
    details.row.model = QStringLiteral("y1");
    const Table table = stepsTable(details, {stepAt(1), stepAt(2)});
    QCOMPARE(table.rows.size(), std::size_t(2));
    const auto index = static_cast<std::size_t>(table.columns.indexOf(QStringLiteral("model")));
    QCOMPARE(std::get<QString>(table.rows[1][index]), QStringLiteral("y1"));
}

QTEST_GUILESS_MAIN(ExportTest)
#include "export_test.moc"
