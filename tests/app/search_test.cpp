// SPDX-License-Identifier: GPL-3.0-or-later
// The search for limits: what is tried next, against limits anywhere; and the search itself on a worker whose
// memory ends at a known value.
#include <set>

#include "app/search/LimitSearch.h"
#include "app/search/SearchHistory.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;
using protocol::Limit;

namespace {

/// Plays a search against a limit; returns the number of values tried, or -1 when the same is tried twice.
int play(SearchBracket& bracket, qint64 limit) {
    std::set<qint64> tried;
    while (const auto value = bracket.next()) {
        if (!tried.insert(*value).second) return -1;
        *value <= limit ? bracket.addWorks(*value) : bracket.addFails(*value);
    }
    return static_cast<int>(tried.size());
}

struct Bench {
    Place place;
    RunStore store{place.database()};
    RunController controller{&store, QStringLiteral(FAKE_ENGINE)};
    LimitSearch search{&store, &controller, QStringLiteral(FAKE_ENGINE)};
    std::optional<SearchOutcome> outcome;
    QList<qint64> started;

    Bench() {
        QObject::connect(&search, &LimitSearch::ended,
                         [this](const SearchOutcome& ended) { outcome = ended; });
        QObject::connect(&search, &LimitSearch::probeStarted, [this](qint64 value) { started << value; });
    }
    /// The fake worker's plan says `planned`, its memory ends at `real`.
    void start(qint64 planned, qint64 real, bool resume = false, const char* how = "limit") {
        qputenv("ARCMETER_FAKE", how);
        qputenv("ARCMETER_FAKE_PLANNED", QByteArray::number(planned));
        qputenv("ARCMETER_FAKE_LIMIT", QByteArray::number(real));
        outcome.reset();
        started.clear();
        SearchRequest request;
        request.run = smallRun();
        request.run.config.memory_limit_bytes = std::int64_t{1} << 30;
        request.limit = Limit::batch_size;
        request.resume = resume;
        search.start(request);
    }
    bool ended() {
        return QTest::qWaitFor([this] { return outcome.has_value(); }, 30'000);
    }
};

}  // namespace

class SearchTest : public QObject {
    Q_OBJECT

private slots:
    void init() { qputenv("ARCMETER_FAKE_STEP_MS", "1"); }

