// SPDX-License-Identifier: Apache-2.0
// Which configurations can work: each wrong field gives one sentence with field, value and what is allowed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/protocol/error.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::protocol {
namespace {

using ::testing::HasSubstr;

struct Wrong {
    const char* field;
    const char* value;    ///< as the sentence shows it
    const char* allowed;  ///< part of what the sentence allows
    void (*set)(RunConfig&);
};

const std::vector<Wrong>& wrong_fields() {
    static const double nan = std::nan("");
    static const std::vector<Wrong> all{
        {"model", "'r19'", "r18, r34, r50, r100, r200, y1, mbf", [](RunConfig& c) { c.model = "r19"; }},
        {"model", "''", "r18", [](RunConfig& c) { c.model = ""; }},
        {"fc_type", "GDC", "E, FC for model r100", [](RunConfig& c) { c.fc_type = FcType::gdc; }},
        {"fc_type", "E", "GDC for model y1", [](RunConfig& c) { c.model = "y1", c.fc_type = FcType::e; }},
        {"dataset", "empty", "synthetic", [](RunConfig& c) { c.dataset.clear(); }},
        {"num_classes", "0", "from 1 to 2147483647", [](RunConfig& c) { c.num_classes = 0; }},
        {"num_classes", "2147483648", "to 2147483647", [](RunConfig& c) { c.num_classes = 2'147'483'648; }},
        {"sample_ratio", "0", "above 0 to 1", [](RunConfig& c) { c.sample_ratio = 0; }},
        {"sample_ratio", "1.0000001", "above 0 to 1", [](RunConfig& c) { c.sample_ratio = 1.0000001; }},
        {"sample_ratio", "nan", "above 0 to 1", [](RunConfig& c) { c.sample_ratio = nan; }},
        {"precision", "fp16", "fp32, bf16",
         [](RunConfig& c) { c.device = Device::cpu, c.precision = Precision::fp16; }},
        {"precision", "tf32", "fp32, bf16",
         [](RunConfig& c) { c.device = Device::cpu, c.precision = Precision::tf32; }},
        {"batch_size_per_device", "0", "from 1 to 65536", [](RunConfig& c) { c.batch_size_per_device = 0; }},
        {"batch_size_per_device", "65537", "to 65536",
         [](RunConfig& c) { c.batch_size_per_device = 65'537; }},
        {"devices_per_node", "0", "from 1 to 256", [](RunConfig& c) { c.devices_per_node = 0; }},
        {"devices_per_node", "257", "from 1 to 256", [](RunConfig& c) { c.devices_per_node = 257; }},
        {"nodes", "0", "from 1 to 4096", [](RunConfig& c) { c.nodes = 0; }},
        {"nodes", "4097", "from 1 to 4096", [](RunConfig& c) { c.nodes = 4097; }},
        {"launcher", "local with 2 nodes", "mpirun, slurm", [](RunConfig& c) { c.nodes = 2; }},
        {"launcher", "local with hosts", "mpirun, slurm", [](RunConfig& c) { c.hosts = {"a"}; }},
        {"hosts", "empty", "names of the 2 nodes",
         [](RunConfig& c) { c.nodes = 2, c.launcher = Launcher::mpirun; }},
        {"hosts", "1 names", "as many as nodes, which is 2",
         [](RunConfig& c) { c.nodes = 2, c.launcher = Launcher::slurm, c.hosts = {"a"}; }},
        {"hosts", "a list with a name twice", "each host once",
         [](RunConfig& c) {
             c.nodes = 2, c.launcher = Launcher::mpirun;
             c.hosts = {"a", "a"};
         }},
        {"hosts", "a list with '-x'", "do not begin with '-'",
         [](RunConfig& c) { c.launcher = Launcher::mpirun, c.hosts = {"-x"}; }},
        {"hosts", "a list with 'a b'", "letters, digits",
         [](RunConfig& c) { c.launcher = Launcher::mpirun, c.hosts = {"a b"}; }},
        {"device_ids", "2 numbers", "devices_per_node, which is 1",
         [](RunConfig& c) {
             c.device_ids = {0, 1};
         }},
        {"device_ids", "-1", "from 0", [](RunConfig& c) { c.device_ids = {-1}; }},
        {"device_ids", "a list with a number twice", "each device once",
         [](RunConfig& c) {
             c.devices_per_node = 2;
             c.device_ids = {1, 1};
         }},
        {"device_ids", "a list with device cpu", "none",
         [](RunConfig& c) { c.device = Device::cpu, c.device_ids = {0}; }},
        {"communication_bucket_bytes", "0", "from 1", [](RunConfig& c) { c.communication_bucket_bytes = 0; }},
        {"communication_timeout_s", "0", "from 1", [](RunConfig& c) { c.communication_timeout_s = 0; }},
        {"num_classes", "3", "4 or more, one for each rank with parallelism model",
         [](RunConfig& c) { c.devices_per_node = 4, c.num_classes = 3, c.parallelism = Parallelism::model; }},
        {"batch_size_per_device", "65536 on each of 512 ranks", "a global batch of 16777216 or less",
         [](RunConfig& c) {
             c.batch_size_per_device = 65'536, c.devices_per_node = 256, c.nodes = 2;
             c.launcher = Launcher::slurm;
         }},
        {"repeats", "0", "from 1 to 1000", [](RunConfig& c) { c.repeats = 0; }},
        {"iterations", "0", "from 1 to 10000000", [](RunConfig& c) { c.iterations = 0; }},
        {"iterations", "-5", "from 1", [](RunConfig& c) { c.iterations = -5; }},
        {"warmup", "-1", "from 0", [](RunConfig& c) { c.warmup = -1; }},
        {"warmup", "30", "less than iterations, which is 30",
         [](RunConfig& c) { c.iterations = 30, c.warmup = 30; }},
        {"repeat", "1000", "from 0 to 999", [](RunConfig& c) { c.repeat = 1000; }},
        {"memory_limit_bytes", "5", "1 MiB or more", [](RunConfig& c) { c.memory_limit_bytes = 5; }},
        {"memory_limit_bytes", "-5", "1 MiB or more", [](RunConfig& c) { c.memory_limit_bytes = -5; }},
        {"data_threads", "257", "from 0 to 256", [](RunConfig& c) { c.data_threads = 257; }},
        {"cpu_threads", "-1", "from 0 to 1024", [](RunConfig& c) { c.cpu_threads = -1; }},
        {"bn_eps", "0", "above 0", [](RunConfig& c) { c.bn_eps = 0; }},
        {"input_scale", "nan", "above 0", [](RunConfig& c) { c.input_scale = nan; }},
        {"learning_rate", "-0.1", "from 0 to 1000", [](RunConfig& c) { c.learning_rate = -0.1; }},
        {"learning_rate", "inf", "to 1000",
         [](RunConfig& c) { c.learning_rate = std::numeric_limits<double>::infinity(); }},
        {"learning_rate_steps", "0 at place 1", "above 0 in ascending order",
         [](RunConfig& c) {
             c.learning_rate_steps = {0, 5};
         }},
        {"learning_rate_steps", "5 at place 2", "ascending",
         [](RunConfig& c) {
             c.learning_rate_steps = {5, 5};
         }},
        {"learning_rate_scales", "1 values", "as many as learning_rate_steps, which has 2",
         [](RunConfig& c) { c.learning_rate_scales = {0.1}; }},
        {"learning_rate_scales", "-1", "from 0",
         [](RunConfig& c) {
             c.learning_rate_scales = {0.1, -1};
         }},
        {"momentum", "1", "from 0 to 0.9999", [](RunConfig& c) { c.momentum = 1; }},
        {"weight_decay", "-1e-04", "from 0 to 1", [](RunConfig& c) { c.weight_decay = -1e-4; }},
        {"seed", "-1", "from 0", [](RunConfig& c) { c.seed = -1; }},
    };
    return all;
}

TEST(ConfigLimits, DefaultsCanWork) {
    EXPECT_TRUE(validate(RunConfig{}).empty());
    for (const ModelInfo& model : models()) {
        RunConfig config;
        config.model = model.name;
        EXPECT_TRUE(validate(config).empty()) << model.name;
    }
}

TEST(ConfigLimits, EachWrongFieldGivesOneSentence) {
    for (const Wrong& wrong : wrong_fields()) {
        RunConfig config;
        wrong.set(config);
        const std::vector<ConfigProblem> problems = validate(config);
        ASSERT_EQ(problems.size(), 1u) << wrong.field << " " << wrong.value;
        EXPECT_EQ(problems[0].field, wrong.field);
        EXPECT_THAT(problems[0].message, HasSubstr(std::string(wrong.field) + " is " + wrong.value));
        EXPECT_THAT(problems[0].message, HasSubstr(wrong.allowed));
        EXPECT_EQ(problems[0].message.back(), '.');
    }
}

TEST(ConfigLimits, TheBoundsThemselvesAreAllowed) {
    const std::vector<void (*)(RunConfig&)> edges{
        [](RunConfig& c) { c.num_classes = 1; },
        [](RunConfig& c) { c.num_classes = max_num_classes; },
        [](RunConfig& c) { c.batch_size_per_device = 1; },
        [](RunConfig& c) { c.batch_size_per_device = 65'536; },
        [](RunConfig& c) { c.sample_ratio = 1; },
        [](RunConfig& c) { c.iterations = 1; },
        [](RunConfig& c) { c.devices_per_node = 256, c.batch_size_per_device = 65'536; },
        [](RunConfig& c) { c.nodes = 4096, c.launcher = Launcher::slurm; },
        [](RunConfig& c) {
            c.devices_per_node = 4, c.num_classes = 4, c.parallelism = Parallelism::partial_fc;
        },
        [](RunConfig& c) { c.devices_per_node = 4, c.num_classes = 3; },
        [](RunConfig& c) { c.warmup = 0; },
        [](RunConfig& c) { c.momentum = 0; },
        [](RunConfig& c) { c.learning_rate = 0; },
        [](RunConfig& c) { c.memory_limit_bytes = 1 << 20; },
        [](RunConfig& c) { c.seed = std::numeric_limits<std::int64_t>::max(); },
        [](RunConfig& c) { c.learning_rate_steps.clear(), c.learning_rate_scales.clear(); },
    };
    for (std::size_t i = 0; i < edges.size(); ++i) {
        RunConfig config;
        edges[i](config);
        EXPECT_TRUE(validate(config).empty()) << "edge " << i;
    }
}

TEST(ConfigLimits, SeveralProblemsAreAllListed) {
    RunConfig config;
    config.batch_size_per_device = 0;
    config.momentum = 2;
    EXPECT_EQ(validate(config).size(), 2u);
}

TEST(ConfigLimits, RequireValidThrowsTheFirstSentence) {
    RunConfig config;
    config.batch_size_per_device = 0;
    try {
        require_valid(config);
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::invalid_config);
        EXPECT_EQ(error.what(), validate(config).front().message);
    }
    EXPECT_NO_THROW(require_valid(RunConfig{}));
}

TEST(ConfigLimits, MethodsHaveTheirOwnNumbers) {
    RunConfig config;
    EXPECT_EQ(config.effective_repeats(), 5);
    EXPECT_EQ(config.effective_iterations(), 150);
    EXPECT_EQ(config.effective_warmup(), 50);
    config.method = Method::quick;
    EXPECT_EQ(config.effective_repeats(), 1);
    EXPECT_EQ(config.effective_iterations(), 30);
    EXPECT_EQ(config.effective_warmup(), 10);
    config.method = Method::steady;
    EXPECT_EQ(config.effective_repeats(), 3);
    config.iterations = 6;
    EXPECT_LT(config.effective_warmup(), 6);
}

TEST(ConfigLimits, ModelsGiveOutputTypeAndEps) {
    RunConfig config;
    EXPECT_EQ(config.effective_fc_type(), FcType::e);
    EXPECT_DOUBLE_EQ(config.effective_bn_eps(), 2e-5);
    config.model = "y1";
    EXPECT_EQ(config.effective_fc_type(), FcType::gdc);
    EXPECT_DOUBLE_EQ(config.effective_bn_eps(), 1e-3);
    config.bn_eps = 0.5;
    EXPECT_DOUBLE_EQ(config.effective_bn_eps(), 0.5);
}

}  // namespace
}  // namespace arcmeter::protocol
