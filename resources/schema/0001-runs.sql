-- SPDX-License-Identifier: GPL-3.0-or-later
-- Runs with their repeats, steps, telemetry and provenance; published results; tags.
-- A revision is never edited once released: a change is a new file with the next number.

CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,               -- UTC, ISO 8601
    ended_at TEXT,
    state TEXT NOT NULL,
    config TEXT NOT NULL,                   -- the whole RunConfig as JSON
    preset TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    program_version TEXT NOT NULL DEFAULT '',
    -- copies of what filters and tables need
    model TEXT NOT NULL,
    dataset TEXT NOT NULL,                  -- its name; the folder stands in config
    parallelism TEXT NOT NULL,
    sample_ratio REAL,                      -- partial_fc only
    precision TEXT NOT NULL,
    batch_size_per_device INTEGER NOT NULL,
    num_classes INTEGER,
    nodes INTEGER NOT NULL,
    devices_per_node INTEGER NOT NULL,
    method TEXT NOT NULL,
    fc_type TEXT NOT NULL,
    loss TEXT NOT NULL,
    -- from the worker
    host TEXT NOT NULL DEFAULT '',
    device TEXT NOT NULL DEFAULT '',        -- cpu or cuda
    hardware TEXT NOT NULL DEFAULT '',
    driver TEXT NOT NULL DEFAULT '',
    engine TEXT NOT NULL DEFAULT '',
    engine_version TEXT NOT NULL DEFAULT '',
    plan TEXT,                              -- the plan event
    -- figures
    samples_per_s REAL,                     -- median over repeats
    samples_per_s_mean REAL,
    samples_per_s_min REAL,
    samples_per_s_max REAL,
    samples_per_s_stddev REAL,
    samples_per_s_ci95 REAL,
    repeats INTEGER,                        -- measured
    peak_device_memory_bytes INTEGER,
    peak_host_memory_bytes INTEGER,
    final_loss REAL,
    accuracy REAL,
    partial INTEGER NOT NULL DEFAULT 0,
    failure_code TEXT NOT NULL DEFAULT '',
    failure TEXT NOT NULL DEFAULT '',
    -- who writes it: a run whose owner is dead is interrupted
    owner_host TEXT NOT NULL,
    owner_boot TEXT NOT NULL,
    owner_pid INTEGER NOT NULL,
    owner_started TEXT NOT NULL,            -- start time of that process, so that a reused pid is seen
    deleted_at TEXT
);
CREATE INDEX run_created ON run (created_at);
CREATE INDEX run_open ON run (state) WHERE state NOT IN ('finished', 'failed', 'stopped', 'interrupted');
CREATE INDEX run_deleted ON run (deleted_at) WHERE deleted_at IS NOT NULL;

-- A repeat is a fresh worker process; its row appears with its first event.
CREATE TABLE repeat_launch (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    repeat INTEGER NOT NULL,
    launched_at TEXT NOT NULL,
    result TEXT,                            -- the result event
    samples_per_s REAL,
    partial INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, repeat)
) WITHOUT ROWID;

-- One row a window of steps.
CREATE TABLE step_window (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    repeat INTEGER NOT NULL,
    first_iteration INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    samples_per_s REAL,
    step_ms_mean REAL,
    step_ms_min REAL,
    step_ms_max REAL,
    loss_mean REAL,
    accuracy_mean REAL,
    device_memory_bytes_max INTEGER,
    host_memory_bytes_max INTEGER,
    PRIMARY KEY (run_id, repeat, first_iteration)
) WITHOUT ROWID;

-- Every step, in compressed pieces; the last piece of a running repeat is written again as it grows.
CREATE TABLE step_series (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    repeat INTEGER NOT NULL,
    first_iteration INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    data BLOB NOT NULL,                     -- see app/store/StepSeries.h
    PRIMARY KEY (run_id, repeat, first_iteration)
);

CREATE TABLE telemetry (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    repeat INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    device_index INTEGER NOT NULL,
    utilization REAL,
    memory_used_bytes INTEGER,
    power_w REAL,
    temperature_c REAL,
    sm_clock_mhz REAL,
    throttle_reasons TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, repeat, time_ms, device_index)
) WITHOUT ROWID;

CREATE TABLE environment (
    run_id INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    hello TEXT,                             -- the events as JSON
    environment TEXT
);

CREATE TABLE preflight (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    item TEXT NOT NULL,
    value TEXT NOT NULL,
    sentence TEXT NOT NULL,
    warning INTEGER NOT NULL,
    PRIMARY KEY (run_id, item)
) WITHOUT ROWID;

CREATE TABLE error (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    rank INTEGER NOT NULL,
    message TEXT NOT NULL,
    hint TEXT NOT NULL,
    last_lines TEXT NOT NULL
);
CREATE INDEX error_run ON error (run_id);

CREATE TABLE tag (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (run_id, tag)
) WITHOUT ROWID;

-- Results that others published. Loaded again whenever the shipped files differ from what was loaded.
CREATE TABLE reference_result (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    source_url TEXT NOT NULL,
    framework TEXT NOT NULL,
    framework_version TEXT NOT NULL,
    model TEXT NOT NULL,
    dataset TEXT NOT NULL,
    parallelism TEXT NOT NULL,
    sample_ratio REAL,
    precision TEXT NOT NULL,
    nodes INTEGER,
    gpus_per_node INTEGER,
    batch_size_per_device INTEGER,
    batch_is_max INTEGER,
    num_classes INTEGER,
    samples_per_s REAL,
    samples_per_s_text TEXT NOT NULL,       -- as printed in the source
    memory_mib_per_gpu REAL,
    max_num_classes INTEGER,
    hardware TEXT NOT NULL
);

CREATE TABLE store_property (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