    void bracketFindsAnyLimit();
    void bracketIsShortWhereThePlanIsRight();
    void bracketEndsAtTheLeastAndTheLargest();
    void bracketStopsWithinOnePercentOfClasses();
    void aRightPlanIsProvenByTwoRuns();
    void aWrongPlanIsPutRight();
    void aPeakAboveTheLimitDoesNotCount();
    void nothingFits();
    void anotherFailureEndsTheSearch();
    void stopAndResume();
    void everyProbeIsARow();
};

void SearchTest::bracketFindsAnyLimit() {
    for (const qint64 suggested : {1, 2, 50, 100, 1000}) {
        for (qint64 limit = 1; limit <= 130; ++limit) {
            SearchBracket bracket(Limit::batch_size, 1, 65'536);
            bracket.suggest(suggested);
            QVERIFY(play(bracket, limit) > 0);
            QCOMPARE(bracket.works(), std::optional<qint64>(limit));
            QCOMPARE(bracket.fails(), std::optional<qint64>(limit + 1));
        }
    }
}

void SearchTest::bracketIsShortWhereThePlanIsRight() {
    SearchBracket bracket(Limit::batch_size, 1, 65'536);
    bracket.suggest(412);
    QCOMPARE(play(bracket, 412), 2);
    SearchBracket off(Limit::batch_size, 1, 65'536);
    off.suggest(412);
    QVERIFY(play(off, 400) <= 10);
}

void SearchTest::bracketEndsAtTheLeastAndTheLargest() {
    SearchBracket none(Limit::batch_size, 1, 64);
    none.suggest(3);
    QVERIFY(play(none, 0) > 0);
    QVERIFY(!none.works());
    QCOMPARE(none.fails(), std::optional<qint64>(1));
    SearchBracket all(Limit::num_classes, 10, 1000);
    all.suggest(1000);
    QCOMPARE(play(all, 5000), 1);
    QCOMPARE(all.works(), std::optional<qint64>(1000));
    SearchBracket upwards(Limit::num_classes, 10, 1000);
    upwards.suggest(900);
    QVERIFY(play(upwards, 5000) > 0);
    QCOMPARE(upwards.works(), std::optional<qint64>(1000));
}

void SearchTest::bracketStopsWithinOnePercentOfClasses() {
    for (const qint64 limit : {qint64{50'000}, qint64{1'234'567}, qint64{2'100'000'000}}) {
        SearchBracket bracket(Limit::num_classes, 1, protocol::max_num_classes);
        bracket.suggest(limit - limit / 300);
        QVERIFY(play(bracket, limit) > 0);
        QVERIFY(*bracket.works() <= limit);
        QVERIFY(*bracket.fails() > limit);
        QVERIFY(*bracket.fails() <= protocol::next_limit_value(Limit::num_classes, *bracket.works()));
    }
}

void SearchTest::aRightPlanIsProvenByTwoRuns() {
    Bench bench;
    bench.start(40, 40);
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == SearchOutcome::State::Found);
    QCOMPARE(bench.outcome->exitCode, 0);
    QCOMPARE(bench.outcome->found, 40);
    QCOMPARE(bench.started, (QList<qint64>{40, 41}));
    QCOMPARE(bench.outcome->config.batch_size_per_device, 40);
    QCOMPARE(bench.outcome->boundBy, QStringLiteral("activations"));
    QVERIFY(bench.outcome->neededForNext > 41 << 20);
    QVERIFY(bench.outcome->probes.back().outcome == SearchProbe::Outcome::OutOfMemory);
    QVERIFY(bench.outcome->probes.front().outcome == SearchProbe::Outcome::Works);
}

void SearchTest::aWrongPlanIsPutRight() {
    for (const qint64 real : {30, 39, 41, 77}) {
        Bench bench;
        bench.start(40, real);
        QVERIFY(bench.ended());
        QCOMPARE(bench.outcome->found, real);
        QCOMPARE(bench.outcome->exitCode, 0);
    }
}

void SearchTest::aPeakAboveTheLimitDoesNotCount() {
    Bench bench;
    bench.start(40, 35, false, "above_limit");
    QVERIFY(bench.ended());
    QCOMPARE(bench.outcome->found, 35);
    QVERIFY(bench.outcome->probes.front().outcome == SearchProbe::Outcome::AboveLimit);
    QVERIFY(*bench.outcome->probes.front().peakBytes > std::int64_t{1} << 30);
}

void SearchTest::nothingFits() {
    Bench bench;
    bench.start(0, 0);
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == SearchOutcome::State::Found);
    QCOMPARE(bench.outcome->found, 0);
    QCOMPARE(bench.outcome->exitCode, 1);
    QCOMPARE(bench.started, QList<qint64>{1});
}

void SearchTest::anotherFailureEndsTheSearch() {
    Bench bench;
    bench.start(40, 40, false, "limit_dies");
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == SearchOutcome::State::Failed);
    QCOMPARE(bench.outcome->failure.code, QStringLiteral("worker_died"));
    QCOMPARE(bench.outcome->exitCode, 1);
}

void SearchTest::stopAndResume() {
    Bench bench;
    qputenv("ARCMETER_FAKE_STEP_MS", "1");
    bench.start(40, 60);
    QVERIFY(QTest::qWaitFor([&] { return bench.started.size() >= 2; }, 30'000));
    bench.search.stop();
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == SearchOutcome::State::Stopped);
    QCOMPARE(bench.outcome->exitCode, 3);
    QCOMPARE(bench.outcome->found, 40);
    bench.start(40, 60, true);
    QVERIFY(bench.ended());
    QCOMPARE(bench.outcome->found, 60);
    QVERIFY(!bench.started.contains(40));  // known from before
    QVERIFY(bench.outcome->probes.front().isKnownFromBefore);
    QCOMPARE(bench.outcome->probes.front().value, 40);
}

void SearchTest::everyProbeIsARow() {
    Bench bench;
    bench.start(40, 40);
    QVERIFY(bench.ended());
    const auto rows = bench.store.runs();
    QCOMPARE(rows.size(), 2u);
    QVERIFY(rows.back().state == RunState::Finished);
    QCOMPARE(rows.front().failureCode, QStringLiteral("out_of_memory"));
    for (const HistoryRow& row : rows) {
        QVERIFY(row.tags.contains(searchTag));
        QCOMPARE(row.tags.size(), 2);
    }
    QCOMPARE(rows.front().tags, rows.back().tags);
}

QTEST_GUILESS_MAIN(SearchTest)
#include "search_test.moc"
