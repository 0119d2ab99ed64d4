// SPDX-License-Identifier: GPL-3.0-or-later
// Which value a search for a limit tries next. A plain value without any process behind it.
#pragma once

#include <QtGlobal>
#include <optional>

#include "engine/protocol/limit.h"

namespace arcmeter::app {

/// Narrows down the largest value that works, supposing that every smaller one does too. Begins with what is
/// suggested, looks at the next step (batch + 1, classes + 1 %), and where the suggestion was wrong goes away
/// from it by steps that double, then halves.
class SearchBracket {
public:
    SearchBracket(protocol::Limit limit, qint64 least, qint64 largest);

    /// Where to look first; may be given again when more is known. Has no effect on what is settled.
    void suggest(qint64 value);
    void addWorks(qint64 value);
    void addFails(qint64 value);

    /// Empty when the limit is found: a value works and the next step does not, or is out of range; or the
    /// least fails.
    std::optional<qint64> next() const;

    std::optional<qint64> works() const { return m_works; }  ///< the largest known to
    std::optional<qint64> fails() const { return m_fails; }  ///< the smallest known to

private:
    qint64 stepFrom(qint64 value) const;

    protocol::Limit m_limit;
    qint64 m_least;
    qint64 m_largest;
    std::optional<qint64> m_suggested;
    std::optional<qint64> m_works;
    std::optional<qint64> m_fails;
    int m_doublings = 0;  ///< answers of one kind since the last suggestion
};

}  // namespace arcmeter::app
