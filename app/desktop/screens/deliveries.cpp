#include "app/desktop/screens/deliveries.h"

#include "app/desktop/text/translate.h"
#include "app/desktop/widgets/widgets.h"

namespace fieldseal::desktop {

const char* delivery_text(session::Delivery delivery) {
    switch (delivery) {
        case session::Delivery::none: return tr("Received");
        case session::Delivery::drafted: return tr("Draft");
        case session::Delivery::sealed: return tr("Sealed here");
        case session::Delivery::sent: return tr("Sent");
        case session::Delivery::delivered: return tr("Delivered");
    }
    return "";
}

void delivery_badge(session::Delivery delivery) {
    switch (delivery) {
        case session::Delivery::none: ui::badge(ui::State::neutral, icon::inbox, delivery_text(delivery)); break;
        case session::Delivery::drafted: ui::badge(ui::State::caution, icon::pencil, delivery_text(delivery)); break;
        case session::Delivery::sealed: ui::badge(ui::State::accent, icon::seal, delivery_text(delivery)); break;
        case session::Delivery::sent: ui::badge(ui::State::accent, icon::outbox, delivery_text(delivery)); break;
        case session::Delivery::delivered: ui::badge(ui::State::good, icon::check, delivery_text(delivery)); break;
    }
}

void verdict_badge(record::Verdict verdict) {
    switch (verdict) {
        case record::Verdict::comment: ui::badge(ui::State::neutral, icon::comment, tr("Comment")); break;
        case record::Verdict::approve: ui::badge(ui::State::good, icon::check, tr("Approved")); break;
        case record::Verdict::give_back: ui::badge(ui::State::caution, icon::back, tr("Returned")); break;
    }
}

const char* kind_text(record::Kind kind) {
    switch (kind) {
        case record::Kind::site: return tr("Site");
        case record::Kind::assessment: return tr("Assessment");
        case record::Kind::evidence: return tr("Evidence");
        case record::Kind::review: return tr("Review");
        case record::Kind::member: return tr("Person");
        case record::Kind::finding: return tr("Finding");
        case record::Kind::need: return tr("Need");
        case record::Kind::offer: return tr("Offer");
        case record::Kind::pledge: return tr("Pledge");
        case record::Kind::assignment: return tr("Assignment");
    }
    return "";
}

}  // namespace fieldseal::desktop
