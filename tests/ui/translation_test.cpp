// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace arcmeter::ui {

class TranslationTest : public QObject {
    Q_OBJECT

    static int countMessages(const QString& file, const QByteArray& mark) {
        QFile in(file);
        if (!in.open(QIODevice::ReadOnly)) return -1;
        return static_cast<int>(in.readAll().count(mark));
    }

private slots:
    /// lupdate on a copy must add nothing, and nothing may be unfinished or gone: lrelease alone sees only
    /// what the file already holds.
    void chineseIsComplete() {
        const QString source = QStringLiteral(SOURCE_FOLDER);
        const QString shipped = source + "/resources/translations/arcmeter_zh_CN.ts";
        QTemporaryDir folder;
        const QString copy = folder.filePath("arcmeter_zh_CN.ts");
        QVERIFY(QFile::copy(shipped, copy));
        QProcess lupdate;
        lupdate.start(QStringLiteral(LUPDATE),
                      {"-I", source, "-locations", "none", source + "/ui", source + "/app", "-ts", copy});
        QVERIFY(lupdate.waitForFinished(120'000));
        QCOMPARE(lupdate.exitCode(), 0);
        QCOMPARE(countMessages(copy, "<source>"), countMessages(shipped, "<source>"));
        QCOMPARE(countMessages(copy, "type=\"unfinished\""), 0);
        QCOMPARE(countMessages(copy, "type=\"vanished\""), 0);
        QCOMPARE(countMessages(copy, "type=\"obsolete\""), 0);
        QVERIFY(countMessages(shipped, "<source>") > 200);
    }
};

}  // namespace arcmeter::ui

QTEST_GUILESS_MAIN(arcmeter::ui::TranslationTest)
#include "translation_test.moc"
