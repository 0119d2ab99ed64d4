// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/TextLines.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QStringDecoder>

#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

constexpr qsizetype excerpt_length = 80;
constexpr qsizetype damaged_bytes_shown = 200;

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Import)
};

[[noreturn]] void refuse(const QString& file, const QString& why) {
    throw Error(ErrorCode::data_missing,
                QStringLiteral("%1 cannot be imported: %2.").arg(file, why).toStdString());
}

QString damageOf(const QByteArray& line, QString* text) {
    if (line.size() > import_line_bytes_limit) {
        *text = QString::fromUtf8(line.left(damaged_bytes_shown));
        return Words::tr("longer than %1 bytes").arg(import_line_bytes_limit);
    }
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    *text = decoder(line);
    if (decoder.hasError()) {
        *text = QString::fromUtf8(line.left(damaged_bytes_shown));
        return Words::tr("not UTF-8 text");
    }
    for (const QChar c : std::as_const(*text)) {
        if (c < QLatin1Char(' ') && c != QLatin1Char('\t') && c != QLatin1Char('\r') &&
            c != QLatin1Char('\x1b')) {
            return Words::tr("a control character (code %1)").arg(c.unicode());
        }
    }
    return {};
}

}  // namespace

QByteArray importFileBytes(const QString& name) {
    const QFileInfo info(name);
    if (info.isDir()) refuse(name, QStringLiteral("it is a folder"));
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) refuse(name, file.errorString());
    if (file.size() > import_file_bytes_limit) {
        refuse(
            name,
            QStringLiteral("it has %1 bytes, allowed are %2").arg(file.size()).arg(import_file_bytes_limit));
    }
    // One byte more than allowed, for what grows while it is read or does not tell its size.
    QByteArray bytes = file.read(import_file_bytes_limit + 1);
    if (file.error() != QFileDevice::NoError) refuse(name, file.errorString());
    if (bytes.size() > import_file_bytes_limit) refuse(name, QStringLiteral("it is too large"));
    return bytes;
}

std::vector<TextLine> textLines(const QByteArray& bytes) {
    std::vector<TextLine> lines;
    qsizetype at = bytes.startsWith("\xef\xbb\xbf") ? 3 : 0;
    while (at < bytes.size()) {
        qsizetype end = bytes.indexOf('\n', at);
        if (end < 0) end = bytes.size();
        QByteArray raw = bytes.mid(at, end - at);
        if (raw.endsWith('\r')) raw.chop(1);
        TextLine line;
        line.number = static_cast<qint64>(lines.size()) + 1;
        line.damage = damageOf(raw, &line.text);
        lines.push_back(std::move(line));
        at = end + 1;
    }
    return lines;
}

QString excerptOf(const QString& text) {
    QString clean;
    for (const QChar c : text) {
        if (clean.size() >= excerpt_length) return clean + QStringLiteral("…");
        clean += c.isPrint() ? c : c == QLatin1Char('\t') ? QLatin1Char(' ') : QChar(0xFFFD);
    }
    return clean;
}

}  // namespace arcmeter::app
