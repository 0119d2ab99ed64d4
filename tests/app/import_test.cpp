// SPDX-License-Identifier: GPL-3.0-or-later
// Files of other programs and machines, whole and damaged. The logs in data/ are in the form those programs
// print; each holds lines that were cut, overwritten or interleaved.
#include <QFile>
#include <cmath>

#include "app/export/HistoryTable.h"
#include "app/export/TableExporter.h"
#include "app/import/Csv.h"
#include "app/import/Importer.h"
#include "app/models/HistoryModel.h"
#include "app/store/ReferenceResults.h"
#include "app/store/RowFields.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;

namespace {

QString data(const QString& name) {
    return QStringLiteral(TEST_DATA "/") + name;
}

QString written(const Place& place, const QByteArray& bytes, const QString& name = QStringLiteral("file")) {
    const QString path = place.folder.filePath(name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("cannot write");
    return path;
}

std::vector<qint64> linesOf(const std::vector<ImportProblem>& problems) {
    std::vector<qint64> lines;
    for (const ImportProblem& problem : problems) lines.push_back(problem.line);
    return lines;
}

ImportRecord recordOf(const ImportPreview& preview) {
    return {0,
            {},
            QFileInfo(preview.file).fileName(),
            toString(preview.format),
            preview.sha256,
            0,
            static_cast<qint64>(preview.problems.size())};
}

/// A row with every field that an import can carry.
HistoryRow fullRow() {
    HistoryRow row;
    row.kind = HistoryRow::Kind::Imported;
    row.source = QStringLiteral("A report, \"quoted\"");
    row.sourceUrl = QStringLiteral("https://example.org/report");
    row.host = QStringLiteral("node1");
    row.framework = QStringLiteral("OneFlow");
    row.frameworkVersion = QStringLiteral("0.3.4");
    row.model = QStringLiteral("r100");
    row.dataset = QStringLiteral("face_emore");
    row.parallelism = QStringLiteral("partial_fc");
    row.sampleRatio = 0.1;
    row.precision = QStringLiteral("fp16");
    row.nodes = 2;
    row.devicesPerNode = 8;
    row.batchSizePerDevice = 64;
    row.batchIsMax = true;
    row.numClasses = 85742;
    row.samplesPerSecond = 245;
    row.publishedFigure = QStringLiteral("245.0");
    row.min = 244.5;
    row.max = 246;
    row.stddev = 0.25;
    row.ci95 = 0.5;
    row.repeats = 5;
    row.memoryMib = 12345.5;
    row.maxNumClasses = 2000000;
    row.hardware = QStringLiteral("8x V100");
    row.createdAt = QStringLiteral("2026-01-02T03:04:05Z");
    row.state = RunState::Finished;
    row.failureCode = QStringLiteral("timeout");
    row.failure = QStringLiteral("It took too long.");
    row.method = QStringLiteral("dlperf");
    row.device = QStringLiteral("cuda");
    row.driver = QStringLiteral("550.1");
    row.fcType = QStringLiteral("E");
    row.loss = QStringLiteral("arcface");
    row.engineVersion = QStringLiteral("1.2");
    row.programVersion = QStringLiteral("0.1.0");
    row.finalLoss = 1.5;
    row.accuracy = 0.25;
    row.partial = true;
    row.tags = {QStringLiteral("a"), QStringLiteral("b")};
    row.note = QStringLiteral("=SUM(A1)\nsecond line");
    row.importedFrom = QStringLiteral("file.csv");
    return row;
}

/// Everything an export says of a row but its number in a store.
QByteArray withoutNumber(HistoryRow row) {
    row.id = 0;
    row.importedFrom.clear();
    return renderTable(historyTable({row}), TableFormat::Json);
}

}  // namespace

class ImportTest : public QObject {
    Q_OBJECT

private slots:
    void oneFlowLog() {
        const ImportPreview preview = readForImport(data(QStringLiteral("oneflow.log")));
        QCOMPARE(toString(preview.format), QStringLiteral("oneflow_log"));
        QCOMPARE(preview.rows.size(), std::size_t{1});
        const HistoryRow& row = preview.rows.front().row;
        QCOMPARE(row.framework, QStringLiteral("OneFlow"));
        QCOMPARE(row.model, QStringLiteral("r100"));
        QCOMPARE(row.dataset, QStringLiteral("face_emore"));
        QCOMPARE(row.parallelism, QStringLiteral("partial_fc"));
        QCOMPARE(row.sampleRatio, 0.1);
        QCOMPARE(row.precision, QStringLiteral("fp32"));
        QCOMPARE(row.nodes, 1);
        QCOMPARE(row.devicesPerNode, 8);
        QCOMPARE(row.batchSizePerDevice, 64);
        QCOMPARE(row.numClasses, 85744);
        QCOMPARE(row.loss, QStringLiteral("arcface"));
        // Iterations 51, 52, 54, 58 and 60: those after the first 50 whose lines are whole.
        QCOMPARE(*row.samplesPerSecond, 1864.31);
        QCOMPARE(*row.finalLoss, 44.31);  // the last line's is no number
        QVERIFY2(row.note.contains("Median of 5 throughput lines, iterations 51 to 60"),
                 qPrintable(row.note));
        QCOMPARE(row.importedFrom, QStringLiteral("oneflow.log"));
        QCOMPARE(preview.rows.front().line, 9);
        // Cut off; two in one line; a negative speed; not UTF-8.
        QCOMPARE(linesOf(preview.problems), (std::vector<qint64>{13, 15, 16, 18}));
        QVERIFY(preview.problems[2].reason.contains("positive"));
        QVERIFY(preview.problems[3].reason.contains("UTF-8"));
        QVERIFY(problemLines(preview).front().startsWith(
            "line 13: a throughput line that is not whole: train: iter 53"));
    }

