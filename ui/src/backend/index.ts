/**
 * The seam: the only door from the screens to Rust. What is behind it is chosen at build time (`$connect`), so that the
 * production build holds no line of the fake and no other file knows Tauri. Each window has its half: `./staff`,
 * `./attendee`.
 */
import type {
  AppView,
  AttendeeAnswer,
  AttendeeView,
  Begun,
  BoxRef,
  CardChoice,
  CardModelsView,
  ClosingView,
  DraftView,
  EditorStart,
  ErrorView,
  EventRow,
  Field,
  FieldEdit,
  Finding,
  FollowUp,
  HandOver,
  Language,
  LeadEdit,
  LeadId,
  LeadQuery,
  LeadPage,
  LeadPlace,
  LeadView,
  MovedIn,
  ListImport,
  ListPreview,
  ListStatement,
  ListView,
  MendedView,
  OverviewPart,
  OverviewPick,
  Look,
  OverviewView,
  PersonRef,
  PersonView,
  ProfileOffer,
  ProfileView,
  ScanView,
  SyncRow,
  SyncView,
  TestView,
  ToAskView,
  Taken,
  ThanksView,
  TrustView,
  Typing,
} from './types';

export type * from './types';

/** One frame of the camera, luma only. */
export interface Frame {
  luma: Uint8Array;
  width: number;
  height: number;
}

/** The camera's picture, four bytes a pixel. */
export interface Pixels {
  rgba: Uint8Array;
  width: number;
  height: number;
}

/** A photo: a file's bytes, or the camera's picture. */
export type Photo = Uint8Array | Pixels;

/** Head office's key that was just made: its file, where that lies, and the half that everybody may know. */
export interface OfficeKey {
  path: string;
  office_key: string;
  public: string;
}

/** A version that is newer than this one. */
export interface NewerVersion {
  version: string;
  /** What its makers say of it, as plain text. */
  notes: string;
}

/** How far a download is, in bytes; how many there are is not always said. */
export interface UpdateProgress {
  received: number;
  total: number | null;
}

/** A sign-in by the browser that is waited for. */
export interface SignInBegun {
  /** Which sign-in it is. */
  number: number;
  address: string;
  /** The system has opened it. */
  opened: boolean;
}

