import type { Chapter } from './text';

export const HELP: Chapter[] = [
  {
    id: 'booth',
    title: 'At the booth',
    topics: [
      {
        id: 'scan',
        title: 'How do I scan a badge?',
        text: [
          'On the page “Scan” hold the badge before the camera. A hand scanner works on every page. A photo can be chosen, or dropped on the window; without any code type the person in.',
          'The sheet shows what is kept, with its values, and what was dropped, by name alone. Touch a value to mend it.',
          'If nothing is read: closer, straight, without glare; more light in a dark hall.',
        ],
      },
      {
        id: 'card',
        title: 'How do I read a business card?',
        text: [
          'Hold it still before the camera: it is outlined and taken by itself once it is sharp. The shutter takes it at once.',
          'Unsure fields are marked on the picture. Touch a line to put it into a field. The other side of the card joins the same sheet. Where a photo shows several cards, they come one after the other.',
        ],
      },
      {
        id: 'attendee',
        title: 'What happens when I hand the screen over?',
        text: [
          'The visitor chooses a language, reads what is kept and why, and ticks or leaves empty each box. With no box ticked “Save” keeps only what they asked for; “Nothing, thank you” keeps nothing but a count.',
          'Do not tick for them, and do not ask for a reason. While they hold the device nothing of the staff’s can be reached. Your PIN brings you back.',
          'The code on the last screen is their receipt: they photograph it and can change their mind with it at any time.',
        ],
      },
      {
        id: 'questions',
        title: 'What are the questions on the sheet?',
        text: [
          'Head office’s profile may ask, say, which machines or how many hectares. The questions come up once you chose what the visitor asked for. Each can be skipped; a second touch takes an answer back.',
          'The visitor sees what you noted, and may come to a few questions of their own, or a signature, on a second page after “Save”. They can skip it. What belongs to a purpose that they refuse is not kept.',
          'On the lead’s page “Change answers” corrects them.',
        ],
      },
      {
        id: 'promise',
        title: 'Where are my promises?',
        text: [
          'Choose on the sheet what was asked for and by which day. “Promises” lists them by day, what is overdue first; the number beside it says how many are due.',
          '“Write” opens the mail in your mail program, with head office’s wording. Tap “Sent” once it is sent: from then on its data have their last days. “Save as calendar” makes a file of days and counts that names nobody.',
        ],
      },
      {
        id: 'offline',
        title: 'There is no network. What now?',
        text: [
          'Go on. Everything works without a network; leads are sealed on this device and wait.',
          'When the network is back they are sent by themselves. “Sync” shows what waits and why; “Sync now” tries at once. A folder is written by that button alone.',
          'If a sign-in page of the venue is in the way, sign in with the browser first.',
        ],
      },
      {
        id: 'lock',
        title: 'It is locked, or the PIN is wrong',
        text: [
          'The device locks after some quiet time, with L, and before it sleeps. Nothing is lost: leads are sealed and wait.',
          'After wrong tries it waits longer each time. A forgotten PIN can be replaced by head office alone, with its recovery key.',
        ],
      },
      {
        id: 'right',
        title: 'Somebody wants their data deleted, or no advertising',
        text: [
          'Find them under “Leads” by name, e-mail or the code of their receipt. Open the lead, and under “What the person asks for” withdraw, object, correct, give access or erase. No reason is needed, and none may be asked for.',
          'It holds at once here, and reaches the CRM with the next sync. Five seconds are left to undo a slip.',
        ],
      },
    ],
  },
  {
    id: 'office',
    title: 'For head office',
    topics: [
      {
        id: 'profile',
        title: 'How does a profile come onto a device?',
        text: [
          'The profile is one TOML file: event, controller, purposes, wordings, notice, retention and CRM. Open it in the file manager, or import it in Settings under “Event and profile”; the linter says what is wrong, with line and column.',
          'A new version of the same event counts from then on; earlier records keep their wordings. A profile of another event gets a store of its own, and nothing of the first one is lost.',
        ],
      },
      {
        id: 'editor',
        title: 'How do I write a profile?',
        text: [
          'In Settings under “Event and profile”, “Write a profile”: begin with a preset for a trade fair, a conference or a webinar, with the profile in use, or with a file. The linter speaks while you type; touch what it says and you stand at the field. Beside it is the visitor’s screen as it will look, in each language.',
          'A changed wording becomes a new version by itself, and records of before keep theirs. Under “Finish” the file is saved, signed with head office’s key, or used on this device. An unfinished draft waits on this device until you discard it.',
        ],
      },
      {
        id: 'signed',
        title: 'How does a device take only our profiles?',
        text: [
          'Head office makes its key once (in the editor under “Finish”, or by `zgoda device key FILE`) and signs each profile with it. Each device is told the public key once, in Settings under “Event and profile”: from then on it takes no unsigned, changed or older profile, nor anybody else’s. Taking that back asks for the PIN.',
        ],
      },
      {
        id: 'ask',
        title: 'How do I ask questions, or for a signature?',
        text: [
          'In the editor under “Questions”, or as [[question]] in the file: id, kind (one, several, yes_no, number, text), ask (staff or attendee), purpose, and its text and options in each language. “when” lets one hang on an option of a question above it. Nobody may come to more than six, and the purpose has to list “answers” in its fields.',
          'Answers reach the CRM as lines of the notes; answers = { hectares = "column" } in [crm] names a column for one. Changed questions leave earlier answers as they were shown. Each answer ends with its own purpose.',
          'A purpose that lists “signature” asks for one, and signature_why tells the visitor why. It never leaves the device, goes with the copy that “Give access” saves, and keeps its lead there to the signature’s last day.',
        ],
      },
      {
        id: 'list',
        title: 'How do people of a webinar come in?',
        text: [
          'In Settings under “Import a list”, with the export (CSV) of the webinar tool or the form. Registering is no consent to marketing: say which column holds the answers to which question, the question’s wording and version, and the last day of an answer. Only who said yes to it comes in, with what that purpose needs.',
          'The preview says of each row what is kept, what is dropped and why; nothing is stored before. One undo takes a whole import back within a day, from the CRM too. These people have seen no notice here: send yours with the first message.',
        ],
      },
      {
        id: 'sync',
        title: 'The CRM refuses a lead',
        text: [
          '“Sync” names each one that needs a person, with the reason. Mend it in the CRM or in the lead, then send it again. One refused lead holds no other up.',
          'A token that was refused is set anew in Settings under “CRM”; the test of the connection says what is missing there.',
        ],
      },
      {
        id: 'sign-in',
        title: 'How does the device sign in to the CRM?',
        text: [
          'In Settings under “CRM”. Salesforce, Dataverse and Zoho have a sign-in by the browser: enter the client id that your administrator registered, sign in with your own account, and come back. It can be ended at any time; until it is done nothing changes.',
          'The others want a token. HubSpot is one of them: a private app’s token does all that is needed, and its sign-in would need the secret of an app on every device.',
        ],
      },
      {
        id: 'number',
        title: 'The badges say nothing but a number',
        text: [
          'Some organisers print badges that only they can read. Enter their key for exhibitors in Settings under “CRM”, and test it. The test asks about a number that nobody has.',
          'With each sync the organiser is asked about people who have agreed, never before. Settings and the end of the event say how many are still to be asked about. A service in trouble is left alone for a while; “Sync now” asks at once.',
        ],
      },
      {
        id: 'close',
        title: 'How do I end an event?',
        text: [
          'In Settings under “Events”: everything is sent once more, what is due is erased, the signed state of the ledger is handed in, and no new leads are taken. The report as PDF holds counts and no personal data.',
          'Where something waits, the screen says what and why. You can try again, seal it for head office, or close all the same: it goes on waiting here and is sent later. Reopening is possible as long as the store is there.',
        ],
      },
      {
        id: 'events',
        title: 'Several events on one device',
        text: [
          'Settings, “Events”, lists them. Going over to another one asks where something is left, and loses nothing: it stays in its store, and deadlines are seen to at each unlocking.',
          'A closed event can be removed once nothing is left in it; one that was handed over whole, at once.',
        ],
      },
      {
        id: 'device',
        title: 'A tablet breaks, or goes home early',
        text: [
          'In Settings under “Other devices” seal everything into one file with a passphrase, and take it over on the other device. Nobody is doubled, and whoever was erased stays erased.',
          'The token of the CRM does not go along. Once the other device has everything, remove the event from the old one.',
          'A device that is lost: the last signed status, handed over at each sync, tells what was on it (`zgoda report lost-device`).',
        ],
      },
      {
        id: 'rights',
        title: 'A right reaches us by e-mail or post',
        text: [
          'Any device of the event can carry it out; a receipt’s code that it does not know is looked up in the CRM. In the terminal `--all-events` goes through every event.',
          'Whoever objects to marketing goes on a list over all events of the device; other devices take it with `zgoda suppression import`.',
        ],
      },
      {
        id: 'overview',
        title: 'What does the overview tell?',
        text: [
          'Visitors by hour, consent given and refused by purpose, what is erased within 30 days, promises due, what waits for the CRM, and devices. Choose day, device and purpose above. Each plot has its table, and saves as CSV.',
          'They are counts without personal data.',
        ],
      },
      {
        id: 'terminal',
        title: 'What can the terminal do?',
        text: [
          'Everything that the screens do, and more: `zgoda help` lists it, `man zgoda` explains it. `--json` is for scripts; exit code 3 says that something is left, 4 that it is locked.',
        ],
      },
    ],
  },
  {
    id: 'visitors',
    title: 'What visitors ask',
    topics: [
      {
        id: 'photo',
        title: '“Do you keep my photo?”',
        text: [
          'No. The picture and the text of the badge are read in memory on this device and are never stored or sent. What no purpose needs is dropped at once.',
        ],
      },
      {
        id: 'must',
        title: '“Do I have to agree?”',
        text: [
          'No. Each box is separate and empty. Whoever refuses advertising still gets what they asked for, and whoever wants nothing leaves nothing behind.',
        ],
      },
      {
        id: 'long',
        title: '“How long do you keep it?”',
        text: [
          'Each purpose has its own time; the notice on their screen says it. After it the data are erased here and in the CRM, whether or not anybody remembers.',
        ],
      },
      {
        id: 'mind',
        title: '“Can I change my mind later?”',
        text: [
          'At any time, without a reason, with the code of the receipt, by e-mail or here at the booth. Taking back is as easy as agreeing.',
        ],
      },
      {
        id: 'who',
        title: '“Who gets my data?”',
        text: [
          'The controller named on their screen, and whom its notice names. On this device they are sealed; a lost device gives nothing away without its PIN.',
        ],
      },
    ],
  },
];