    void mxnetSpeedometerLog() {
        const ImportPreview preview = readForImport(data(QStringLiteral("2n8g/r100_b64_fp32_1.log")));
        QCOMPARE(toString(preview.format), QStringLiteral("mxnet_log"));
        const HistoryRow& row = preview.rows.front().row;
        QCOMPARE(row.framework, QStringLiteral("MXNet (deepinsight/insightface)"));
        QCOMPARE(row.parallelism, QStringLiteral("model"));
        QCOMPARE(row.precision, QStringLiteral("fp32"));
        QCOMPARE(row.nodes, 2);
        QCOMPARE(row.devicesPerNode, 8);
        QCOMPARE(row.batchSizePerDevice, 64);
        QCOMPARE(row.numClasses, 85742);
        QCOMPARE(*row.samplesPerSecond, 2 * 904.0);  // each of two nodes tells its own
        QVERIFY2(row.note.contains("times 2 nodes"), qPrintable(row.note));
        QCOMPARE(linesOf(preview.problems), (std::vector<qint64>{7, 9}));
    }

    void mxnetPartialFcLog() {
        const ImportPreview preview = readForImport(data(QStringLiteral("mxnet_partial_fc.log")));
        const HistoryRow& row = preview.rows.front().row;
        QCOMPARE(row.framework, QStringLiteral("MXNet (deepinsight/insightface)"));
        QCOMPARE(row.parallelism, QStringLiteral("partial_fc"));
        QCOMPARE(row.sampleRatio, 0.1);
        QCOMPARE(row.dataset, QStringLiteral("glint360k"));
        QCOMPARE(row.batchSizePerDevice, 64);
        QCOMPARE(*row.samplesPerSecond, 1360.0);  // the total of all ranks
        QCOMPARE(linesOf(preview.problems), std::vector<qint64>{5});
    }

    void arcfaceTorchLog() {
        const ImportPreview preview = readForImport(data(QStringLiteral("arcface_torch.log")));
        QCOMPARE(toString(preview.format), QStringLiteral("arcface_torch_log"));
        const HistoryRow& row = preview.rows.front().row;
        QCOMPARE(row.framework, QStringLiteral("PyTorch (arcface_torch)"));
        QCOMPARE(row.model, QStringLiteral("r50"));
        QCOMPARE(row.dataset, QStringLiteral("ms1m-retinaface-t1"));
        QCOMPARE(row.parallelism, QStringLiteral("model"));
        QVERIFY(!row.sampleRatio);
        QCOMPARE(row.precision, QStringLiteral("fp16"));
        QCOMPARE(row.devicesPerNode, 8);  // 1024 in all, 128 each
        QCOMPARE(row.batchSizePerDevice, 128);
        QCOMPARE(*row.samplesPerSecond, (4922.40 + 4923.51) / 2);
        QCOMPARE(linesOf(preview.problems), (std::vector<qint64>{14, 16}));
    }

