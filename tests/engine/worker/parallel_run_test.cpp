// SPDX-License-Identifier: Apache-2.0
// `arcmeter-engine run` on several processes, started by mpirun as a launcher does: what rank 0 says, and how
// a run ends when a rank is killed, sleeps, or has an error of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/engine/worker/worker_process.h"

namespace arcmeter::worker {
namespace {

using namespace test;
using ::testing::HasSubstr;

std::vector<std::string> mpirun_arguments(int ranks, const std::vector<std::string>& worker) {
    std::vector<std::string> words{"--allow-run-as-root",
                                   "--oversubscribe",
                                   "--bind-to",
                                   "none",
                                   "--mca",
                                   "odls_base_sigkill_timeout",
                                   "3",
                                   "-n",
                                   std::to_string(ranks)};
    words.insert(words.end(), worker.begin(), worker.end());
    return words;
}

/// The engine under mpirun; `more` are arguments of `run`.
class ParallelRun : public WorkerProcess {
public:
    explicit ParallelRun(int ranks, const std::vector<std::string>& worker = {ARCMETER_ENGINE, "run"})
        : WorkerProcess(ARCMETER_MPIEXEC, mpirun_arguments(ranks, worker)) {}
};

std::string parallel_config(const std::string& parallelism, int ranks, const std::string& more = {}) {
    return quick_config(R"("cpu_threads":1,"parallelism":")" + parallelism + R"(","devices_per_node":)" +
                        std::to_string(ranks) + (more.empty() ? "" : "," + more));
}

constexpr const char* endless = R"("iterations":10000000,"warmup":1)";

template <typename T>
const T* last_of(const std::vector<protocol::EventBody>& events) {
    const T* found = nullptr;
    for (const protocol::EventBody& event : events) {
        if (const T* body = std::get_if<T>(&event)) found = body;
    }
    return found;
}

void read_until_step(WorkerProcess& worker, std::int64_t iteration) {
    while (const auto event = worker.next_event()) {
        const auto* step = std::get_if<protocol::Step>(&*event);
        if (step && step->iteration >= iteration) return;
        if (const auto* error = std::get_if<protocol::ErrorEvent>(&*event)) FAIL() << error->message;
    }
    FAIL() << "the run ended before iteration " << iteration;
}

/// Parent and rank of a process; nothing where it has just ended or is nobody's rank.
std::optional<std::pair<pid_t, int>> parent_and_rank(const std::filesystem::path& process) {
    std::ifstream stat(process / "stat");
    std::string line;
    std::getline(stat, line);
    const auto name_end = line.rfind(')');  // the name may hold anything
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream fields(line.substr(name_end + 1));
    std::string state;
    pid_t parent = 0;
    fields >> state >> parent;
    std::ifstream environment(process / "environ");
    for (std::string variable; std::getline(environment, variable, '\0');) {
        if (variable.rfind("OMPI_COMM_WORLD_RANK=", 0) == 0)
            return std::pair(parent, std::stoi(variable.substr(21)));
    }
    return std::nullopt;
}

/// The process of a rank that mpirun started on this machine.
pid_t process_of_rank(const WorkerProcess& mpirun, int rank) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const int id = std::atoi(entry.path().filename().c_str());
        if (id <= 0) continue;
        const auto found = parent_and_rank(entry.path());
        if (found && found->first == mpirun.id() && found->second == rank) return id;
    }
    throw std::runtime_error("rank " + std::to_string(rank) + " has no process");
}

class EveryParallelism : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryParallelism, RankZeroReportsForBoth) {
    ParallelRun run(2);
    run.write(parallel_config(GetParam(), 2, R"("num_classes":101)"));
    const auto events = run.remaining_events();
    EXPECT_EQ(run.wait(), 0);
    const auto* environment = last_of<protocol::Environment>(events);
    ASSERT_NE(environment, nullptr);
    EXPECT_EQ(environment->launcher, "mpirun");
    EXPECT_EQ(environment->ranks, 2);
    ASSERT_EQ(environment->places.size(), 2u);
    EXPECT_EQ(environment->places[1].rank, 1);
    EXPECT_EQ(environment->places[1].host, environment->host);
    EXPECT_EQ(environment->places[1].threads, 1);
    EXPECT_FALSE(environment->places[1].cores.empty());

