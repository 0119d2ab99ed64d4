// SPDX-License-Identifier: Apache-2.0
// RunConfig to and from JSON and command-line text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "engine/protocol/error.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::protocol {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// Every field away from its default.
RunConfig unusual_config() {
    RunConfig c;
    c.model = "r18";
    c.fc_type = FcType::fc;
    c.dataset = "/data/my faces/it's";
    c.num_classes = 1234;
    c.loss = Loss::combined;
    c.parallelism = Parallelism::partial_fc;
    c.sample_ratio = 0.25;
    c.precision = Precision::bf16;
    c.batch_size_per_device = 7;
    c.device = Device::cpu;
    c.devices_per_node = 4;
    c.nodes = 2;
    c.hosts = {"node-1", "node_2.example"};
    c.launcher = Launcher::mpirun;
    c.device_ids = {3, 1, 0, 2};
    c.communication_bucket_bytes = 1'000'001;
    c.communication_precision = CommunicationPrecision::bf16;
    c.communication_timeout_s = 7;
    c.method = Method::steady;
    c.repeats = 9;
    c.iterations = 60;
    c.warmup = 20;
    c.memory_limit_bytes = std::int64_t{17} << 30;
    c.recompute = Recompute::units;
    c.class_precision = StatePrecision::bf16;
    c.momentum_precision = StatePrecision::bf16;
    c.class_memory = ClassMemory::host;
    c.data_threads = 3;
    c.cpu_threads = 2;
    c.bn_eps = 1e-5;
    c.input_scale = 1 / 127.5;
    c.learning_rate = 0.0123456789;
    c.scale_learning_rate = true;
    c.learning_rate_steps = {5, 10, 15};
    c.learning_rate_scales = {0.3, 0.1, 1e-3};
    c.momentum = 0.8;
    c.weight_decay = 1e-4;
    c.seed = 9'223'372'036'854'775'807;
    c.deterministic = true;
    return c;
}

Error error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no Error was thrown";
    return {ErrorCode::internal, ""};
}

const ConfigField& field_named(const std::string& name) {
    for (const ConfigField& field : config_fields()) {
        if (field.name == name) return field;
    }
    throw std::out_of_range(name);
}

/// The words of a shell command, with single quotes as to_command_line writes them.
std::vector<std::string> shell_words(const std::string& command) {
    std::vector<std::string> words(1);
    bool quoted = false, any = false;
    for (std::size_t i = 0; i < command.size(); ++i) {
        const char c = command[i];
        if (c == '\'') {
            quoted = !quoted;
            any = true;
        } else if (c == '\\' && !quoted) {
            words.back() += command[++i];
        } else if (c == ' ' && !quoted) {
            if (any || !words.back().empty()) words.emplace_back();
            any = false;
        } else {
            words.back() += c;
        }
    }
    return words;
}

RunConfig from_command_line(const std::string& command) {
    const std::vector<std::string> words = shell_words(command);
    EXPECT_EQ(words.at(0) + " " + words.at(1), "arcmeter-cli run");
    std::map<std::string, const ConfigField*> options;
    for (const ConfigField& field : config_fields()) options["--" + kebab_case(field.name)] = &field;
    RunConfig config;
    for (std::size_t i = 2; i + 1 < words.size(); i += 2)
        options.at(words[i])->set_from_text(config, words[i + 1]);
    return config;
}

TEST(ConfigFields, UnusualConfigIsUnusual) {
    const json unusual = to_json(unusual_config()), defaults = to_json(RunConfig{});
    for (const ConfigField& field : config_fields()) {
        const std::string name(field.name);
        ASSERT_TRUE(unusual.contains(name)) << name;
        if (name == "repeat") continue;
        EXPECT_TRUE(!defaults.contains(name) || defaults[name] != unusual[name]) << name;
    }
    EXPECT_EQ(unusual.size(), config_fields().size());
}

TEST(ConfigFields, JsonRoundTrip) {
    EXPECT_EQ(run_config_from_json(to_json(RunConfig{})), RunConfig{});
    EXPECT_EQ(run_config_from_json(json::parse(to_json(unusual_config()).dump())), unusual_config());
    EXPECT_EQ(run_config_from_json(json::object()), RunConfig{});
}

TEST(ConfigFields, NullAndDatasetMeanLeftOut) {
    EXPECT_EQ(run_config_from_json({{"num_classes", nullptr}, {"fc_type", nullptr}, {"bn_eps", nullptr}}),
              RunConfig{});
    EXPECT_EQ(run_config_from_json({{"num_classes", "dataset"}}), RunConfig{});
}

TEST(ConfigFields, CommandLineRoundTrip) {
    EXPECT_EQ(to_command_line(RunConfig{}), "arcmeter-cli run");
    EXPECT_EQ(from_command_line(to_command_line(unusual_config())), unusual_config());
    RunConfig no_steps;
    no_steps.learning_rate_steps.clear();
    no_steps.learning_rate_scales.clear();
    EXPECT_EQ(from_command_line(to_command_line(no_steps)), no_steps);
}

TEST(ConfigFields, CommandLineLeavesOutTheLaunchersField) {
    RunConfig config;
    config.repeat = 3;
    EXPECT_EQ(to_command_line(config), "arcmeter-cli run");
}

