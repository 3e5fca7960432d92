// What one import brought to each record: which fields, by its revisions that are still here.
#include <algorithm>
#include <set>

#include "app/session/implementation.h"

namespace fieldseal::session {

namespace {

constexpr std::size_t arrived_paths_limit = 2000;

bool is_in(const std::vector<exchange::LogRun>& runs, const history::Revision& revision) {
    return std::ranges::any_of(runs, [&](const exchange::LogRun& run) {
        return run.device == revision.device && run.from <= revision.sequence && revision.sequence <= run.to;
    });
}

}  // namespace

std::vector<ArrivedRecord> Session::arrived(const exchange::ImportReport& report, std::size_t most) {
    vault::Vault& vault = *implementation_->vault;
    std::vector<ArrivedRecord> result;
    for (const RecordId& id : report.records) {
        if (result.size() == most) {
            break;
        }
        ArrivedRecord& arrived = result.emplace_back();
        arrived.record = id;
        std::set<std::string> paths;
        for (const history::Revision& revision : vault.revisions(id)) {
            if (!is_in(report.arrived, revision)) {
                continue;
            }
            ++arrived.revisions;
            for (const auto& [path, value] : revision.edits) {
                if (paths.size() < arrived_paths_limit) {
                    paths.insert(path);
                }
            }
        }
        arrived.paths.assign(paths.begin(), paths.end());
    }
    return result;
}

std::vector<Conflict> Session::conflicts(const RecordId& record) {
    return implementation_->conflicts(implementation_->vault->merged(record));
}

}  // namespace fieldseal::session
