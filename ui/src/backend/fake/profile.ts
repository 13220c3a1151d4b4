/** The built-in demo profile as Rust would show it. The company and the fair are invented. */
import type { ProfileView } from '../types';

export const PROFILE: ProfileView = {
  event: {
    id: 'targi-demo-2026',
    name: 'Targi Techniki Rolnej 2026',
    place: 'Poznań',
    starts: '2026-11-20',
    ends: '2026-12-31',
    over: false,
    closed: false,
    demo: true,
    controller: 'Dobre Maszyny Sp. z o.o.',
    languages: ['pl', 'en', 'de'],
  },
  controller_address: 'ul. Przykładowa 7, 60-001 Poznań',
  controller_email: 'rodo@dobremaszyny.example',
  privacy_page: 'https://dobremaszyny.example/rodo',
  dpo: 'iod@dobremaszyny.example',
  purposes: [
    {
      id: 'send_offer',
      basis: 'requested',
      label: {
        pl: 'Oferta',
        en: 'Offer',
        de: 'Angebot',
      },
      channels: [],
      fields: ['name', 'prefix', 'company', 'email', 'note', 'tags', 'rating'],
      retention: 'promise + P14D',
      promised: true,
    },
    {
      id: 'newsletter',
      basis: 'consent',
      label: {
        pl: 'Newsletter',
        en: 'Newsletter',
        de: 'Newsletter',
      },
      channels: ['email'],
      fields: ['name', 'email'],
      retention: 'capture + P2Y',
      promised: false,
    },
    {
      id: 'call_back',
      basis: 'consent',
      label: {
        pl: 'Rozmowa telefoniczna',
        en: 'Call back',
        de: 'Rückruf',
      },
      channels: ['phone'],
      fields: ['name', 'company', 'phone'],
      retention: 'event_end + P3M',
      promised: false,
    },
  ],
  tags: ['maszyny', 'serwis', 'dystrybucja', 'prasa'],
  needed: ['name', 'prefix', 'company', 'email', 'phone', 'note', 'tags', 'rating'],
  keep: 'until_promise_kept',
  lookup: null,
  crm: {
    sign_in: null,
    kind: 'file',
    target: '',
    plain: true,
    needs_secret: false,
    has_secret: false,
  },
  findings: [
    {
      lint: 'plain_file',
      severity: 'warning',
      line: 132,
      column: 1,
      subject: 'crm.plain',
      message: 'files are written in the clear',
    },
    {
      lint: 'no_recovery',
      severity: 'warning',
      line: 1,
      column: 1,
      subject: 'recovery',
      message: 'no recovery',
    },
  ],
  texts: {
    pl: {
      statements: [
        {
          purpose: 'send_offer',
          basis: 'requested',
          text: 'Wyślemy Panu/Pani ofertę, o którą Pan/Pani poprosił(a).',
        },
      ],
      notice: [
        {
          item: 'controller',
          article: 'GDPR 13(1)(a)',
          text: 'Administratorem danych jest Dobre Maszyny Sp. z o.o., ul. Przykładowa 7, 60-001 Poznań, rodo@dobremaszyny.example.',
          first_layer: true,
        },
        {
          item: 'dpo',
          article: 'GDPR 13(1)(b)',
          text: 'Inspektor ochrony danych: iod@dobremaszyny.example.',
          first_layer: false,
        },
        {
          item: 'purposes',
          article: 'GDPR 13(1)(c)',
          text: 'Wysyłamy ofertę, o którą Pan/Pani prosi (nasz prawnie uzasadniony interes). Newsletter i telefon – tylko za Pana/Pani zgodą.',
          first_layer: true,
        },
        {
          item: 'legitimate_interest',
          article: 'GDPR 13(1)(d)',
          text: 'Naszym interesem jest odpowiedź na Pana/Pani prośbę. Można się jej sprzeciwić – także tu, na tym ekranie.',
          first_layer: false,
        },
        {
          item: 'recipients',
          article: 'GDPR 13(1)(e)',
          text: 'Dane otrzymuje dostawca naszego systemu CRM w Unii Europejskiej, który przetwarza je w naszym imieniu.',
          first_layer: false,
        },
        {
          item: 'transfers',
          article: 'GDPR 13(1)(f)',
          text: 'Nie przekazujemy danych poza Europejski Obszar Gospodarczy.',
          first_layer: false,
        },
        {
          item: 'retention',
          article: 'GDPR 13(2)(a)',
          text: 'Oferta: 14 dni po jej wysłaniu. Newsletter: 2 lata. Telefon: 3 miesiące po targach. Albo krócej – do odwołania zgody.',
          first_layer: true,
        },
        {
          item: 'rights',
          article: 'GDPR 13(2)(b)',
          text: 'Może Pan/Pani zobaczyć, poprawić, usunąć lub przenieść swoje dane, ograniczyć ich przetwarzanie i sprzeciwić się mu.',
          first_layer: true,
        },
        {
          item: 'withdrawal',
          article: 'GDPR 13(2)(c)',
          text: 'Zgodę można odwołać w każdej chwili, bez podania przyczyny: rodo@dobremaszyny.example. Nie wpływa to na wcześniejsze przetwarzanie.',
          first_layer: false,
        },
        {
          item: 'complaint',
          article: 'GDPR 13(2)(d)',
          text: 'Przysługuje Panu/Pani skarga do Prezesa Urzędu Ochrony Danych Osobowych, ul. Moniuszki 1A, 00-014 Warszawa.',
          first_layer: false,
        },
        {
          item: 'obligation',
          article: 'GDPR 13(2)(e)',
          text: 'Podanie danych jest dobrowolne. Bez adresu e-mail nie wyślemy oferty.',
          first_layer: false,
        },
        {
          item: 'automated_decisions',
          article: 'GDPR 13(2)(f)',
          text: 'Nie podejmujemy decyzji w sposób zautomatyzowany i nie profilujemy.',
          first_layer: false,
        },
      ],
      boxes: [
        {
          purpose: 'newsletter',
          channel: 'email',
          text: 'Chcę otrzymywać newsletter Dobre Maszyny Sp. z o.o. z nowościami i ofertami na mój adres e-mail.',
        },
        {
          purpose: 'call_back',
          channel: 'phone',
          text: 'Proszę do mnie zadzwonić i przedstawić przez telefon produkty Dobre Maszyny Sp. z o.o.',
        },
      ],
    },
    en: {
      statements: [
        {
          purpose: 'send_offer',
          basis: 'requested',
          text: 'We will send you the offer you asked for.',
        },
      ],
      notice: [
        {
          item: 'controller',
          article: 'GDPR 13(1)(a)',
          text: 'Controller: Dobre Maszyny Sp. z o.o., ul. Przykładowa 7, 60-001 Poznań, Poland, rodo@dobremaszyny.example.',
          first_layer: true,
        },
        {
          item: 'dpo',
          article: 'GDPR 13(1)(b)',
          text: 'Data protection officer: iod@dobremaszyny.example.',
          first_layer: false,
        },
        {
          item: 'purposes',
          article: 'GDPR 13(1)(c)',
          text: 'We send the offer you ask for (our legitimate interest). Newsletter and telephone only with your consent.',
          first_layer: true,
        },
        {
          item: 'legitimate_interest',
          article: 'GDPR 13(1)(d)',
          text: 'Our interest is to answer your request. You can object to it, here on this screen too.',
          first_layer: false,
        },
        {
          item: 'recipients',
          article: 'GDPR 13(1)(e)',
          text: 'The provider of our CRM system in the European Union receives the data and processes it on our behalf.',
          first_layer: false,
        },
        {
          item: 'transfers',
          article: 'GDPR 13(1)(f)',
          text: 'We do not transfer data outside the European Economic Area.',
          first_layer: false,
        },
        {
          item: 'retention',
          article: 'GDPR 13(2)(a)',
          text: 'Offer: 14 days after it was sent. Newsletter: 2 years. Telephone: 3 months after the fair. Or less, until you withdraw.',
          first_layer: true,
        },
        {
          item: 'rights',
          article: 'GDPR 13(2)(b)',
          text: 'You may see, correct, erase or take along your data, restrict its processing and object to it.',
          first_layer: true,
        },
        {
          item: 'withdrawal',
          article: 'GDPR 13(2)(c)',
          text: 'You can withdraw consent at any time, without a reason: rodo@dobremaszyny.example. Earlier processing stays lawful.',
          first_layer: false,
        },
        {
          item: 'complaint',
          article: 'GDPR 13(2)(d)',
          text: 'You may complain to the President of the Personal Data Protection Office, ul. Moniuszki 1A, 00-014 Warszawa, Poland.',
          first_layer: false,
        },
        {
          item: 'obligation',
          article: 'GDPR 13(2)(e)',
          text: 'Giving data is voluntary. Without an e-mail address we cannot send the offer.',
          first_layer: false,
        },
        {
          item: 'automated_decisions',
          article: 'GDPR 13(2)(f)',
          text: 'We make no automated decisions and do no profiling.',
          first_layer: false,
        },
      ],
      boxes: [
        {
          purpose: 'newsletter',
          channel: 'email',
          text: 'I want to receive the newsletter of Dobre Maszyny Sp. z o.o. with news and offers by e-mail.',
        },
        {
          purpose: 'call_back',
          channel: 'phone',
          text: 'Please call me and present the products of Dobre Maszyny Sp. z o.o. by telephone.',
        },
      ],
    },
    de: {
      statements: [
        {
          purpose: 'send_offer',
          basis: 'requested',
          text: 'Wir senden Ihnen das Angebot, um das Sie gebeten haben.',
        },
      ],
      notice: [
        {
          item: 'controller',
          article: 'GDPR 13(1)(a)',
          text: 'Verantwortlich: Dobre Maszyny Sp. z o.o., ul. Przykładowa 7, 60-001 Poznań, Polen, rodo@dobremaszyny.example.',
          first_layer: true,
        },
        {
          item: 'dpo',
          article: 'GDPR 13(1)(b)',
          text: 'Datenschutzbeauftragte Person: iod@dobremaszyny.example.',
          first_layer: false,
        },
        {
          item: 'purposes',
          article: 'GDPR 13(1)(c)',
          text: 'Wir senden das Angebot, um das Sie bitten (unser berechtigtes Interesse). Newsletter und Telefon nur mit Ihrer Einwilligung.',
          first_layer: true,
        },
        {
          item: 'legitimate_interest',
          article: 'GDPR 13(1)(d)',
          text: 'Unser Interesse ist es, Ihre Bitte zu erfüllen. Sie können widersprechen, auch hier auf diesem Bildschirm.',
          first_layer: false,
        },
        {
          item: 'recipients',
          article: 'GDPR 13(1)(e)',
          text: 'Der Anbieter unseres CRM-Systems in der Europäischen Union erhält die Daten und verarbeitet sie in unserem Auftrag.',
          first_layer: false,
        },
        {
          item: 'transfers',
          article: 'GDPR 13(1)(f)',
          text: 'Wir übermitteln keine Daten in Länder außerhalb des Europäischen Wirtschaftsraums.',
          first_layer: false,
        },
        {
          item: 'retention',
          article: 'GDPR 13(2)(a)',
          text: 'Angebot: 14 Tage nach dem Versand. Newsletter: 2 Jahre. Telefon: 3 Monate nach der Messe. Oder kürzer, bis zum Widerruf.',
          first_layer: true,
        },
        {
          item: 'rights',
          article: 'GDPR 13(2)(b)',
          text: 'Sie können Ihre Daten einsehen, berichtigen, löschen, mitnehmen, die Verarbeitung einschränken lassen und ihr widersprechen.',
          first_layer: true,
        },
        {
          item: 'withdrawal',
          article: 'GDPR 13(2)(c)',
          text: 'Sie können die Einwilligung jederzeit ohne Angabe von Gründen widerrufen: rodo@dobremaszyny.example. Die frühere Verarbeitung bleibt rechtmäßig.',
          first_layer: false,
        },
        {
          item: 'complaint',
          article: 'GDPR 13(2)(d)',
          text: 'Sie können sich beim Präsidenten des polnischen Amts für den Schutz personenbezogener Daten beschweren, ul. Moniuszki 1A, 00-014 Warszawa.',
          first_layer: false,
        },
        {
          item: 'obligation',
          article: 'GDPR 13(2)(e)',
          text: 'Die Angabe der Daten ist freiwillig. Ohne E-Mail-Adresse können wir kein Angebot senden.',
          first_layer: false,
        },
        {
          item: 'automated_decisions',
          article: 'GDPR 13(2)(f)',
          text: 'Wir treffen keine automatisierten Entscheidungen und erstellen keine Profile.',
          first_layer: false,
        },
      ],
      boxes: [
        {
          purpose: 'newsletter',
          channel: 'email',
          text: 'Ich möchte den Newsletter von Dobre Maszyny Sp. z o.o. mit Neuigkeiten und Angeboten per E-Mail erhalten.',
        },
        {
          purpose: 'call_back',
          channel: 'phone',
          text: 'Bitte rufen Sie mich an und stellen Sie mir die Produkte von Dobre Maszyny Sp. z o.o. telefonisch vor.',
        },
      ],
    },
  },
};
