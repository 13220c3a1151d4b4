import type { Chapter } from './text';

export const HELP: Chapter[] = [
  {
    id: 'booth',
    title: 'Am Stand',
    topics: [
      {
        id: 'scan',
        title: 'Wie scanne ich ein Badge?',
        text: [
          'Halten Sie das Badge auf der Seite „Scannen“ vor die Kamera. Ein Handscanner funktioniert auf jeder Seite. Ein Foto lässt sich wählen oder auf das Fenster ziehen; ohne Code tippen Sie die Person ein.',
          'Das Blatt zeigt, was bleibt, mit Werten, und was verworfen wurde, nur mit Namen. Tippen Sie einen Wert an, um ihn zu berichtigen.',
          'Wird nichts gelesen: näher, gerade, ohne Spiegelung; in einer dunklen Halle mehr Licht.',
        ],
      },
      {
        id: 'card',
        title: 'Wie lese ich eine Visitenkarte?',
        text: [
          'Halten Sie sie ruhig vor die Kamera: Sie wird umrandet und von selbst aufgenommen, sobald sie scharf ist. Der Auslöser nimmt sie sofort auf.',
          'Unsichere Felder sind im Bild markiert. Tippen Sie eine Zeile an, um sie in ein Feld zu übernehmen. Die andere Seite der Karte kommt auf dasselbe Blatt. Zeigt ein Foto mehrere Karten, kommen sie nacheinander.',
        ],
      },
      {
        id: 'attendee',
        title: 'Was geschieht, wenn ich den Bildschirm übergebe?',
        text: [
          'Der Gast wählt eine Sprache, liest, was wozu bleibt, und kreuzt jedes Kästchen an oder lässt es leer. Ohne Kreuz behält „Speichern“ nur, worum gebeten wurde; „Nein, danke“ behält nichts als eine Zahl.',
          'Kreuzen Sie nicht für den Gast an und fragen Sie nicht nach Gründen. Solange er das Gerät hält, ist nichts vom Personal erreichbar. Ihre PIN bringt Sie zurück.',
          'Der Code am Ende ist der Beleg: Der Gast fotografiert ihn und kann damit jederzeit seine Meinung ändern.',
        ],
      },
      {
        id: 'questions',
        title: 'Was sind das für Fragen auf dem Blatt?',
        text: [
          'Das Profil der Zentrale kann fragen, etwa nach Maschinen oder Hektar. Die Fragen erscheinen, sobald gewählt ist, worum der Gast gebeten hat. Jede kann übersprungen werden; ein zweites Tippen nimmt eine Antwort zurück.',
          'Der Gast sieht, was Sie notiert haben, und kommt nach „Speichern“ vielleicht auf eine zweite Seite mit eigenen Fragen oder einer Unterschrift. Er kann sie überspringen. Was zu einem abgelehnten Zweck gehört, bleibt nicht.',
          'Auf der Seite des Kontakts ändert „Antworten ändern“ sie.',
        ],
      },
      {
        id: 'promise',
        title: 'Wo sind meine Zusagen?',
        text: [
          'Wählen Sie auf dem Blatt, worum gebeten wurde und bis wann. „Zusagen“ listet sie nach Tagen auf, Überfälliges zuerst; die Zahl daneben sagt, wie viele fällig sind.',
          '„Schreiben“ öffnet die Mail in Ihrem Mailprogramm, mit dem Text der Zentrale. Tippen Sie auf „Gesendet“, sobald sie gesendet ist: Ab dann laufen die letzten Tage ihrer Daten. „Als Kalender speichern“ schreibt eine Datei mit Tagen und Anzahlen, die niemanden nennt.',
        ],
      },
      {
        id: 'offline',
        title: 'Es gibt kein Netz. Was nun?',
        text: [
          'Machen Sie weiter. Alles funktioniert ohne Netz; Kontakte sind auf diesem Gerät versiegelt und warten.',
          'Ist das Netz zurück, werden sie von selbst gesendet. „Abgleich“ zeigt, was wartet und warum; „Jetzt abgleichen“ versucht es sofort. In einen Ordner schreibt nur dieser Knopf.',
          'Steht eine Anmeldeseite der Halle im Weg, melden Sie sich zuerst im Browser an.',
        ],
      },
      {
        id: 'lock',
        title: 'Es ist gesperrt, oder die PIN stimmt nicht',
        text: [
          'Das Gerät sperrt sich nach einer ruhigen Weile, mit L und vor dem Ruhezustand. Nichts geht verloren: Kontakte sind versiegelt und warten.',
          'Nach falschen Versuchen wartet es jedes Mal länger. Eine vergessene PIN kann nur die Zentrale mit ihrem Wiederherstellungsschlüssel ersetzen.',
        ],
      },
      {
        id: 'right',
        title: 'Jemand will gelöscht werden oder keine Werbung',
        text: [
          'Suchen Sie die Person unter „Kontakte“ nach Name, E-Mail oder Code des Belegs. Öffnen Sie den Kontakt, und unter „Was die Person möchte“ können Sie widerrufen, widersprechen, berichtigen, Auskunft geben oder löschen. Ein Grund ist nicht nötig und darf nicht verlangt werden.',
          'Es gilt hier sofort und erreicht das CRM mit dem nächsten Abgleich. Fünf Sekunden lang lässt sich ein Versehen rückgängig machen.',
        ],
      },
    ],
  },
  {
    id: 'office',
    title: 'Für die Zentrale',
    topics: [
      {
        id: 'profile',
        title: 'Wie kommt ein Profil auf ein Gerät?',
        text: [
          'Das Profil ist eine TOML-Datei: Veranstaltung, Verantwortlicher, Zwecke, Wortlaute, Information, Fristen und CRM. Öffnen Sie es im Dateimanager, oder importieren Sie es in den Einstellungen unter „Veranstaltung und Profil“; die Prüfung sagt mit Zeile und Spalte, was nicht stimmt.',
          'Eine neue Fassung derselben Veranstaltung gilt ab dann; frühere Einträge behalten ihre Wortlaute. Ein Profil einer anderen Veranstaltung bekommt einen eigenen Speicher, und von der ersten geht nichts verloren.',
        ],
      },
      {
        id: 'editor',
        title: 'Wie schreibe ich ein Profil?',
        text: [
          'In den Einstellungen unter „Veranstaltung und Profil“, „Profil schreiben“: Beginnen Sie mit einer Vorlage für Messe, Konferenz oder Webinar, mit dem Profil in Gebrauch oder mit einer Datei. Die Hinweise kommen beim Schreiben; tippen Sie einen an, und Sie stehen an seinem Feld. Daneben ist der Bildschirm des Gastes, wie er aussehen wird, in jeder Sprache.',
          'Ein geänderter Wortlaut wird von selbst eine neue Version, frühere Einträge behalten ihren. „Fertigstellen“ speichert die Datei, signiert sie mit dem Schlüssel der Zentrale oder verwendet sie auf diesem Gerät. Ein unfertiger Entwurf wartet hier, bis Sie ihn verwerfen.',
        ],
      },
      {
        id: 'signed',
        title: 'Wie nimmt ein Gerät nur unsere Profile?',
        text: [
          'Die Zentrale erzeugt einmal ihren Schlüssel (im Editor unter „Fertigstellen“, oder mit `zgoda device key DATEI`) und signiert damit jedes Profil. Jedem Gerät wird der öffentliche Schlüssel einmal genannt, in den Einstellungen unter „Veranstaltung und Profil“: Von da an nimmt es kein unsigniertes, geändertes, älteres oder fremdes Profil. Das zurückzunehmen verlangt die PIN.',
        ],
      },
      {
        id: 'ask',
        title: 'Wie stelle ich Fragen oder bitte um eine Unterschrift?',
        text: [
          'Im Editor unter „Fragen“, oder als [[question]] in der Datei: id, kind (one, several, yes_no, number, text), ask (staff oder attendee), purpose sowie Text und Optionen in jeder Sprache. „when“ hängt eine Frage an eine Option einer Frage darüber. Niemand darf auf mehr als sechs kommen, und der Zweck muss „answers“ in fields nennen.',
          'Antworten kommen als Zeilen der Notizen ins CRM; answers = { hectares = "Spalte" } in [crm] nennt eine Spalte. Geänderte Fragen lassen frühere Antworten, wie sie gezeigt wurden. Jede Antwort endet mit ihrem Zweck.',
          'Ein Zweck, der „signature“ nennt, bittet um eine Unterschrift, und signature_why sagt dem Gast, wozu. Sie verlässt das Gerät nie, steht in der Kopie, die „Auskunft geben“ speichert, und hält den Kontakt bis zu ihrem letzten Tag dort.',
        ],
      },
      {
        id: 'list',
        title: 'Wie kommen Teilnehmer eines Webinars herein?',
        text: [
          'In den Einstellungen unter „Liste importieren“, mit dem Export (CSV) des Webinar-Werkzeugs oder Formulars. Eine Anmeldung ist keine Einwilligung in Werbung: Sagen Sie, welche Spalte die Antworten auf welche Frage enthält, Wortlaut und Version der Frage und den letzten Tag einer Antwort. Nur wer sie bejaht hat, kommt herein, mit dem, was dieser Zweck braucht.',
          'Die Vorschau sagt zu jeder Zeile, was bleibt, was wegfällt und warum; vorher wird nichts gespeichert. Ein ganzer Import lässt sich einen Tag lang zurücknehmen, auch aus dem CRM. Diese Personen haben hier keine Datenschutzinformation gesehen: Senden Sie Ihre mit der ersten Nachricht.',
        ],
      },
      {
        id: 'sync',
        title: 'Das CRM weist einen Kontakt zurück',
        text: [
          '„Abgleich“ nennt jeden, der einen Menschen braucht, mit dem Grund. Beheben Sie es im CRM oder im Kontakt und senden Sie ihn erneut. Ein zurückgewiesener Kontakt hält keinen anderen auf.',
          'Ein abgelehnter Token wird in den Einstellungen unter „CRM“ neu gesetzt; der Verbindungstest sagt, was dort fehlt.',
        ],
      },
      {
        id: 'sign-in',
        title: 'Wie meldet sich das Gerät beim CRM an?',
        text: [
          'In den Einstellungen unter „CRM“. Bei Salesforce, Dataverse und Zoho geht es im Browser: Geben Sie die Client-ID ein, die Ihre Administration registriert hat, melden Sie sich mit Ihrem eigenen Konto an und kommen Sie zurück. Es lässt sich jederzeit abbrechen; bis zum Ende ändert sich nichts.',
          'Die anderen verlangen einen Token, auch HubSpot: Der Token einer privaten App genügt für alles, und die Anmeldung bräuchte auf jedem Gerät den geheimen Schlüssel einer App.',
        ],
      },
      {
        id: 'number',
        title: 'Auf den Badges steht nur eine Nummer',
        text: [
          'Manche Veranstalter drucken Badges, die nur ihr System lesen kann. Geben Sie deren Schlüssel für Aussteller in den Einstellungen unter „CRM“ ein und prüfen Sie ihn. Die Prüfung fragt nach einer Nummer, die niemand hat.',
          'Bei jedem Abgleich wird der Veranstalter nach Personen gefragt, die zugestimmt haben, nie vorher. Die Einstellungen und der Abschluss der Veranstaltung sagen, nach wie vielen noch zu fragen ist. Ein gestörter Dienst wird eine Weile in Ruhe gelassen; „Jetzt abgleichen“ fragt sofort.',
        ],
      },
      {
        id: 'close',
        title: 'Wie schließe ich eine Veranstaltung ab?',
        text: [
          'In den Einstellungen unter „Veranstaltungen“: Alles wird noch einmal gesendet, Fälliges gelöscht, der signierte Stand des Protokolls übergeben, und es werden keine neuen Kontakte aufgenommen. Der Bericht als PDF enthält Zahlen und keine personenbezogenen Daten.',
          'Wartet etwas, sagt der Bildschirm, was und warum. Sie können es erneut versuchen, es für die Zentrale versiegeln oder trotzdem abschließen: Es wartet hier weiter und wird später gesendet. Wieder öffnen geht, solange der Speicher da ist.',
        ],
      },
      {
        id: 'events',
        title: 'Mehrere Veranstaltungen auf einem Gerät',
        text: [
          'Die Liste steht in den Einstellungen unter „Veranstaltungen“. Der Wechsel fragt, wo noch etwas liegt, und verliert nichts: Es bleibt in seinem Speicher, und die Fristen werden bei jedem Entsperren beachtet.',
          'Eine abgeschlossene Veranstaltung lässt sich entfernen, sobald nichts mehr darin ist; eine, die ganz übergeben wurde, sofort.',
        ],
      },
      {
        id: 'device',
        title: 'Ein Tablet fällt aus oder fährt früher heim',
        text: [
          'Versiegeln Sie in den Einstellungen unter „Andere Geräte“ alles in einer Datei mit Passphrase und übernehmen Sie sie auf dem anderen Gerät. Niemand wird doppelt, und wer gelöscht wurde, bleibt gelöscht.',
          'Der Token des CRM kommt nicht mit. Hat das andere Gerät alles, entfernen Sie die Veranstaltung vom alten.',
          'Geht ein Gerät verloren, sagt der letzte signierte Status, bei jedem Abgleich übergeben, was darauf war (`zgoda report lost-device`).',
        ],
      },
      {
        id: 'rights',
        title: 'Ein Antrag kommt per E-Mail oder Post',
        text: [
          'Jedes Gerät der Veranstaltung kann ihn ausführen; ein Belegcode, den es nicht kennt, wird im CRM gesucht. Im Terminal geht `--all-events` durch alle Veranstaltungen.',
          'Wer der Werbung widerspricht, kommt auf eine Liste über alle Veranstaltungen des Geräts; andere Geräte übernehmen sie mit `zgoda suppression import`.',
        ],
      },
      {
        id: 'overview',
        title: 'Was sagt der Überblick?',
        text: [
          'Gäste nach Stunde, erteilte und verweigerte Einwilligungen je Zweck, was in 30 Tagen gelöscht wird, fällige Zusagen, was auf das CRM wartet, und die Geräte. Tag, Gerät und Zweck wählen Sie darüber. Jedes Diagramm hat seine Tabelle und lässt sich als CSV speichern.',
          'Es sind Zahlen ohne personenbezogene Daten.',
        ],
      },
      {
        id: 'terminal',
        title: 'Was kann das Terminal?',
        text: [
          'Alles, was die Bildschirme können, und mehr: `zgoda help` zählt es auf, `man zgoda` erklärt es. `--json` ist für Skripte; Rückgabewert 3 heißt, dass etwas übrig ist, 4, dass gesperrt ist.',
        ],
      },
    ],
  },
  {
    id: 'visitors',
    title: 'Was Gäste fragen',
    topics: [
      {
        id: 'photo',
        title: '„Behalten Sie mein Foto?“',
        text: [
          'Nein. Bild und Text des Badges werden im Arbeitsspeicher dieses Geräts gelesen und nie gespeichert oder gesendet. Was kein Zweck braucht, fällt sofort weg.',
        ],
      },
      {
        id: 'must',
        title: '„Muss ich zustimmen?“',
        text: [
          'Nein. Jedes Kästchen steht für sich und ist leer. Wer Werbung ablehnt, bekommt trotzdem, worum er gebeten hat, und wer nichts will, hinterlässt nichts.',
        ],
      },
      {
        id: 'long',
        title: '„Wie lange behalten Sie das?“',
        text: [
          'Jeder Zweck hat seine eigene Frist; die Information auf dem Bildschirm des Gastes nennt sie. Danach werden die Daten hier und im CRM gelöscht, ob jemand daran denkt oder nicht.',
        ],
      },
      {
        id: 'mind',
        title: '„Kann ich es mir später anders überlegen?“',
        text: [
          'Jederzeit, ohne Grund: mit dem Code des Belegs, per E-Mail oder hier am Stand. Widerrufen ist so leicht wie zustimmen.',
        ],
      },
      {
        id: 'who',
        title: '„Wer bekommt meine Daten?“',
        text: [
          'Der Verantwortliche, der auf dem Bildschirm des Gastes steht, und wen seine Information nennt. Auf diesem Gerät sind die Daten versiegelt; ein verlorenes Gerät gibt ohne PIN nichts preis.',
        ],
      },
    ],
  },
];
