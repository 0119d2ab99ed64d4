// SPDX-License-Identifier: GPL-3.0-or-later
// Writes arcmeter-cli's man page and bash completion into a folder, when Arcmeter is built.
#include <QCoreApplication>
#include <QDir>
#include <QSaveFile>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "app/cli/Commands.h"
#include "app/cli/documents/BashCompletion.h"
#include "app/cli/documents/ManPage.h"
#include "app/version/Version.h"

namespace {

void write(const QString& name, const std::string& text) {
    QSaveFile file(name);
    const auto size = static_cast<qint64>(text.size());
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), size) != size || !file.commit()) {
        throw std::runtime_error(
            QStringLiteral("%1 cannot be written: %2.").arg(name, file.errorString()).toStdString());
    }
}

}  // namespace

int main(int argc, char** argv) {
    using namespace arcmeter::app;
    QCoreApplication application(argc, argv);
    if (argc != 2) {
        std::fprintf(stderr, "usage: arcmeter-cli-documents FOLDER\n");
        return 2;
    }
    try {
        cli::Commands commands;
        const QDir folder(QString::fromLocal8Bit(argv[1]));
        write(folder.filePath(QStringLiteral("arcmeter-cli.1")),
              cli::manPage(commands.table(), programVersion().toStdString()));
        write(folder.filePath(QStringLiteral("arcmeter-cli.bash")), cli::bashCompletion(commands.table()));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "arcmeter-cli-documents: %s\n", error.what());
        return 1;
    }
}
