// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/References.h"

#include <algorithm>

#include "app/store/RunStore.h"
#include "ui/format/Format.h"

namespace arcmeter::ui {

References::References(app::RunStore* store, QObject* parent) : QObject(parent), m_store(store) {}

int References::freeColor() const {
    for (int index = 1; index <= static_cast<int>(limit); ++index) {  // colour 0 is the live run's
        const bool used = std::any_of(m_all.begin(), m_all.end(), [index](const auto& reference) {
            return reference->color.index == index;
        });
        if (!used) return index;
    }
    return 1;
}

bool References::add(const app::HistoryRow& row) {
    const bool shown = std::any_of(m_all.begin(), m_all.end(), [&row](const auto& reference) {
        return reference->row.kind == row.kind && reference->row.id == row.id;
    });
    if (shown || m_all.size() >= limit) return false;
    auto reference = std::make_unique<Reference>();
    reference->row = row;
    reference->name = rowTitle(row);
    reference->color = {ColorKey::Set::Series, freeColor()};
    if (row.kind == app::HistoryRow::Kind::Run) {
        reference->data = std::make_unique<LiveData>();
        for (const protocol::Step& step : m_store->steps(row.id)) reference->data->append(step, 0);
    }
    m_all.push_back(std::move(reference));
    emit changed();
    return true;
}

void References::remove(std::size_t index) {
    if (index >= m_all.size()) return;
    // Charts let go of the data in changed(); until then it must live.
    const std::unique_ptr<Reference> removed = std::move(m_all[index]);
    m_all.erase(m_all.begin() + static_cast<std::ptrdiff_t>(index));
    emit changed();
}

void References::clear() {
    const auto removed = std::exchange(m_all, {});
    if (!removed.empty()) emit changed();
}

}  // namespace arcmeter::ui
