// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/WorkerProcess.h"

#include <sys/prctl.h>
#include <unistd.h>
#include <QFileInfo>
#include <csignal>
#include <cstring>

#include "app/worker/ProcessTree.h"

namespace arcmeter::app {
namespace {

constexpr std::size_t keptLines = 20;
constexpr qsizetype keptLineBytes = 500;

QString printable(QByteArray line) {
    if (line.size() > keptLineBytes) line = line.left(keptLineBytes) + "...";
    QString text = QString::fromUtf8(line);
    for (QChar& c : text) {
        if (!c.isPrint()) c = QLatin1Char(' ');
    }
    return text;
}

QString signalText(int number) {
    const char* abbreviation = ::sigabbrev_np(number);
    return abbreviation ? QStringLiteral("signal %1 (SIG%2)").arg(number).arg(QLatin1String(abbreviation))
                        : QStringLiteral("signal %1").arg(number);
}

}  // namespace

QString describeExit(const QString& program, bool crashed, int codeOrSignal) {
    const QString name = QFileInfo(program).fileName();
    // A shell or mpirun reports a child's signal as 128 + signal.
    const bool bySignal = crashed || (codeOrSignal > 128 && codeOrSignal < 128 + 65);
    if (!bySignal) return QStringLiteral("%1 ended with exit code %2.").arg(name).arg(codeOrSignal);
    const int number = crashed ? codeOrSignal : codeOrSignal - 128;
    switch (number) {
        case SIGKILL:
            return QStringLiteral(
                       "%1 was killed by %2; where nobody did that by hand, the machine was out of memory.")
                .arg(name, signalText(number));
        case SIGILL:
            return QStringLiteral("%1 crashed with %2: it was built for another kind of CPU.")
                .arg(name, signalText(number));
        case SIGBUS:
            return QStringLiteral(
                       "%1 crashed with %2: a file that it was reading was shortened, or its disk failed.")
                .arg(name, signalText(number));
        case SIGTERM:
        case SIGINT:
        case SIGHUP:
            return QStringLiteral("%1 was ended from outside by %2.").arg(name, signalText(number));
        default:
            return QStringLiteral("%1 crashed with %2.").arg(name, signalText(number));
    }
}

WorkerProcess::WorkerProcess(QObject* parent) : QObject(parent) {
    m_grace.setSingleShot(true);
    connect(&m_grace, &QTimer::timeout, this, &WorkerProcess::kill);
    connect(&m_process, &QProcess::started, this, &WorkerProcess::started);
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &WorkerProcess::readOutput);
    connect(&m_process, &QProcess::readyReadStandardError, this, &WorkerProcess::readErrors);
    connect(&m_process, &QProcess::errorOccurred, this, &WorkerProcess::handleError);
    connect(&m_process, &QProcess::finished, this, &WorkerProcess::handleFinished);
}

WorkerProcess::~WorkerProcess() {
    m_process.disconnect(this);
    if (m_process.state() == QProcess::NotRunning) return;
    killTree();
    m_process.kill();
    m_process.waitForFinished(1000);
}

void WorkerProcess::start(const WorkerLaunch& launch) {
    m_stopByInput = launch.stopByInput;
    m_process.setProgram(launch.program);
    m_process.setArguments(launch.arguments);
    // A group of its own: Ctrl-C in our terminal must not kill it before it has said what it measured.
    m_process.setChildProcessModifier([endWithParent = launch.endWithParent] {
        ::setpgid(0, 0);
        if (endWithParent) ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    });
    m_process.start();
    if (!launch.input.isEmpty()) m_process.write(launch.input);
}

bool WorkerProcess::isRunning() const {
    return m_process.state() != QProcess::NotRunning;
}

qint64 WorkerProcess::processId() const {
    return m_process.processId();
}

/// mpirun puts each rank into a group of its own: the group alone would leave them behind.
void WorkerProcess::killTree() {
    const auto pid = static_cast<pid_t>(m_process.processId());
    if (pid <= 0) return;
    const std::vector<pid_t> ranks = descendantsOf(pid);
    if (::kill(-pid, SIGKILL) != 0) ::kill(pid, SIGKILL);
    for (const pid_t rank : ranks) ::kill(rank, SIGKILL);
}