    /// A log cut at any byte is read as far as it goes and never brings a figure that is not in it.
    void anyBeginningOfALogIsRead() {
        Place place;
        QFile file(data(QStringLiteral("arcface_torch.log")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray whole = file.readAll();
        int read = 0;
        for (qsizetype length = 0; length < whole.size(); length += 7) {
            const QString name = written(place, whole.left(length));
            ImportPreview preview;
            if (!errorOf([&] { preview = readForImport(name); }).isEmpty()) continue;
            for (const ImportedRow& row : preview.rows) {
                QVERIFY(*row.row.samplesPerSecond >= 4300 && *row.row.samplesPerSecond <= 4928);
                ++read;
            }
        }
        QVERIFY(read > 50);
    }

    /// Bytes all over a file overwritten: read or refused, never believed blindly.
    void damagedBytesAreSurvived() {
        Place place;
        const QByteArray table = renderTable(historyTable({fullRow(), fullRow()}), TableFormat::Json);
        for (qsizetype at = 0; at < table.size(); at += 13) {
            for (const char byte : {'\0', '"', '{', '\xff', '9'}) {
                QByteArray damaged = table;
                damaged[at] = byte;
                const QString name = written(place, damaged);
                ImportPreview preview;
                if (!errorOf([&] { preview = readForImport(name); }).isEmpty()) continue;
                QVERIFY(preview.rows.size() <= 2);
                for (const ImportedRow& row : preview.rows) {
                    QVERIFY(!row.row.samplesPerSecond || std::isfinite(*row.row.samplesPerSecond));
                }
            }
        }
    }

    void ownExportsComeBack_data() {
        QTest::addColumn<QString>("format");
        QTest::newRow("json") << QStringLiteral("json");
        QTest::newRow("csv") << QStringLiteral("csv");
    }

    void ownExportsComeBack() {
        QFETCH(QString, format);
        Place place;
        HistoryRow cpu = fullRow();
        cpu.device = QStringLiteral("cpu");
        cpu.devicesPerNode = 1;
        const std::vector<HistoryRow> rows{fullRow(), cpu};
        const QByteArray bytes = renderTable(historyTable(rows), *tableFormatFromString(format));
        const ImportPreview preview = readForImport(written(place, bytes));
        QVERIFY2(preview.problems.empty(), qPrintable(problemLines(preview).join('\n')));
        QCOMPARE(preview.rows.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i)
            QCOMPARE(withoutNumber(preview.rows[i].row), withoutNumber(rows[i]));
    }

    void everyExportedColumnIsKnown() {
        for (const QString& column : historyTable({}).columns)
            QVERIFY2(isRowField(column), qPrintable(column));
    }

    void shippedFilesAreImportable() {
        qint64 rows = 0;
        for (const char* name :
             {"dlperf_insightface_throughput.csv", "dlperf_insightface_max_num_classes.csv",
              "arcface_torch_identity_scaling.csv"}) {
            const ImportPreview preview = readForImport(QStringLiteral(REFERENCE_FOLDER "/") + name);
            QVERIFY(preview.problems.empty());
            rows += static_cast<qint64>(preview.rows.size());
        }
        QCOMPARE(rows, 120);
    }

    void csvRowsAreCheckedCellByCell() {
        Place place;
        const QByteArray table =
            "\xef\xbb\xbf"
            "framework,model,nodes,samples_per_s,hardware\r\n"
            "OneFlow,r100,1,245.0,\"8x V100, \"\"16GB\"\"\"\r\n"
            "OneFlow,r100,one,245.0,x\r\n"
            "OneFlow,r100,1,nan,x\r\n"
            "OneFlow,r100,1,-5,x\r\n"
            "OneFlow,r100,1,245\r\n"
            ",r100,1,245,x\r\n"
            "OneFlow,r100,1,,x\r\n"
            "OneFlow,\"r100,1,245,x\r\n"
            "MXNet,y1,1,1000,\"two\r\nlines\"\r\n";
        const ImportPreview preview = readForImport(written(place, table));
        QCOMPARE(linesOf(preview.problems), (std::vector<qint64>{3, 4, 5, 6, 7, 8, 9}));
        QVERIFY(preview.problems[0].reason.contains("nodes is 'one'; allowed: a whole number"));
        QVERIFY(preview.problems[3].reason.contains("4 cells where the header has 5"));
        QCOMPARE(preview.rows.size(), std::size_t{2});
        QCOMPARE(preview.rows[0].row.hardware, QStringLiteral("8x V100, \"16GB\""));
        QCOMPARE(preview.rows[1].row.hardware, QStringLiteral("two\nlines"));
        QCOMPARE(preview.rows[1].line, 10);
    }

    void whatIsNothingIsRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("word");
        QTest::newRow("empty") << QByteArray() << "nothing that can be imported";
        QTest::newRow("text") << QByteArray("Dear all,\nthe run is done.\n")
                              << "nothing that can be imported";
        QTest::newRow("binary") << QByteArray("\x89PNG\r\n\x1a\n\0\0\0", 11)
                                << "nothing that can be imported";
        QTest::newRow("other CSV") << QByteArray("framework,colour\nx,red\n")
                                   << "'colour' is no known column";
        QTest::newRow("empty list") << QByteArray("[]\n") << "nothing that can be imported";
    }

    void whatIsNothingIsRefused() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, word);
        Place place;
        const QString name = written(place, bytes);
        const QString error = errorOf([&] { readForImport(name); });
        QVERIFY2(error.contains(word) && error.contains(name), qPrintable(error));
    }