/** What staff may do. Every promise is rejected with an {@link ErrorView}. */
export interface StaffBackend {
  appState(): Promise<AppView>;
  firstStart(language: Language, secret: string, profile: string | null): Promise<AppView>;
  /** The first start with what another device sealed. */
  firstTakeOver(language: Language, secret: string, file: Uint8Array, passphrase: string): Promise<AppView>;
  unlock(secret: string): Promise<AppView>;
  lock(): Promise<AppView>;
  /** Goes on with a store that is older than it was; opens nothing. */
  acceptOlder(): Promise<void>;
  /** Somebody vouches for the clock; what is due by it goes. */
  trustClock(): Promise<AppView>;
  changeSecret(old: string, secret: string): Promise<void>;
  /** Sets settings that cannot be read aside and begins new ones; null where they can be read. */
  settingsMend(language: Language): Promise<MendedView | null>;
  setLanguage(language: Language): Promise<AppView>;
  profileView(): Promise<ProfileView>;
  profileCheck(toml: string): Promise<Finding[]>;
  /**
   * Another event has a store of its own, which takes the secret; without it the code is `empty_secret`. Where something is
   * left of the event in use and `leave` is not said, it is `unsynced`.
   */
  profileImport(toml: string, secret: string | null, leave: boolean): Promise<AppView>;
  /** The profile that the system handed over, once; `null` where there is none. */
  profileOpened(): Promise<ProfileOffer | null>;
  /** Begins a profile, from the one in use, a file or a preset. */
  editorBegin(start: EditorStart): Promise<Begun>;
  /** How a profile that is being written stands: its file, the linter's word, the attendee's screen. */
  editorLook(begun: Begun): Promise<Look>;
  /** Saves a profile, finished or not; answers where. */
  profileSave(toml: string): Promise<string>;
  /** Puts head office's signature under a profile; `officeKey` is the text of the key's file. */
  profileSign(toml: string, officeKey: string, passphrase: string): Promise<string>;
  /** Whose profiles this device takes. */
  /** Makes head office's key and saves its file; the device keeps nothing of it. */
  officeKeyMake(passphrase: string): Promise<OfficeKey>;
  trustView(): Promise<TrustView>;
  /** From now on only those that this key signed. */
  trust(key: string): Promise<TrustView>;
  untrust(secret: string): Promise<TrustView>;
  eventList(): Promise<EventRow[]>;
  /** Without the secret the code is `empty_secret`; where something is left and `leave` is not said, `unsynced`. */
  eventUse(event: string, secret: string, leave: boolean): Promise<AppView>;
  /** Removes an event's store for good; only where nothing is lost by it. */
  eventRemove(event: string, secret: string): Promise<AppView>;
  /** How far the event is from its end. */
  closing(): Promise<ClosingView>;
  /** Syncs, and closes where nothing waits any more, or `anyway`. */
  eventClose(anyway: boolean): Promise<ClosingView>;
  eventReopen(): Promise<ClosingView>;
  /** Saves the report on the event and the signed status; answers where the report lies. */
  closingSave(): Promise<string>;
  /** Seals what waits to head office; answers in which folder. */
  waitingExport(): Promise<string>;
  /** Seals everything of the event for another device; answers where it lies. */
  moveOut(passphrase: string): Promise<string>;
  /** The same for whoever holds the identity of an `age` recipient. */
  moveOutTo(recipient: string): Promise<string>;
  /** Takes in what another device sealed. */
  moveIn(file: Uint8Array, passphrase: string): Promise<MovedIn>;
  scanFrame(frame: Frame): Promise<ScanView>;
  /** Looks for a card alone: while the other side of one is asked for. */
  cardFrame(frame: Frame): Promise<ScanView>;
  scanPhoto(photo: Photo): Promise<ScanView>;
  /** Reads the other side of the card in hand into the same draft. */
  cardSide(photo: Photo): Promise<DraftView>;
  /** The draft of the next card of the photo, once none is in hand. */
  cardNext(): Promise<DraftView | null>;
  /** A side's picture, four bytes a pixel, of the size that its view tells. */
  cardPicture(side: number): Promise<Uint8ClampedArray<ArrayBuffer>>;
  /** What a line says that staff touched. */
  cardLine(side: number, line: number): Promise<string>;
  cardPut(side: number, line: number, field: Field): Promise<DraftView>;
  cardModels(): Promise<CardModelsView>;
  setCardModels(choice: CardChoice): Promise<CardModelsView>;
  scanText(typed: Typing): Promise<ScanView>;
  demoBadge(): Promise<Uint8Array>;
  typePerson(edits: FieldEdit[]): Promise<DraftView>;
  draftEdit(edits: FieldEdit[]): Promise<DraftView>;
  draftDiscard(): Promise<void>;
  handOver(request: HandOver): Promise<void>;
  /** A page of the list, from `after` on. */
  leads(query: LeadQuery, after: LeadPlace | null): Promise<LeadPage>;
  lead(id: LeadId): Promise<LeadView>;
  leadEdit(id: LeadId, edit: LeadEdit): Promise<LeadView>;
  promiseKept(id: LeadId, purpose: string): Promise<LeadView>;
  erase(id: LeadId): Promise<void>;
  followUps(): Promise<FollowUp[]>;
  /** Opens the mail that keeps a promise in the person's mail program. */
  followUpWrite(id: LeadId, purpose: string): Promise<void>;
  /** Saves the days of the promises as a calendar; answers where. */
  followUpsSave(): Promise<string>;
  /** Opens a list; it stays in memory until it is imported, discarded, or the store locks. */
  listOpen(bytes: Uint8Array): Promise<ListView>;
  /** What an import would keep and drop; stores nothing. */
  listPreview(statement: ListStatement): Promise<ListPreview>;
  listImport(statement: ListStatement): Promise<ListImport>;
  listDiscard(): Promise<void>;
  /** The imports that can be taken back. */
  lists(): Promise<ListImport[]>;
  /** Takes a whole import back; answers how many people were erased. */
  listUndo(id: string): Promise<number>;
  /** Who that is, if anybody: a lead here, or a reference to one in the CRM. */
  person(person: PersonRef): Promise<PersonView>;
  /** One box, or every consent. */
  withdraw(person: PersonRef, what: BoxRef | null): Promise<Taken>;
  object(person: PersonRef): Promise<Taken>;
  correct(id: LeadId, edits: FieldEdit[]): Promise<LeadView>;
  /** Saves what is known of a person, for them; answers where. */
  access(person: PersonRef): Promise<string>;
  /** Saves a receipt as a page to print; answers where. */
  receiptSave(id: LeadId): Promise<string>;
  overview(pick: OverviewPick): Promise<OverviewView>;
  /** Saves a part of it as a table; answers where. */
  overviewSave(part: OverviewPart, pick: OverviewPick): Promise<string>;
  sync(): Promise<SyncView>;
  /** The system says that there is a network again. */
  networkIsBack(): Promise<void>;
  outbox(): Promise<SyncRow[]>;
  retry(lead: LeadId): Promise<SyncRow[]>;
  crmSecret(secret: string): Promise<void>;
  /** Asks the CRM whether all is there; with `setUp` what it lacks is made first, as far as it can be. */
  crmTest(setUp: boolean): Promise<TestView>;
  /** Begins a sign-in by the browser for the client that was registered with the CRM; one that is under way ends. */
  signInBegin(client: string): Promise<SignInBegun>;
  /** Waits for the browser in the sign-in of this number, five minutes at the most. */
  signInFinish(number: number): Promise<void>;
  /** Ends the wait: it is rejected with `sign_in_stopped`. */
  signInStop(): Promise<void>;
  lookupKey(key: string): Promise<void>;
  /** Asks the organiser's service about a number that nobody has. */
  lookupTest(): Promise<TestView>;
  /** The first of those about whom the organiser is still to be asked, as they are now. */
  lookupWho(): Promise<ToAskView[]>;
  /** Whom a look for a newer version asks; `null` where this build takes no updates. */
  updateSource(): Promise<string | null>;
  updateCheck(): Promise<NewerVersion | null>;
  /** Installs what the look found, and starts anew: it comes back only where that failed. */
  updateInstall(): Promise<void>;
  onUpdate(heard: (progress: UpdateProgress) => void): void;
  /** The system hands a profile over: `profileOpened` gets it. */
  onOpened(heard: () => void): void;
  onPhase(heard: (view: AppView) => void): void;
  onSync(heard: (view: SyncView) => void): void;
}

/** What the attendee's window may do. */
export interface AttendeeBackend {
  /** `null` once it was answered or left. */
  attendeeView(): Promise<AttendeeView | null>;
  attendeeAnswer(answer: AttendeeAnswer): Promise<ThanksView>;
  attendeeTimeout(): Promise<void>;
  attendeeLeave(secret: string): Promise<void>;
}

export type Backend = StaffBackend & AttendeeBackend;

/** Phones and tablets have one window: there the page itself changes over to the attendee's, and back. */
export const oneWindow = (): boolean => /Android|iPhone|iPad/.test(navigator.userAgent);

/** Whatever was thrown, as an error that a screen can translate. */
export function asError(thrown: unknown): ErrorView {
  if (thrown && typeof thrown === 'object' && 'code' in thrown && typeof thrown.code === 'string') {
    const { code, params, findings } = thrown as Partial<ErrorView> & { code: string };
    return { code, params: params ?? {}, findings: findings ?? [] };
  }
  return { code: 'unexpected', params: {}, findings: [] };
}
