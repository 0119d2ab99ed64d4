// SPDX-License-Identifier: GPL-3.0-or-later
// The run store: one SQLite file that several programs may have open.
//
// Threads: make and destroy it in one thread. Readers (const functions) may be called from any thread; each
// thread reads on its own connection. Writing functions may be called from any thread too: all writes of this
// program go through one writer thread. Those that return nothing while a run goes (record...) come back at
// once and are committed in batches, at the latest after a quarter of a second; the others wait for their
// commit. Errors are thrown as arcmeter::Error with one sentence; a failed background write is told by
// writeFailed().
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <functional>
#include <memory>
#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

class Connection;

class RunStore : public QObject {
    Q_OBJECT

public:
    enum class Access { ReadWrite, ReadOnly };

    /// Opens `path`, creating it and its folder as needed (ReadWrite), upgrades its schema after a backup
    /// copy, loads the published results, and marks unfinished runs of dead programs interrupted. A database
    /// of a newer program is opened read-only: see notice().
    explicit RunStore(const QString& path, Access access = Access::ReadWrite, QObject* parent = nullptr);
    ~RunStore() override;  ///< commits what is waiting, purges deleted runs

    QString path() const;
    bool isReadOnly() const;
    QString notice() const;  ///< why it is read-only, or what was mended at opening; empty otherwise

    // --- a run as it goes (RunController calls these) ---
    qint64 createRun(const NewRun& run);  ///< state queued; waits, so that the id is real
    void setState(qint64 runId, RunState state);
    void recordHello(qint64 runId, const protocol::Hello& hello);
    void recordEnvironment(qint64 runId, const protocol::Environment& environment);
    void recordPlan(qint64 runId, const protocol::Plan& plan);
    void recordPreflight(qint64 runId, const std::vector<PreflightItem>& items);
    void recordTelemetry(qint64 runId, int repeat, qint64 timeMs, const protocol::Telemetry& telemetry);
    void recordStep(qint64 runId, const protocol::Step& step);
    void recordResult(qint64 runId, const protocol::Result& result);
    void recordError(qint64 runId, const RunFailure& failure);
    /// Makes an ended or set-aside run this program's again, queued: its whole repeats up to the first that
    /// is missing are kept, what came after goes, and so does the reason it ended. Waits for the commit.
    /// Throws Error when there is no such run, or it still goes in another living program.
    void reopenRun(qint64 runId);
    /// The last word on a run; waits for the commit of everything before it.
    void finishRun(qint64 runId, RunState state, const RunFigures& figures, const RunFailure& failure = {});
    void flush();  ///< waits until everything given so far is committed

    // --- for parts that keep tables of their own in the store ---
    /// `work` in one transaction of the writer's thread; waits for its commit and throws what it threw.
    void write(const std::function<void(Connection&)>& work);
    /// `work` on a connection of the calling thread.
    void read(const std::function<void(Connection&)>& work) const;

    // --- what the user does with runs ---
    /// Hidden at once, purged when the store closes. Throws Error, deleting none, when one is not there or
    /// still goes.
    void deleteRuns(const std::vector<qint64>& runIds);
    void restoreRuns(const std::vector<qint64>& runIds);  ///< undo of deleteRuns
    void addTag(qint64 runId, const QString& tag);
    void removeTag(qint64 runId, const QString& tag);
    void setNote(qint64 runId, const QString& note);

    // --- what comes from files, and what is kept for comparing ---
    /// Returns the import's number. Throws Error when the same file (by its bytes) is imported already.
    qint64 addImport(const ImportRecord& record, const std::vector<ImportedRow>& rows);
    /// Hidden at once, purged when the store closes. Throws Error when there is none.
    void undoImport(qint64 importId);
    void redoImport(qint64 importId);
    std::vector<ImportRecord> imports() const;                ///< newest first
    std::vector<HistoryRow> importedResults() const;          ///< in the order of their numbers
    std::vector<double> importedRepeats(qint64 rowId) const;  ///< samples/s; empty where the file told none
    void saveComparison(const SavedComparison& comparison);   ///< one of the same name is replaced
    void renameComparison(const QString& from,
                          const QString& to);  ///< throws Error when `to` is there already
    void deleteComparison(const QString& name);
    std::vector<SavedComparison> comparisons() const;  ///< by name

    // --- reading ---
    /// Runs, newest first, then published, then imported rows; deleted ones left out.
    std::vector<HistoryRow> history() const;
    std::vector<HistoryRow> runs() const;
    std::vector<HistoryRow> publishedResults() const;
    HistoryRow row(const RowReference& reference) const;    ///< throws Error when there is no such row
    HistoryRow historyRow(qint64 runId) const;              ///< throws Error when there is no such run
    RunDetails details(qint64 runId) const;                 ///< throws Error when there is no such run
    std::vector<protocol::Step> steps(qint64 runId) const;  ///< all, in order
    std::vector<protocol::Telemetry> telemetry(qint64 runId) const;  ///< all, in order of time
    std::vector<RepeatSecond> throttledSeconds(qint64 runId) const;  ///< ascending, each once
    std::vector<StepWindow> stepWindows(qint64 runId) const;
    QStringList allTags() const;

signals:
    void runAdded(qint64 runId);
    void runChanged(qint64 runId);  ///< state, figures, tags or note; not every step
    void runsDeleted(const std::vector<qint64>& runIds);
    void runsRestored(const std::vector<qint64>& runIds);
    void importsChanged();  ///< imported rows came or went
    void comparisonsChanged();
    void writeFailed(const QString& sentence);  ///< disk full and the like; the run itself goes on

private:
    class Private;
    std::unique_ptr<Private> d;
};

}  // namespace arcmeter::app