void WorkerProcess::stop(int graceMs) {
    if (!isRunning() || m_stopRequested) return;
    m_stopRequested = true;
    if (m_stopByInput) {
        m_process.closeWriteChannel();
    } else {
        // To the worker alone: it tells its own children. The group is for the kill.
        ::kill(static_cast<pid_t>(m_process.processId()), SIGTERM);
    }
    m_grace.start(graceMs);
}

void WorkerProcess::kill() {
    if (!isRunning()) return;
    m_stopRequested = true;
    m_killed = true;
    killTree();
}

QStringList WorkerProcess::lastLines() const {
    return QStringList(m_lastLines.begin(), m_lastLines.end());
}

void WorkerProcess::keepLine(QByteArray line) {
    line = line.trimmed();
    if (line.isEmpty()) return;
    m_lastLines.push_back(printable(std::move(line)));
    if (m_lastLines.size() > keptLines) m_lastLines.pop_front();
}

void WorkerProcess::takeLine(QByteArray line) {
    if (line.trimmed().isEmpty()) return;
    const protocol::ParsedLine parsed =
        protocol::parse_line({line.constData(), static_cast<std::size_t>(line.size())});
    if (parsed.event) {
        emit event(*parsed.event);
        return;
    }
    if (parsed.problem.empty()) return;  // an event of a newer protocol's making
    keepLine(line);
    emit badLine(QString::fromStdString(parsed.problem), line.left(keptLineBytes));
}

void WorkerProcess::readOutput() {
    constexpr auto limit = static_cast<qsizetype>(protocol::max_line_bytes);
    while (m_process.bytesAvailable() > 0) {
        const QByteArray chunk = m_process.read(limit);
        if (chunk.isEmpty()) return;
        m_output += chunk;
        qsizetype begin = 0;
        for (qsizetype end; (end = m_output.indexOf('\n', begin)) >= 0; begin = end + 1) {
            if (!m_skippingLongLine) takeLine(m_output.mid(begin, end - begin));
            m_skippingLongLine = false;
        }
        m_output.remove(0, begin);
        if (m_output.size() <= limit) continue;
        if (!m_skippingLongLine) {
            emit badLine(QStringLiteral("a line is longer than %1 bytes").arg(limit),
                         m_output.left(keptLineBytes));
        }
        m_skippingLongLine = true;
        m_output.clear();
    }
}

void WorkerProcess::readErrors() {
    m_errors += m_process.readAllStandardError();
    qsizetype begin = 0;
    for (qsizetype end; (end = m_errors.indexOf('\n', begin)) >= 0; begin = end + 1) {
        keepLine(m_errors.mid(begin, end - begin));
    }
    m_errors.remove(0, begin);
    if (m_errors.size() > keptLineBytes * 2) {
        keepLine(m_errors);
        m_errors.clear();
    }
}

void WorkerProcess::handleError(QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart || m_ended) return;
    m_ended = true;
    WorkerExit exit;
    exit.sentence =
        QStringLiteral("%1 could not be started: %2.").arg(m_process.program(), m_process.errorString());
    emit finished(exit);
}

void WorkerProcess::handleFinished(int exitCode, QProcess::ExitStatus status) {
    if (m_ended) return;
    m_ended = true;
    m_grace.stop();
    readOutput();
    readErrors();
    if (!m_skippingLongLine) takeLine(m_output);  // a last line without its newline
    keepLine(m_errors);
    WorkerExit exit;
    exit.started = true;
    exit.crashed = status == QProcess::CrashExit;
    (exit.crashed ? exit.signalNumber : exit.exitCode) = exitCode;
    exit.stopRequested = m_stopRequested;
    exit.killed = m_killed;
    exit.sentence = describeExit(m_process.program(), exit.crashed, exitCode);
    exit.lastLines = lastLines();
    emit finished(exit);
}

}  // namespace arcmeter::app