    const auto* plan = last_of<protocol::Plan>(events);
    const auto* result = last_of<protocol::Result>(events);
    ASSERT_NE(plan, nullptr);
    ASSERT_NE(result, nullptr);
    EXPECT_EQ(plan->world_size, 2);
    EXPECT_EQ(result->world_size, 2);
    EXPECT_EQ(result->batch_size_per_device, 4);
    EXPECT_FALSE(result->partial);
    EXPECT_GT(result->parts.communication, 0);
    EXPECT_EQ(result->communication_bytes_per_step, plan->communication_bytes_per_step);
    EXPECT_GT(result->communication_bytes_per_step, 4 * plan->parameters);  // but for gammas fixed at one
    ASSERT_EQ(result->collectives.size(), plan->collectives.size());
    for (const protocol::Collective& collective : result->collectives) {
        EXPECT_GT(collective.ms, 0) << collective.payload;
        EXPECT_GT(collective.bytes, 0) << collective.payload;
    }
    const auto* step = last_of<protocol::Step>(events);
    ASSERT_NE(step, nullptr);
    EXPECT_NEAR(step->samples_per_s, 8e3 / step->step_ms, 1e-6 * step->samples_per_s);
}

INSTANTIATE_TEST_SUITE_P(Parallelisms, EveryParallelism, ::testing::Values("data", "model", "partial_fc"));

TEST(ParallelRun, ThreeRanksWithUnevenShards) {
    ParallelRun run(3);
    run.write(parallel_config("model", 3, R"("num_classes":100,"batch_size_per_device":1)"));
    const auto events = run.remaining_events();
    EXPECT_EQ(run.wait(), 0);
    ASSERT_NE(last_of<protocol::Result>(events), nullptr);
    EXPECT_EQ(last_of<protocol::Result>(events)->world_size, 3);
}

TEST(ParallelRun, MpirunOfOneRankNeedsNoOther) {
    ParallelRun run(1);
    run.write(quick_config());
    const auto events = run.remaining_events();
    EXPECT_EQ(run.wait(), 0);
    ASSERT_NE(last_of<protocol::Result>(events), nullptr);
    EXPECT_EQ(last_of<protocol::Result>(events)->world_size, 1);
    EXPECT_EQ(last_of<protocol::Result>(events)->communication_bytes_per_step, 0);
}

struct Refused {
    const char* name;
    int ranks;
    std::string config;
    const char* message;
};

class RefusedParallelRun : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedParallelRun, OneErrorOfRankZero) {
    ParallelRun run(GetParam().ranks);
    run.write(GetParam().config);
    const auto events = run.remaining_events();
    EXPECT_EQ(run.wait(), 2);
    ASSERT_NE(last_of<protocol::ErrorEvent>(events), nullptr);
    EXPECT_EQ(last_of<protocol::ErrorEvent>(events)->code, ErrorCode::invalid_config);
    EXPECT_EQ(last_of<protocol::ErrorEvent>(events)->rank, 0);
    EXPECT_THAT(last_of<protocol::ErrorEvent>(events)->message, HasSubstr(GetParam().message));
    EXPECT_EQ(last_of<protocol::Result>(events), nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    Causes, RefusedParallelRun,
    ::testing::Values(Refused{"garbage", 2, "Hello?\n", "not JSON"},
                      Refused{"range", 2, parallel_config("data", 2, R"("momentum":1.5)"), "momentum is 1.5"},
                      Refused{"fewer", 2, parallel_config("data", 3),
                              "is 3; allowed: 2, the number of processes"},
                      Refused{"more", 2, quick_config(), "is 1; allowed: 2, the number of processes"},
                      Refused{"classes", 3, parallel_config("model", 3, R"("num_classes":2)"),
                              "num_classes is 2; allowed: 3 or more, one for each rank"}),
    [](const auto& test_info) { return std::string(test_info.param.name); });

TEST(ParallelRun, ARunAloneIsNotHalfOfOne) {
    WorkerProcess worker({"run"});
    worker.write(parallel_config("data", 2));
    const auto events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), 2);
    ASSERT_NE(last_of<protocol::ErrorEvent>(events), nullptr);
    EXPECT_THAT(last_of<protocol::ErrorEvent>(events)->message,
                HasSubstr("is 2; allowed: 1, the number of processes"));
}