TEST(ConfigFields, EveryFieldRefusesAWrongTypeByName) {
    for (const ConfigField& field : config_fields()) {
        const std::string name(field.name);
        for (const json& wrong :
             {json::object(), json(json::array({json::object()})), json(1.5), json("\x01"), json(true)}) {
            RunConfig config;
            try {
                config = run_config_from_json({{name, wrong}});
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), ErrorCode::invalid_config);
                EXPECT_THAT(error.what(), HasSubstr(name + " is "));
                EXPECT_THAT(error.what(), HasSubstr("allowed: "));
                continue;
            }
            EXPECT_NE(to_json(config)[name], to_json(RunConfig{})[name])
                << name << " accepted " << wrong << " and did not take it";
        }
    }
}

TEST(ConfigFields, UnknownFieldIsNamed) {
    EXPECT_THAT(error_of([] { run_config_from_json({{"batchsize", 5}}); }).what(), HasSubstr("batchsize"));
    EXPECT_THAT(error_of([] { run_config_from_json(json::array()); }).what(),
                HasSubstr("allowed: a JSON object"));
}

TEST(ConfigFields, DeepOrLongValuesGiveAShortSentence) {
    const std::string deep = std::string(300'000, '[') + std::string(300'000, ']');
    const std::string inside = "{\"model\":" + deep + "}";
    for (const std::string& text : {deep, inside, "{\"loss\":\"" + std::string(100'000, 'x') + "\"}",
                                    "{\"" + std::string(100'000, 'x') + "\":1}"}) {
        const json value = json::parse(text);
        const Error error = error_of([&] { run_config_from_json(value); });
        EXPECT_LT(std::string(error.what()).size(), 300u);
    }
}

TEST(ConfigFields, TextThatIsNotUtf8GivesASentence) {
    RunConfig config;
    EXPECT_THAT(error_of([&] { field_named("loss").set_from_text(config, "\xff"); }).what(),
                HasSubstr("loss is "));
    EXPECT_THAT(error_of([&] { field_named("seed").set_from_text(config, "\xff"); }).what(),
                HasSubstr("seed is "));
}

TEST(ConfigFields, TextOfEveryKind) {
    RunConfig c;
    field_named("num_classes").set_from_text(c, "1000");
    EXPECT_EQ(c.num_classes, 1000);
    field_named("num_classes").set_from_text(c, "dataset");
    EXPECT_EQ(c.num_classes, std::nullopt);
    field_named("memory_limit_bytes").set_from_text(c, "16GiB");
    EXPECT_EQ(c.memory_limit_bytes, std::int64_t{16} << 30);
    field_named("deterministic").set_from_text(c, "on");
    EXPECT_TRUE(c.deterministic);
    field_named("learning_rate_steps").set_from_text(c, "1, 2,3");
    EXPECT_EQ(c.learning_rate_steps, (std::vector<std::int64_t>{1, 2, 3}));
    field_named("hosts").set_from_text(c, "a, b.c ,d");
    EXPECT_EQ(c.hosts, (std::vector<std::string>{"a", "b.c", "d"}));
    field_named("hosts").set_from_text(c, "");
    EXPECT_TRUE(c.hosts.empty());
    field_named("communication_bucket_bytes").set_from_text(c, "4MiB");
    EXPECT_EQ(c.communication_bucket_bytes, 4 << 20);
    field_named("learning_rate").set_from_text(c, "1e-3");
    EXPECT_DOUBLE_EQ(c.learning_rate, 1e-3);
}

TEST(ConfigFields, TextThatDoesNotFitIsRefusedByName) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"fc_type", "X"},
        {"loss", "arcfaces"},
        {"batch_size_per_device", "many"},
        {"batch_size_per_device", "1.5"},
        {"batch_size_per_device", "99999999999999999999"},
        {"seed", ""},
        {"learning_rate", "fast"},
        {"deterministic", "maybe"},
        {"memory_limit_bytes", "16GiBB"},
        {"memory_limit_bytes", "-1"},
        {"learning_rate_steps", "1,x"},
        {"learning_rate_steps", "1],[2"},
        {"communication_bucket_bytes", "big"},
        {"device_ids", "0,x"},
        {"launcher", "ssh"},
        {"num_classes", "all"}};
    for (const auto& [name, text] : cases) {
        RunConfig config;
        const Error error =
            error_of([&, &field = name, &value = text] { field_named(field).set_from_text(config, value); });
        EXPECT_THAT(error.what(), HasSubstr(name + " is ")) << text;
    }
}

TEST(ConfigFields, KebabCase) {
    EXPECT_EQ(kebab_case("batch_size_per_device"), "batch-size-per-device");
}

TEST(ParseBytes, Units) {
    EXPECT_EQ(parse_bytes("0"), 0);
    EXPECT_EQ(parse_bytes("16000000000"), 16'000'000'000);
    EXPECT_EQ(parse_bytes("16GB"), 16'000'000'000);
    EXPECT_EQ(parse_bytes("16 GiB"), std::int64_t{16} << 30);
    EXPECT_EQ(parse_bytes("1.5KiB"), 1536);
    EXPECT_EQ(parse_bytes("2TiB"), std::int64_t{2} << 40);
    EXPECT_EQ(parse_bytes("512MiB"), std::int64_t{512} << 20);
    EXPECT_EQ(parse_bytes("3kB"), 3000);
}

TEST(ParseBytes, Refused) {
    for (const char* text :
         {"", " ", "GiB", "-1", "1e30", "16gib", "16GiB x", "nan", "inf", "0x10", "9223372036854775808"}) {
        EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace arcmeter::protocol
