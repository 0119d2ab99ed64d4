// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/peer/TorchPeer.h"

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QFileInfo>

namespace arcmeter::app {
namespace {

constexpr int patience_ms = 20'000;
constexpr int reason_letters = 300;

// Asks for the installed packages without importing them: seconds of work beside what may be measured just
// then.
constexpr char question[] =
    "import sys\n"
    "from importlib.metadata import PackageNotFoundError, version\n"
    "try:\n"
    "    version('numpy')\n"
    "    print('arcmeter-torch', version('torch'), 'python', '%d.%d' % sys.version_info[:2])\n"
    "except PackageNotFoundError as error:\n"
    "    sys.exit('no package ' + str(error.name))\n";

/// "2.11.0" of the line that the question prints; empty where there is none.
QString versionIn(const QByteArray& output) {
    for (const QByteArray& line : output.split('\n')) {
        const QList<QByteArray> words = line.trimmed().split(' ');
        if (words.size() == 4 && words[0] == "arcmeter-torch")
            return QString::fromUtf8(words[1]).section(QLatin1Char('+'), 0, 0).left(40);
    }
    return {};
}

QString lastLine(const QByteArray& output) {
    const QString text = QString::fromUtf8(output).trimmed();
    return text.section(QLatin1Char('\n'), -1).left(reason_letters);
}

}  // namespace

QString torchPeerProgram() {
    const QDir here(QCoreApplication::applicationDirPath());
    for (const char* folder : {"../", "../../"}) {  // the second one is for the tests' programs
        const QString file = QDir::cleanPath(
            here.filePath(QLatin1String(folder) + QStringLiteral("share/arcmeter/peers/pytorch/engine.py")));
        if (QFileInfo(file).isFile()) return file;
    }
    return {};
}

QString torchPython(const QString& chosen) {
    if (!chosen.isEmpty()) return chosen;
    return qEnvironmentVariable("ARCMETER_TORCH_PYTHON", QStringLiteral("python3"));
}

TorchPeer::TorchPeer(QObject* parent) : QObject(parent) {
    m_patience.setSingleShot(true);
    m_patience.setInterval(patience_ms);
    connect(&m_patience, &QTimer::timeout, this,
            [this] { fail(tr("%1 did not answer within 20 s.").arg(m_python)); });
}

TorchPeer::~TorchPeer() {
    drop();
}

void TorchPeer::drop() {
    m_patience.stop();
    if (!m_process) return;
    m_process->disconnect(this);
    m_process->kill();
    m_process->waitForFinished(1000);
    m_process->deleteLater();
    m_process = nullptr;
}

void TorchPeer::ask(const QString& chosen) {
    drop();
    m_python = torchPython(chosen);
    if (torchPeerProgram().isEmpty()) {
        QMetaObject::invokeMethod(
            this, [this] { fail(tr("The PyTorch peer is not installed beside this program.")); },
            Qt::QueuedConnection);
        return;
    }
    m_process = new QProcess(this);
    connect(m_process, &QProcess::finished, this, &TorchPeer::finish);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) fail(tr("%1 could not be started.").arg(m_python));
    });
    m_patience.start();
    m_process->start(m_python, {QStringLiteral("-c"), QLatin1String(question)});
    m_process->closeWriteChannel();
}

void TorchPeer::finish() {
    m_patience.stop();
    const QString version = versionIn(m_process->readAllStandardOutput());
    const QString words = lastLine(m_process->readAllStandardError());
    if (version.isEmpty()) {
        fail(words.isEmpty() ? tr("%1 has no torch.").arg(m_python)
                             : tr("%1 cannot run the PyTorch peer: %2").arg(m_python, words));
        return;
    }
    m_process->deleteLater();
    m_process = nullptr;
    emit answered(
        {PeerEngine{torchEngine, QStringLiteral("PyTorch ") + version, m_python, {torchPeerProgram()}}, {}});
}

void TorchPeer::fail(const QString& reason) {
    drop();
    emit answered({std::nullopt, reason});
}

TorchFinding findTorchPeer(const QString& chosen) {
    TorchPeer peer;
    TorchFinding found;
    QEventLoop loop;
    QObject::connect(&peer, &TorchPeer::answered, &loop, [&](const TorchFinding& finding) {
        found = finding;
        loop.quit();
    });
    // From within the loop: a program that cannot be started says so at once.
    QMetaObject::invokeMethod(
        &peer, [&] { peer.ask(chosen); }, Qt::QueuedConnection);
    loop.exec();
    return found;
}

}  // namespace arcmeter::app
