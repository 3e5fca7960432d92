// Words that `generate` makes sites and answers of: ordinary Ukrainian towns and kinds of sites, no real site among them.
#pragma once

#include <array>
#include <string_view>

namespace fieldseal::session {

struct SampleTown {
    std::string_view uk;
    std::string_view en;
    std::string_view region;  // ISO 3166-2
};

inline constexpr std::array<SampleTown, 40> sample_towns{{
    {"Вінниця", "Vinnytsia", "UA-05"},      {"Луцьк", "Lutsk", "UA-07"},
    {"Дніпро", "Dnipro", "UA-12"},          {"Кривий Ріг", "Kryvyi Rih", "UA-12"},
    {"Павлоград", "Pavlohrad", "UA-12"},    {"Краматорськ", "Kramatorsk", "UA-14"},
    {"Житомир", "Zhytomyr", "UA-18"},       {"Бердичів", "Berdychiv", "UA-18"},
    {"Ужгород", "Uzhhorod", "UA-21"},       {"Мукачево", "Mukachevo", "UA-21"},
    {"Запоріжжя", "Zaporizhzhia", "UA-23"}, {"Івано-Франківськ", "Ivano-Frankivsk", "UA-26"},
    {"Калуш", "Kalush", "UA-26"},           {"Біла Церква", "Bila Tserkva", "UA-32"},
    {"Бровари", "Brovary", "UA-32"},        {"Фастів", "Fastiv", "UA-32"},
    {"Кропивницький", "Kropyvnytskyi", "UA-35"}, {"Олександрія", "Oleksandriia", "UA-35"},
    {"Львів", "Lviv", "UA-46"},             {"Дрогобич", "Drohobych", "UA-46"},
    {"Стрий", "Stryi", "UA-46"},            {"Миколаїв", "Mykolaiv", "UA-48"},
    {"Вознесенськ", "Voznesensk", "UA-48"}, {"Одеса", "Odesa", "UA-51"},
    {"Ізмаїл", "Izmail", "UA-51"},          {"Полтава", "Poltava", "UA-53"},
    {"Кременчук", "Kremenchuk", "UA-53"},   {"Рівне", "Rivne", "UA-56"},
    {"Суми", "Sumy", "UA-59"},              {"Конотоп", "Konotop", "UA-59"},
    {"Тернопіль", "Ternopil", "UA-61"},     {"Харків", "Kharkiv", "UA-63"},
    {"Ізюм", "Izium", "UA-63"},             {"Херсон", "Kherson", "UA-65"},
    {"Хмельницький", "Khmelnytskyi", "UA-68"}, {"Черкаси", "Cherkasy", "UA-71"},
    {"Умань", "Uman", "UA-71"},             {"Чернігів", "Chernihiv", "UA-74"},
    {"Ніжин", "Nizhyn", "UA-74"},           {"Чернівці", "Chernivtsi", "UA-77"},
}};

struct SampleSite {
    std::string_view sector;
    std::string_view uk;
    std::string_view en;
};

inline constexpr std::array<SampleSite, 20> sample_sites{{
    {"health", "Міська лікарня", "City hospital"},
    {"health", "Обласний онкологічний центр", "Regional cancer centre"},
    {"health", "Центр первинної медичної допомоги", "Primary care centre"},
    {"energy", "Районні електричні мережі", "District power grid"},
    {"energy", "Підстанція 110 кВ", "Substation 110 kV"},
    {"heat", "Котельня", "Boiler house"},
    {"heat", "Тепломережа", "District heating"},
    {"water", "Водоканал", "Water utility"},
    {"water", "Насосна станція", "Pumping station"},
    {"telecom", "Вузол зв’язку", "Telecom exchange"},
    {"telecom", "Інтернет-провайдер", "Internet provider"},
    {"finance", "Відділення банку", "Bank branch"},
    {"finance", "Процесинговий центр", "Payment processing centre"},
    {"local_government", "Міська рада", "City council"},
    {"local_government", "Центр надання адміністративних послуг", "Administrative service centre"},
    {"transport", "Автобусний парк", "Bus depot"},
    {"transport", "Залізнична станція", "Railway station"},
    {"emergency", "Диспетчерська екстреної допомоги", "Emergency dispatch"},
    {"education", "Технічний коледж", "Technical college"},
    {"food", "Хлібокомбінат", "Bakery plant"},
}};

inline constexpr std::array<std::string_view, 14> sample_notes{{
    "Наказ є, але заступника не призначено.",
    "Резервна копія на тому самому сервері, офлайн-копії немає.",
    "Перевірено на місці: відновлення останнього разу випробовували у травні.",
    "Only the head of IT knows the procedure; nothing is written down.",
    "Адміністратор показав журнал за останні 30 днів.",
    "Пароль спільний для всієї зміни.",
    "Генератора вистачає на 8 годин, запас пального 120 л.",
    "VPN without a second factor for two contractors.",
    "Мережа не сегментована, камери в тій самій підмережі.",
    "Seen on screen: updates paused since March.",
    "Домовленість із провайдером усна.",
    "Навчання персоналу проведено, списки підписані.",
    "Контакти CERT-UA на стіні в диспетчерській.",
    "Ліцензія антивірусу закінчується наступного місяця.",
}};

}  // namespace fieldseal::session
