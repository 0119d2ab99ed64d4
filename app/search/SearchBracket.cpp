// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/search/SearchBracket.h"

#include <algorithm>

namespace arcmeter::app {

SearchBracket::SearchBracket(protocol::Limit limit, qint64 least, qint64 largest)
    : m_limit(limit), m_least(least), m_largest(largest) {}

qint64 SearchBracket::stepFrom(qint64 value) const {
    return protocol::next_limit_value(m_limit, value) - value;
}

void SearchBracket::suggest(qint64 value) {
    m_suggested = std::clamp(value, m_least, m_largest);
    m_doublings = 0;
}

void SearchBracket::addWorks(qint64 value) {
    m_works = std::max(value, m_works.value_or(value));
    ++m_doublings;
}

void SearchBracket::addFails(qint64 value) {
    m_fails = std::min(value, m_fails.value_or(value));
    ++m_doublings;
}

std::optional<qint64> SearchBracket::next() const {
    const qint64 low = m_works.value_or(m_least - 1);
    const qint64 high = m_fails.value_or(m_largest + 1);
    if (m_fails && *m_fails <= m_least) return std::nullopt;
    if (m_works && (*m_works >= m_largest || protocol::next_limit_value(m_limit, *m_works) >= high)) {
        if (*m_works >= m_largest || m_fails) return std::nullopt;
    }
    if (m_suggested && *m_suggested > low && *m_suggested < high) return m_suggested;
    if (m_works && m_fails) return low + (high - low) / 2;
    const int doublings = std::min(std::max(0, m_doublings - 1), 40);
    if (m_works) return std::min(m_largest, low + (stepFrom(low) << doublings));
    if (m_fails) return std::max(m_least, high - (stepFrom(high) << doublings));
    return m_least;
}

}  // namespace arcmeter::app
