// SPDX-License-Identifier: GPL-3.0-or-later
// One worker process that speaks the protocol of engine/protocol/events.h. It lives in the thread that made
// it, needs an event loop, and never blocks. Memory is bounded whatever the worker writes.
//
// The worker gets a process group of its own, so that Ctrl-C in a terminal reaches us alone, and a standard
// input that closes with us (--stop-on-close), so that it never outlives us. The process may be a launcher
// (mpirun, salloc) whose ranks are its children: kill() ends them too.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QProcess>
#include <QStringList>
#include <QTimer>
#include <deque>

#include "engine/protocol/events.h"

namespace arcmeter::app {

struct WorkerLaunch {
    QString program;
    QStringList arguments;
    QByteArray input;          ///< written to standard input first; the input then stays open
    int stopGraceMs = 800;     ///< between a stop and a kill: how long the ranks may need
    bool stopByInput = false;  ///< a stop closes the standard input instead of sending SIGTERM
    int helloMs = 60'000;  ///< how long it may be silent before its first word; 0: a queue stands before it
    bool endWithParent = false;  ///< gets SIGTERM should this program die; for launchers that own their input
};

struct WorkerExit {
    bool started = false;  ///< false: the program could not be started at all
    bool crashed = false;  ///< ended by a signal
    int exitCode = 0;      ///< where not crashed
    int signalNumber = 0;  ///< where crashed
    bool stopRequested = false;
    bool killed = false;    ///< by us, because it did not stop in time
    QString sentence;       ///< "arcmeter-engine was killed by signal 9 (SIGKILL)."
    QStringList lastLines;  ///< the last 20 lines it wrote that were not events, newest last
};

class WorkerProcess : public QObject {
    Q_OBJECT

public:
    explicit WorkerProcess(QObject* parent = nullptr);
    ~WorkerProcess() override;  ///< kills what still runs

    void start(const WorkerLaunch& launch);  ///< once in the life of the object
    bool isRunning() const;
    qint64 processId() const;

    /// SIGTERM (or the input closed, where the launch says so) now, SIGKILL to its group and all its
    /// descendants when it has not ended after `graceMs`.
    void stop(int graceMs = 800);
    void kill();
    QStringList lastLines() const;

signals:
    void started();
    void event(const arcmeter::protocol::Event& event);
    void badLine(const QString& problem, const QByteArray& excerpt);  ///< a line that is not an event
    void finished(
        const arcmeter::app::WorkerExit& exit);  ///< the last signal; also when it could not be started

private:
    void readOutput();
    void readErrors();
    void takeLine(QByteArray line);
    void keepLine(QByteArray line);
    void handleError(QProcess::ProcessError error);
    void handleFinished(int exitCode, QProcess::ExitStatus status);
    void killTree();

    QProcess m_process;
    QTimer m_grace;
    QByteArray m_output;
    QByteArray m_errors;
    std::deque<QString> m_lastLines;
    bool m_skippingLongLine = false;
    bool m_stopByInput = false;
    bool m_stopRequested = false;
    bool m_killed = false;
    bool m_ended = false;
};

/// "was killed by signal 9 (SIGKILL); the machine may be out of memory", "ended with exit code 1", ...
QString describeExit(const QString& program, bool crashed, int codeOrSignal);

}  // namespace arcmeter::app
