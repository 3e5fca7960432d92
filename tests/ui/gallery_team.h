// Three people who have worked together for a while, as the pictures of all screens show them.
#pragma once

#include <algorithm>

#include "model/picture/picture.h"
#include "tests/ui/desk.h"
#include "tests/unit/picture_samples.h"

namespace fieldseal::desktop::test {

struct GalleryTeam : WindowStage {
    /// Three people who have worked together for a while.
    void people() {
        auto office = create("office").first;
        office->found("Огляд 2026 · Survey 2026", "Олена Коваль");
        auto field = join(*office, "field", team::Role::assessor, "Ігор Шевчук");
        auto reader = join(*office, "reader", team::Role::reviewer, "Ruth Lind");
        office->generate(60, 90, 11);
        field->generate(6, 8, 12);
        // Some say where they lie.
        int placed = 0;
        for (const auto& [latitude, longitude] :
             {std::pair("49.59", "34.55"), std::pair("49.07", "33.42"), std::pair("50.45", "30.52"),
              std::pair("46.48", "30.73"), std::pair("49.84", "24.03"), std::pair("48.46", "35.04")}) {
            const RecordId id = office->snapshot()->sites.at(static_cast<std::size_t>(placed++) * 3)->summary.id;
            record::Site site = office->site(id).site;
            site.latitude = latitude;
            site.longitude = longitude;
            office->edit_site(id, site, office->heads(id));
        }
        const auto exchange = [&] {
            for (int round = 0; round < 3; ++round) {
                for (const auto& each : {&field, &reader, &office}) {
                    sync(**each);
                }
            }
        };
        exchange();
        const auto of_field = field->snapshot()->assessments;
        reader->review(of_field.at(0)->summary.id, record::Verdict::give_back, "CSB-RC-01",
                       "Скільки годин без живлення? Перевірте за журналом.");
        reader->review(of_field.at(1)->summary.id, record::Verdict::approve, "", "Добре.");
        record::Offer offer;
        offer.partner = "Естонія · Estonia";
        offer.text = "Offline backup drives, 4 TB";
        offer.category = "equipment";
        offer.quantity = 40;
        office->add_offer(offer);
        record::Finding finding;
        finding.assessment = of_field.at(0)->summary.id;
        finding.question = "CSB-RC-01";
        finding.urgency = record::Urgency::now;
        finding.text = "Резервні копії лежать на тому самому сервері.";
        const RecordId found = field->add_finding(finding);
        record::Need need;
        need.assessment = of_field.at(0)->summary.id;
        need.findings[found.hex()] = true;
        need.urgency = record::Urgency::now;
        need.category = "equipment";
        need.text = "Зовнішні диски для резервних копій";
        need.quantity = 4;
        field->add_need(need);
        // One field that both change without knowing of each other.
        record::Site disputed;
        disputed.name = "Спірний об’єкт · Disputed site";
        disputed.sector = "health";
        disputed.notes = "Вхід через ворота";
        const RecordId apart = field->add_site(disputed);
        const RecordId disputed_visit = field->start_assessment(apart, "csb", "2026-11-18");
        field->cut(disputed_visit);
        exchange();
        const auto write = [&apart](session::Session& session, const char* notes) {
            record::Site changed = session.site(apart).site;
            changed.notes = notes;
            session.edit_site(apart, changed, session.heads(apart));
        };
        write(*field, "Вхід через північні ворота");
        write(*field, "Вхід через північні ворота, після дев’ятої; спитати чергового інженера Мельника");
        write(*office, "Вхід через ворота до дев’ятої");
        exchange();
        // Sent where somebody else was before.
        const auto now = office->snapshot();
        const auto of_office = std::ranges::find_if(
            now->assessments, [&](const auto& row) { return row->summary.person == now->own_person; });
        REQUIRE(of_office != now->assessments.end());
        const RecordId visited = (*of_office)->summary.parent;
        office->assign(visited, field->snapshot()->own_person, "2099-12-20", "csb", "Перевірити, чи є резервні копії");
        exchange();
        begin_visit(*field, visited);
        differ(*office, *field, disputed_visit, found);
        exchange();
        roll_back(*office);
        sync(*office);
    }
    /// The day's visit, begun: some answers, and a photo.
    void begin_visit(session::Session& field, const RecordId& site) {
        const RecordId visit = field.start_assessment(site, "csb", "");
        int number = 0;
        for (const char* question : {"CSB-GV-02", "CSB-GV-03", "CSB-GV-04", "CSB-GV-05", "CSB-GV-06", "CSB-GV-07"}) {
            record::Answer answer;
            answer.value = number == 3 ? record::AnswerValue::unknown() : record::AnswerValue::of_level(number % 4);
            answer.basis = number % 2 == 0 ? record::Basis::observed : record::Basis::documented;
            answer.note = number == 0 ? "Наказ № 14 від 2 березня; зв’язківець знає його напам’ять." : "";
            field.save_answer(visit, question, answer);
            ++number;
        }
        field.attach_photo(visit, "CSB-GV-02", "IMG_2041.jpg",
                           picture::samples::with_exif(picture::encode_jpeg(picture::samples::pattern(1600, 1200), 85),
                                                       picture::samples::exif(1)),
                           "Щит управління");
        record::Finding weak;
        weak.assessment = visit;
        weak.question = "CSB-GV-02";
        weak.urgency = record::Urgency::this_year;
        weak.text = "Відповідального призначено, але наказ прострочено.";
        field.add_finding(weak);
        field.cut(visit);
    }
    /// What both write of one visit and of what was found at another, without knowing of each other.
    static void differ(session::Session& office, session::Session& field, const RecordId& visit,
                       const RecordId& found) {
        for (session::Session* each : {&office, &field}) {
            const bool in_office = each == &office;
            each->save(visit,
                       {{"summary", std::string(in_office ? "Об’єкт готовий до зими; копії перевірено."
                                                          : "Об’єкт готовий до зими, крім резервного живлення.")},
                        {"sign_off/name", std::string(in_office ? "Петренко О. І." : "Петренко Олег")}});
            each->cut(visit);
            each->save_part(found, {{"text", std::string(in_office ? "Копії лежать на тому самому сервері, що й дані."
                                                                   : "Резервні копії лежать у тій самій стійці.")}});
            each->cut(found);
        }
    }
    /// Somebody puts an old copy of a vault back and goes on with it.
    void roll_back(session::Session& office) {
        auto copied = join(office, "copied", team::Role::assessor, "Павло Ткач");
        record::Site site;
        site.sector = "water";
        const auto add = [&](const char* name) {
            site.name = name;
            copied->add_site(site);
            sync(*copied);
        };
        sync(office);
        add("Насосна станція 1");
        copied.reset();
        std::filesystem::copy_file(vault("copied"), folder / "copy");
        copied = open("copied");
        add("Насосна станція 2");
        sync(office);
        copied.reset();
        std::filesystem::copy_file(folder / "copy", vault("copied"), std::filesystem::copy_options::overwrite_existing);
        copied = open("copied");
        add("Насосна станція 3");
    }
};

}  // namespace fieldseal::desktop::test
