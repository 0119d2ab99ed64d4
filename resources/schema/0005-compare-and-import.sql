-- SPDX-License-Identifier: GPL-3.0-or-later
-- Results imported from files, and comparisons that the user keeps.

CREATE TABLE import (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    imported_at TEXT NOT NULL,              -- UTC, ISO 8601
    file TEXT NOT NULL,                     -- its name without folders
    format TEXT NOT NULL,
    sha256 TEXT NOT NULL,                   -- of the file
    problems INTEGER NOT NULL,              -- lines that could not be read
    deleted_at TEXT
);
CREATE INDEX import_file ON import (sha256);

CREATE TABLE imported_result (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    import_id INTEGER NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,                  -- of the file
    result TEXT NOT NULL,                   -- the row as 'history export --format json' writes it
    repeats TEXT NOT NULL DEFAULT '[]'      -- samples/s of each repeat, where known
);
CREATE INDEX imported_result_import ON imported_result (import_id);

CREATE TABLE comparison (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    definition TEXT NOT NULL                -- {"columns": [["12", "13"], ["ref:17"]], "baseline": 0}
);
