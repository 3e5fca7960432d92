// A site's form while it is being filled in: kept like any other typing, though it is no record yet.
#include "app/session/implementation.h"
#include "model/codec/flatten.h"
#include "model/codec/reader.h"
#include "model/codec/writer.h"

namespace fieldseal::session {

namespace {

constexpr std::string_view form_key = "site_form";
constexpr std::size_t base_limit = 64;

}  // namespace

void Session::keep_site_form(const SiteForm& form) {
    codec::Writer out;
    out.boolean(form.id.has_value());
    if (form.id) {
        out.raw(form.id->view());
    }
    out.number(form.base.size());
    for (const Hash& head : form.base) {
        out.raw(head.view());
    }
    codec::write_edits(out, codec::difference({}, codec::flatten(form.site)));
    implementation_->vault->shelf("setting").put(form_key, out.view());
}

void Session::drop_site_form() {
    implementation_->vault->shelf("setting").remove(form_key);
}

std::optional<SiteForm> Session::kept_site_form() {
    const std::optional<Bytes> kept = implementation_->vault->shelf("setting").get(form_key);
    if (!kept) {
        return std::nullopt;
    }
    codec::Reader in(*kept, "site form");
    SiteForm form;
    if (in.boolean()) {
        form.id = in.fixed<RecordId>();
    }
    form.base.resize(in.count(base_limit, Hash::size));
    for (Hash& head : form.base) {
        head = in.fixed<Hash>();
    }
    codec::FieldMap fields;
    codec::apply(fields, codec::read_edits(in));
    in.expect_end();
    form.site = codec::unflatten<record::Site>(fields);
    return form;
}

}  // namespace fieldseal::session
