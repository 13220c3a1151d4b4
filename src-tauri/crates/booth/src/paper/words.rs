//! What a receipt on paper says, in the person's language.

use zgoda_core::Language;
use zgoda_core::profile::Channel;

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) decided: &'static str,
    pub(super) yes: &'static str,
    pub(super) no: &'static str,
    pub(super) code: &'static str,
    /// `{}` stands for how the controller is reached.
    pub(super) withdraw: &'static str,
    /// What the code is, to those who cannot see it.
    pub(super) scan: &'static str,
    pub(super) nameless: &'static str,
}

pub(super) const fn words(language: Language) -> Words {
    match language {
        Language::Pl => Words {
            title: "Potwierdzenie zgód",
            decided: "Pana/Pani decyzje",
            yes: "tak",
            no: "nie",
            code: "Kod odwołania",
            withdraw: "Zdanie można zmienić w każdej chwili, bez podawania przyczyny: wystarczy zeskanować kod poniżej albo podać kod odwołania: {}.",
            scan: "Kod QR z podpisanym potwierdzeniem",
            nameless: "Na tej stronie i w kodzie nie ma nazwiska ani danych kontaktowych, są tylko odnośniki i skróty kryptograficzne.",
        },
        Language::En => Words {
            title: "Receipt of your consent",
            decided: "What you decided",
            yes: "yes",
            no: "no",
            code: "Withdrawal code",
            withdraw: "You can change your mind at any time and need no reason: scan the code below, or tell us the withdrawal code: {}.",
            scan: "QR code with the signed receipt",
            nameless: "This page and its code hold no name and no contact, only references and cryptographic hashes.",
        },
        Language::De => Words {
            title: "Beleg Ihrer Einwilligungen",
            decided: "Ihre Entscheidungen",
            yes: "ja",
            no: "nein",
            code: "Widerrufscode",
            withdraw: "Sie können Ihre Meinung jederzeit ohne Angabe von Gründen ändern: scannen Sie den Code unten oder nennen Sie uns den Widerrufscode: {}.",
            scan: "QR-Code mit dem signierten Beleg",
            nameless: "Diese Seite und ihr Code enthalten weder Namen noch Kontaktdaten, nur Verweise und kryptografische Prüfsummen.",
        },
    }
}

pub(super) const fn channel(channel: Channel, language: Language) -> &'static str {
    match (channel, language) {
        (Channel::Email, Language::De) => "E-Mail",
        (Channel::Email, _) => "e-mail",
        (Channel::Phone, Language::Pl) => "telefon",
        (Channel::Phone, Language::En) => "telephone",
        (Channel::Phone, Language::De) => "Telefon",
        (Channel::Sms, _) => "SMS",
    }
}