/// The dataset's folder is there for rank 0 but not for rank 1, as on a node where nobody copied it: the
/// error arrives with its rank.
TEST(ParallelRun, AnErrorOfAnotherRankNamesIt) {
    const std::string folder = ::testing::TempDir() + "arcmeter_parallel_run_test";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder + "/other");
    WorkerProcess maker({"dataset", "make", "--identities", "4", "--images-per-identity", "2", "--output",
                         folder + "/faces"});
    ASSERT_EQ(maker.wait(), 0);
    ParallelRun run(1, {"-wdir", folder, ARCMETER_ENGINE, "run", ":", "-n", "1", "-wdir", folder + "/other",
                        ARCMETER_ENGINE, "run"});
    run.write(R"({"model":"y1","device":"cpu","method":"quick","batch_size_per_device":2,"dataset":"faces",)"
              R"("devices_per_node":2})"
              "\n");
    const auto events = run.remaining_events();
    EXPECT_EQ(run.wait(), 1);
    const auto* error = last_of<protocol::ErrorEvent>(events);
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->code, ErrorCode::data_missing) << error->message;
    EXPECT_EQ(error->rank, 1);
    std::filesystem::remove_all(folder);
}

TEST(ParallelRun, AKilledRankIsLost) {
    ParallelRun run(2);
    run.write(parallel_config("model", 2, endless));
    read_until_step(run, 3);
    kill(process_of_rank(run, 1), SIGKILL);
    const auto events = run.remaining_events();
    EXPECT_NE(run.wait(), 0);
    const auto* error = last_of<protocol::ErrorEvent>(events);
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->code, ErrorCode::rank_lost);
    EXPECT_EQ(error->rank, 1);
    EXPECT_THAT(error->message, HasSubstr("Rank 1 is lost"));
    const auto* result = last_of<protocol::Result>(events);
    ASSERT_NE(result, nullptr);
    EXPECT_TRUE(result->partial);
    EXPECT_GE(result->measured_iterations, 2);
}

TEST(ParallelRun, TheOthersEndWhenRankZeroIsKilled) {
    ParallelRun run(2);
    run.write(parallel_config("data", 2, endless));
    read_until_step(run, 2);
    kill(process_of_rank(run, 0), SIGKILL);
    run.remaining_events();
    EXPECT_NE(run.wait(), 0);
}

TEST(ParallelRun, ASleepingRankEndsTheRun) {
    ParallelRun run(2);
    run.write(parallel_config("data", 2, std::string(endless) + R"(,"communication_timeout_s":2)"));
    read_until_step(run, 2);
    kill(process_of_rank(run, 1), SIGSTOP);
    const auto events = run.remaining_events();
    EXPECT_NE(run.wait(), 0);
    const auto* error = last_of<protocol::ErrorEvent>(events);
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->code, ErrorCode::rank_lost);
    EXPECT_EQ(error->rank, 1);
    EXPECT_THAT(error->message, HasSubstr("Rank 1 does not answer"));
}

void expect_stopped(const std::vector<protocol::EventBody>& events) {
    EXPECT_EQ(last_of<protocol::ErrorEvent>(events), nullptr);
    const auto* result = last_of<protocol::Result>(events);
    ASSERT_NE(result, nullptr);
    EXPECT_TRUE(result->partial);
    EXPECT_EQ(result->world_size, 2);
    EXPECT_GE(result->measured_iterations, 1);
}

/// mpirun may lose what ranks write after it was told to end, so the result need not arrive: launchers stop
/// by closing standard input, and the app makes a result of the steps where none came.
TEST(ParallelRun, SigtermOfTheLauncherEndsEveryRank) {
    ParallelRun run(2);
    run.write(parallel_config("partial_fc", 2, endless));
    read_until_step(run, 2);
    const pid_t ranks[] = {process_of_rank(run, 0), process_of_rank(run, 1)};
    run.signal(SIGTERM);
    const auto events = run.remaining_events();
    EXPECT_NE(run.wait(), 0);
    EXPECT_EQ(last_of<protocol::ErrorEvent>(events), nullptr);
    for (const pid_t process : ranks) {
        EXPECT_FALSE(parent_and_rank("/proc/" + std::to_string(process)))
            << "process " << process << " is still there";
    }
}

TEST(ParallelRun, SigtermOfOneRankStopsEveryRank) {
    ParallelRun run(2);
    run.write(parallel_config("model", 2, endless));
    read_until_step(run, 2);
    kill(process_of_rank(run, 1), SIGTERM);
    const auto events = run.remaining_events();
    EXPECT_EQ(run.wait(), 3);
    expect_stopped(events);
}

TEST(ParallelRun, ClosingStandardInputStopsEveryRank) {
    ParallelRun run(2, {ARCMETER_ENGINE, "run", "--stop-on-close"});
    run.write(parallel_config("data", 2, endless));
    read_until_step(run, 2);
    run.close_input();
    const auto events = run.remaining_events();
    EXPECT_EQ(run.wait(), 3);
    expect_stopped(events);
}

}  // namespace
}  // namespace arcmeter::worker
