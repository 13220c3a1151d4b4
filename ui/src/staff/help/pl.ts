import type { Chapter } from './text';

export const HELP: Chapter[] = [
  {
    id: 'booth',
    title: 'Na stoisku',
    topics: [
      {
        id: 'scan',
        title: 'Jak zeskanować identyfikator?',
        text: [
          'Na stronie „Skanuj” pokaż identyfikator kamerze. Skaner ręczny działa na każdej stronie. Można wybrać zdjęcie albo upuścić je na okno; gdy nie ma kodu, wpisz osobę ręcznie.',
          'Arkusz pokazuje, co zostaje, razem z wartościami, i co odpadło, samymi nazwami. Dotknij wartości, żeby ją poprawić.',
          'Gdy nic się nie odczytuje: bliżej, prosto, bez odblasków; w ciemnej hali więcej światła.',
        ],
      },
      {
        id: 'card',
        title: 'Jak odczytać wizytówkę?',
        text: [
          'Trzymaj ją nieruchomo przed kamerą: zostanie obrysowana, a zdjęcie zrobi się samo, gdy będzie ostre. Spust robi je od razu.',
          'Niepewne pola są zaznaczone na obrazie. Dotknij wiersza, żeby przenieść go do pola. Druga strona wizytówki dołącza do tego samego arkusza. Gdy na zdjęciu jest kilka wizytówek, przychodzą po kolei.',
        ],
      },
      {
        id: 'attendee',
        title: 'Co się dzieje po oddaniu ekranu?',
        text: [
          'Gość wybiera język, czyta, co i po co zostaje, i zaznacza każde pole albo zostawia je puste. Bez zaznaczenia „Zapisz” zachowuje tylko to, o co gość poprosił; „Nie, dziękuję” nie zachowuje niczego poza liczbą.',
          'Nie zaznaczaj za gościa i nie pytaj o powód. Póki gość trzyma urządzenie, nic z ekranów obsługi nie jest dostępne. Wracasz PIN-em.',
          'Kod na ostatnim ekranie to potwierdzenie: gość go fotografuje i może z nim w każdej chwili zmienić zdanie.',
        ],
      },
      {
        id: 'questions',
        title: 'Co to za pytania na arkuszu?',
        text: [
          'Profil centrali może pytać na przykład o maszyny albo liczbę hektarów. Pytania pojawiają się, gdy wybierzesz, o co gość poprosił. Każde można pominąć; drugie dotknięcie cofa odpowiedź.',
          'Gość widzi, co wpisano, a po „Zapisz” może trafić na drugą stronę z własnymi pytaniami albo podpisem. Może ją pominąć. To, co należy do celu, na który się nie zgodził, nie zostaje.',
          'Na stronie kontaktu odpowiedzi poprawia się przez „Zmień odpowiedzi”.',
        ],
      },
      {
        id: 'promise',
        title: 'Gdzie są moje obietnice?',
        text: [
          'Na arkuszu wybierz, o co gość prosi i na kiedy. „Obietnice” wymieniają je według dni, zaległe na początku; liczba obok mówi, ile jest na dziś.',
          '„Napisz” otwiera wiadomość w programie pocztowym, z treścią od centrali. Po wysłaniu dotknij „Wysłane”: od tej chwili biegną ostatnie dni jej danych. „Zapisz jako kalendarz” tworzy plik z dniami i liczbami, bez nazwisk.',
        ],
      },
      {
        id: 'offline',
        title: 'Nie ma sieci. Co teraz?',
        text: [
          'Pracuj dalej. Wszystko działa bez sieci; kontakty są zaszyfrowane na tym urządzeniu i czekają.',
          'Gdy sieć wróci, wyślą się same. „Wysyłka” pokazuje, co czeka i dlaczego; „Wyślij teraz” próbuje od razu. Folder zapisuje tylko ten przycisk.',
          'Jeśli przeszkadza strona logowania do sieci w hali, najpierw zaloguj się w przeglądarce.',
        ],
      },
      {
        id: 'lock',
        title: 'Ekran jest zablokowany albo PIN jest zły',
        text: [
          'Urządzenie blokuje się po chwili bezczynności, klawiszem L i przed uśpieniem. Nic nie przepada: kontakty są zaszyfrowane i czekają.',
          'Po złych próbach czeka się coraz dłużej. Zapomniany PIN może zastąpić tylko centrala, swoim kluczem odzyskiwania.',
        ],
      },
      {
        id: 'right',
        title: 'Ktoś chce usunięcia danych albo nie chce reklam',
        text: [
          'Znajdź tę osobę w „Kontaktach” po nazwisku, e-mailu albo kodzie potwierdzenia. Otwórz kontakt i w „O co prosi ta osoba” wycofaj zgodę, zapisz sprzeciw, popraw dane, wydaj ich kopię albo je usuń. Powód nie jest potrzebny i nie wolno o niego pytać.',
          'Działa to tu od razu, a do CRM dociera z następną wysyłką. Przez pięć sekund można cofnąć pomyłkę.',
        ],
      },
    ],
  },
  {
    id: 'office',
    title: 'Dla centrali',
    topics: [
      {
        id: 'profile',
        title: 'Jak profil trafia na urządzenie?',
        text: [
          'Profil to jeden plik TOML: wydarzenie, administrator, cele, treści zgód, informacja, terminy i CRM. Otwórz go w menedżerze plików albo zaimportuj w Ustawieniach, w „Wydarzenie i profil”; sprawdzanie mówi, co jest źle, z wierszem i kolumną.',
          'Nowa wersja tego samego wydarzenia liczy się od tej chwili; wcześniejsze zapisy zachowują swoje treści. Profil innego wydarzenia dostaje własną bazę, a z pierwszej nic nie przepada.',
        ],
      },
      {
        id: 'editor',
        title: 'Jak napisać profil?',
        text: [
          'W Ustawieniach, „Wydarzenie i profil”, „Napisz profil”: zacznij od wzoru targów, konferencji lub webinaru, od profilu w użyciu albo od pliku. Uwagi pojawiają się podczas pisania; dotknij uwagi, aby stanąć przy jej polu. Obok widać ekran gościa tak, jak będzie wyglądał, w każdym języku.',
          'Zmieniona treść zgody sama staje się nową wersją, a wcześniejsze zapisy zachowują swoją. „Zakończ” zapisuje plik, podpisuje go kluczem centrali albo przyjmuje na tym urządzeniu. Niedokończony szkic czeka tu, dopóki go nie porzucisz.',
        ],
      },
      {
        id: 'signed',
        title: 'Jak sprawić, by urządzenie przyjmowało tylko nasze profile?',
        text: [
          'Centrala raz tworzy swój klucz (w edytorze, „Zakończ”, albo przez `zgoda device key PLIK`) i podpisuje nim każdy profil. Każde urządzenie raz poznaje klucz publiczny, w Ustawieniach, „Wydarzenie i profil”: odtąd nie przyjmie profilu niepodpisanego, zmienionego, starszego ani cudzego. Cofnięcie tego wymaga PIN-u.',
        ],
      },
      {
        id: 'ask',
        title: 'Jak zadać pytania albo poprosić o podpis?',
        text: [
          'W edytorze, w części „Pytania”, albo jako [[question]] w pliku: id, kind (one, several, yes_no, number, text), ask (staff albo attendee), purpose oraz treść i opcje w każdym języku. „when” uzależnia pytanie od opcji pytania powyżej. Nikt nie może trafić na więcej niż sześć, a cel musi mieć „answers” w fields.',
          'Odpowiedzi trafiają do CRM jako wiersze notatek; answers = { hectares = "kolumna" } w [crm] wskazuje kolumnę. Zmienione pytania zostawiają wcześniejsze odpowiedzi takie, jak je pokazano. Każda odpowiedź kończy się ze swoim celem.',
          'Cel, który wymienia „signature”, prosi o podpis, a signature_why mówi gościowi, po co. Podpis nie opuszcza urządzenia, jest w kopii, którą zapisuje „Wydaj kopię danych”, i zatrzymuje tam kontakt do swojego ostatniego dnia.',
        ],
      },
      {
        id: 'list',
        title: 'Jak wprowadzić uczestników webinaru?',
        text: [
          'W Ustawieniach, w „Import listy”, z pliku CSV z narzędzia do webinarów albo z formularza. Rejestracja nie jest zgodą na marketing: podaj, która kolumna zawiera odpowiedzi na które pytanie, jego treść i wersję oraz dzień ostatniej odpowiedzi. Wchodzą tylko osoby, które odpowiedziały „tak”, i tylko z tym, czego potrzebuje ten cel.',
          'Podgląd mówi przy każdym wierszu, co zostaje, co odpada i dlaczego; wcześniej nic nie jest zapisywane. Cały import można cofnąć przez jeden dzień, także w CRM. Te osoby nie widziały tu informacji RODO: wyślij ją z pierwszą wiadomością.',
        ],
      },
      {
        id: 'sync',
        title: 'CRM odrzuca kontakt',
        text: [
          '„Wysyłka” wymienia każdy kontakt, który wymaga człowieka, razem z powodem. Popraw go w CRM albo w kontakcie i wyślij ponownie. Jeden odrzucony nie wstrzymuje pozostałych.',
          'Odrzucony token ustawia się od nowa w Ustawieniach, w „CRM”; test połączenia mówi, czego tam brakuje.',
        ],
      },
      {
        id: 'sign-in',
        title: 'Jak urządzenie loguje się do CRM?',
        text: [
          'W Ustawieniach, w części „CRM”. Salesforce, Dataverse i Zoho pozwalają zalogować się przez przeglądarkę: wpisz identyfikator klienta od administratora, zaloguj się własnym kontem i wróć. W każdej chwili można przerwać; do końca nic się nie zmienia.',
          'Pozostałe chcą tokenu. HubSpot też: token aplikacji prywatnej wystarcza do wszystkiego, a logowanie wymagałoby klucza tajnego aplikacji na każdym urządzeniu.',
        ],
      },
      {
        id: 'number',
        title: 'Na identyfikatorach jest tylko numer',
        text: [
          'Niektórzy organizatorzy drukują identyfikatory, które odczyta tylko ich system. Wpisz klucz wystawcy w Ustawieniach, w części „CRM”, i sprawdź go. Sprawdzenie pyta o numer, którego nikt nie ma.',
          'Przy każdej wysyłce pytamy organizatora o osoby, które się zgodziły, nigdy wcześniej. Ustawienia i zakończenie wydarzenia mówią, o ile osób trzeba jeszcze zapytać. Gdy system ma awarię, przez jakiś czas go nie pytamy; przycisk wysyłki pyta od razu.',
        ],
      },
      {
        id: 'close',
        title: 'Jak zakończyć wydarzenie?',
        text: [
          'W Ustawieniach, w „Wydarzenia”: wszystko zostanie wysłane jeszcze raz, dane po terminie usunięte, podpisany stan rejestru przekazany, a nowe kontakty nie będą przyjmowane. Raport PDF zawiera liczby, bez danych osobowych.',
          'Jeśli coś czeka, ekran mówi co i dlaczego. Można spróbować ponownie, zaszyfrować to dla centrali albo zamknąć mimo to: czeka dalej tutaj i zostanie wysłane później. Wydarzenie można otworzyć ponownie, póki jest jego baza.',
        ],
      },
      {
        id: 'events',
        title: 'Kilka wydarzeń na jednym urządzeniu',
        text: [
          'Lista jest w Ustawieniach, w „Wydarzenia”. Przejście do innego pyta, gdy coś zostało, i niczego nie gubi: dane zostają w swojej bazie, a terminy są pilnowane przy każdym odblokowaniu.',
          'Zamknięte wydarzenie można usunąć, gdy nic w nim nie zostało; przekazane w całości – od razu.',
        ],
      },
      {
        id: 'device',
        title: 'Tablet się psuje albo wraca wcześniej',
        text: [
          'W Ustawieniach, w „Inne urządzenia”, zaszyfruj wszystko w jednym pliku z hasłem i przejmij go na drugim urządzeniu. Nikt się nie powtórzy, a kto został usunięty, pozostaje usunięty.',
          'Token CRM nie jest przekazywany. Gdy drugie urządzenie ma wszystko, usuń wydarzenie ze starego.',
          'Gdy urządzenie zginie: ostatni podpisany stan, przekazywany przy każdej wysyłce, mówi, co na nim było (`zgoda report lost-device`).',
        ],
      },
      {
        id: 'rights',
        title: 'Żądanie przyszło e-mailem albo pocztą',
        text: [
          'Może je wykonać każde urządzenie wydarzenia; kod potwierdzenia, którego nie zna, jest szukany w CRM. W terminalu `--all-events` obejmuje wszystkie wydarzenia.',
          'Kto sprzeciwia się reklamom, trafia na listę dla wszystkich wydarzeń urządzenia; inne urządzenia przejmują ją przez `zgoda suppression import`.',
        ],
      },
      {
        id: 'overview',
        title: 'Co mówi przegląd?',
        text: [
          'Goście według godzin, zgody udzielone i odmówione według celów, co zostanie usunięte w ciągu 30 dni, obietnice na dziś, co czeka na CRM, i urządzenia. Dzień, urządzenie i cel wybiera się powyżej. Każdy wykres ma swoją tabelę i zapisuje się jako CSV.',
          'To liczby bez danych osobowych.',
        ],
      },
      {
        id: 'terminal',
        title: 'Co potrafi terminal?',
        text: [
          'Wszystko to, co ekrany, i więcej: `zgoda help` to wymienia, `man zgoda` objaśnia. `--json` jest dla skryptów; kod wyjścia 3 mówi, że coś zostało, 4 — że jest zablokowane.',
        ],
      },
    ],
  },
  {
    id: 'visitors',
    title: 'O co pytają goście',
    topics: [
      {
        id: 'photo',
        title: '„Czy zachowujecie moje zdjęcie?”',
        text: [
          'Nie. Obraz i tekst identyfikatora są odczytywane w pamięci tego urządzenia i nigdy nie są zapisywane ani wysyłane. Czego żaden cel nie potrzebuje, odpada od razu.',
        ],
      },
      {
        id: 'must',
        title: '„Czy muszę się zgodzić?”',
        text: [
          'Nie. Każde pole jest osobne i puste. Kto odmawia reklam, i tak dostanie to, o co prosi, a kto nie chce niczego, niczego po sobie nie zostawia.',
        ],
      },
      {
        id: 'long',
        title: '„Jak długo to trzymacie?”',
        text: [
          'Każdy cel ma swój czas; podaje go informacja na ekranie gościa. Potem dane są usuwane tutaj i w CRM, niezależnie od tego, czy ktoś o tym pamięta.',
        ],
      },
      {
        id: 'mind',
        title: '„Czy mogę później zmienić zdanie?”',
        text: [
          'W każdej chwili, bez podawania powodu: kodem z potwierdzenia, e-mailem albo tu, na stoisku. Odwołanie jest tak samo łatwe jak zgoda.',
        ],
      },
      {
        id: 'who',
        title: '„Kto dostaje moje dane?”',
        text: [
          'Administrator podany na ekranie gościa i odbiorcy z jego informacji. Na tym urządzeniu dane są zaszyfrowane; zgubione urządzenie bez PIN-u niczego nie zdradzi.',
        ],
      },
    ],
  },
];