    void missingFilesAndFoldersAreRefused() {
        Place place;
        QVERIFY(
            errorOf([&] { readForImport(place.folder.filePath("none")); }).contains("cannot be imported"));
        QVERIFY(errorOf([&] { readForImport(place.folder.path()); }).contains("is a folder"));
    }

    void runWithItsRepeatsComesBack() {
        Place place;
        const QByteArray shown =
            R"({"framework": "Arcmeter", "samples_per_s": 101.5, "config": {"model": "y1"},
            "results": [{"samples_per_s": 101.0}, {"samples_per_s": 102.0},
                        {"samples_per_s": 50.0, "partial": true}, {"samples_per_s": null}]})";
        const ImportPreview preview = readForImport(written(place, shown));
        QCOMPARE(preview.rows.size(), std::size_t{1});
        QCOMPARE(preview.rows.front().repeats, (std::vector<double>{101, 102}));
    }

    void cutJsonGivesItsWholeRows() {
        Place place;
        QByteArray table = renderTable(historyTable({fullRow(), fullRow(), fullRow()}), TableFormat::Json);
        table.truncate(table.size() - 200);
        const ImportPreview preview = readForImport(written(place, table));
        QCOMPARE(preview.rows.size(), std::size_t{2});
        QCOMPARE(linesOf(preview.problems), std::vector<qint64>{4});
    }

    void storeKeepsAndUndoesImports() {
        Place place;
        qint64 importId = 0;
        const ImportPreview preview = readForImport(data(QStringLiteral("oneflow.log")));
        {
            RunStore store(place.database());
            HistoryModel model(&store);
            model.reload();
            QSignalSpy changed(&store, &RunStore::importsChanged);
            importId = store.addImport(recordOf(preview), preview.rows);
            QCOMPARE(changed.count(), 1);
            QCOMPARE(store.history().size(), std::size_t{121});
            QCOMPARE(model.rowCount(), 121);
            QCOMPARE(model.index(120, HistoryModel::Id).data().toString(), QStringLiteral("imp:1"));
            const QString again = errorOf([&] { store.addImport(recordOf(preview), preview.rows); });
            QVERIFY2(again.contains("imported already"), qPrintable(again));
            store.undoImport(importId);
            QCOMPARE(model.rowCount(), 120);
            QVERIFY(store.imports().empty());
            store.redoImport(importId);
            QCOMPARE(model.rowCount(), 121);
        }
        RunStore store(place.database());
        const std::vector<HistoryRow> rows = store.importedResults();
        QCOMPARE(rows.size(), std::size_t{1});
        QCOMPARE(withoutNumber(rows.front()), withoutNumber(preview.rows.front().row));
        QVERIFY(rows.front().kind == HistoryRow::Kind::Imported);
        QCOMPARE(rows.front().importedFrom, QStringLiteral("oneflow.log"));
        QCOMPARE(store.imports().front().problems, 4);
        QCOMPARE(store.imports().front().rows, 1);
        store.undoImport(importId);
        QVERIFY(errorOf([&] { store.undoImport(importId); }).contains("no import 1"));
    }

    void everyFieldIsKept() {
        Place place;
        RunStore store(place.database());
        ImportedRow row{fullRow(), 7, {1.5, 2.5}};
        store.addImport(
            {0, {}, QStringLiteral("file.csv"), QStringLiteral("published_csv"), QStringLiteral("x"), 0, 0},
            {row});
        const HistoryRow kept = store.importedResults().front();
        QCOMPARE(withoutNumber(kept), withoutNumber(fullRow()));
        QCOMPARE(store.importedRepeats(kept.id), (std::vector<double>{1.5, 2.5}));
    }

    void undoneImportsArePurged() {
        Place place;
        const ImportPreview preview = readForImport(data(QStringLiteral("oneflow.log")));
        {
            RunStore store(place.database());
            store.undoImport(store.addImport(recordOf(preview), preview.rows));
        }
        Connection connection(place.database(), Connection::Mode::ReadOnly);
        QCOMPARE(connection.number(QStringLiteral("SELECT count(*) FROM imported_result")), 0);
        QCOMPARE(connection.number(QStringLiteral("SELECT count(*) FROM import")), 0);
    }

    void rowReferencesReadBack() {
        for (const char* text : {"12", "ref:17", "imp:5"}) {
            const auto reference = rowReferenceFromString(QLatin1String(text));
            QVERIFY(reference.has_value());
            QCOMPARE(toString(*reference), QLatin1String(text));
        }
        QCOMPARE(toString(*rowReferenceFromString(QStringLiteral("run:3"))), QStringLiteral("3"));
        for (const char* text : {"", "0", "-1", "ref:", "ref:x", ":5", "row:5", "ref:1:2", "1.5"})
            QVERIFY2(!rowReferenceFromString(QLatin1String(text)), text);
    }
};

QTEST_GUILESS_MAIN(ImportTest)
#include "import_test.moc"
