/** What the staff's screens know. Nothing of it outlives the window, and a lock empties it. */
import {
  asError,
  type AppView,
  type BoxRef,
  type DraftView,
  type ErrorView,
  type Language,
  type LeadId,
  type PersonRef,
  type Photo,
  type ProfileOffer,
  type ProfileView,
  type Read,
  type ScanView,
  type SyncView,
  type Taken,
} from '$backend';
import { backend } from '$backend/staff';
import { speak } from '$lib/language.svelte';
import * as m from '$m';
import { Delayed, UNDO_MS } from '$lib/undo';

export type Page = 'scan' | 'leads' | 'followups' | 'sync' | 'overview' | 'settings' | 'editor' | 'help';
/** Parts of the settings. */
export type Part = 'event' | 'events' | 'list' | 'devices' | 'crm' | 'camera' | 'lock' | 'language' | 'about';
export const PAGES: readonly Page[] = ['scan', 'leads', 'followups', 'sync', 'overview', 'settings'];

interface Toast {
  text: string;
  undo?: () => void;
}

/** What is done a little later, so that it can be undone. */
interface Late<T> {
  said: string;
  undone: string;
  act: () => Promise<T>;
  done: (result: T) => string;
}

class Staff {
  view = $state<AppView | null>(null);
  profile = $state<ProfileView | null>(null);
  page = $state<Page>('scan');
  part = $state<Part>('event');
  lead = $state<LeadId | null>(null);
  /** What was read last, and is not yet handed over or discarded. */
  read = $state.raw<Read | null>(null);
  /** A photo without a code in it. */
  blank = $state(false);
  typing = $state(false);
  /** A photo is being read. */
  reading = $state(false);
  /** The camera is on. */
  live = $state(false);
  /** The camera waits for the other side of the card in hand. */
  turning = $state(false);
  /** The draft after the other side was read. */
  turned = $state.raw<DraftView | null>(null);
  sync = $state.raw<SyncView | null>(null);
  /** A profile that the system handed over, until it is used or put aside. */
  opened = $state.raw<ProfileOffer | null>(null);
  /** Somebody signs in to the CRM in the browser, and touches nothing here. */
  signingIn = false;
  error = $state.raw<ErrorView | null>(null);
  toast = $state.raw<Toast | null>(null);
  erasing = $state<LeadId | null>(null);
  /** The promise that is being marked as kept, as `lead/purpose`. */
  keeping = $state<string | null>(null);
  /** The import that is being taken back. */
  undoing = $state<string | null>(null);
  /** The decision that is being taken back, as `lead/purpose/channel`. */
  taking = $state<string | null>(null);
  /** Counts up when something was taken away, or undone. */
  taken = $state(0);
  /** The list's search wants the cursor. */
  seeking = $state(false);
  /** The tour is shown: after the first start, or when it is asked for. */
  touring = $state(false);
  /** Counts up when the list must be read again. */
  stale = $state(0);
  #late: Delayed | null = null;
  #toastTimer: ReturnType<typeof setTimeout> | undefined;

  async start(): Promise<void> {
    backend.onPhase((view) => void this.enter(view));
    backend.onOpened(() => void this.openProfile());
    backend.onSync((view) => this.#heard(view));
    window.addEventListener('online', () => void backend.networkIsBack().catch(() => undefined));
    window.addEventListener('pagehide', () => void this.#late?.flush());
    await this.begin();
  }

  /** A sync that began by itself ends without a button: the counters follow. */
  #heard(view: SyncView): void {
    const ended = this.sync?.running && !view.running;
    this.sync = view;
    if (ended) void this.refresh();
  }

  /** Asks where the program stands; again where that failed. */
  async begin(): Promise<void> {
    await this.attempt(async () => this.enter(await backend.appState()));
  }

  /** Follows the program to where it stands. */
  async enter(view: AppView): Promise<void> {
    const [was, now] = [this.view?.phase, view.phase];
    speak(view.language);
    if (now !== 'staff') this.#forget();
    if (was === 'first_start' && now === 'staff') this.touring = true;
    if (now === 'staff') {
      const changed = was !== 'staff' || this.view?.event?.id !== view.event?.id;
      if (changed || !this.profile) {
        try {
          this.profile = await backend.profileView();
        } catch (thrown) {
          this.error = asError(thrown);
        }
      }
      if (was === 'attendee') {
        this.page = 'scan';
        this.say(m.back_saved());
      }
      if (changed) await this.#nextCard();
    }
    this.view = view;
    if (was !== now) await this.openProfile();
  }

  /** What the system hands over is shown where profiles are taken; it waits while somebody is in hand. */
  async openProfile(): Promise<void> {
    const phase = this.view?.phase;
    if ((phase !== 'staff' && phase !== 'first_start') || this.read || this.typing) return;
    try {
      const offer = await backend.profileOpened();
      if (!offer) return;
      this.opened = offer;
      if (phase === 'staff') this.openSettings('event');
    } catch (thrown) {
      this.error = asError(thrown);
    }
  }

  /** Reads the profile again, after something of the event has changed, and then where the program stands. */
  async renew(): Promise<void> {
    this.profile = null;
    await this.refresh();
  }

  /** Does something; an error is shown, and answered as `false`. */
  async attempt(act: () => Promise<unknown>): Promise<boolean> {
    this.error = null;
    try {
      await act();
      return true;
    } catch (thrown) {
      this.error = asError(thrown);
      return false;
    }
  }

  /** Reads the counters again. */
  async refresh(): Promise<void> {
    this.stale += 1;
    await this.attempt(async () => this.enter(await backend.appState()));
  }

  async lock(): Promise<void> {
    await this.#late?.flush();
    await this.attempt(async () => {
      const view = (await backend.lock()) as AppView | null;
      await this.enter(view ?? (await backend.appState()));
    });
  }

  go(page: Page, lead: LeadId | null = null): void {
    if (this.read || this.typing) return;
    this.error = null;
    this.lead = lead;
    this.page = page;
  }

  openSettings(part: Part): void {
    this.part = part;
    this.go('settings');
  }

  /** Opens the list with the cursor in its search. */
  search(): void {
    this.go('leads');
    this.seeking = this.page === 'leads';
  }

  /** Takes what a photo or a text came to. */
  take(view: ScanView): void {
    this.read = view.outcome === 'nothing' || view.outcome === 'card' ? null : view;
    this.blank = !this.read;
    this.typing = false;
    if (this.page !== 'scan') this.page = 'scan';
  }

  takeDraft(draft: DraftView): void {
    this.take({ outcome: 'person', draft, corners: null });
  }

  async discard(): Promise<void> {
    const held = this.read && this.read.outcome !== 'other';
    this.read = null;
    this.blank = false;
    if (held && (await this.attempt(() => backend.draftDiscard()))) {
      this.say(m.discarded());
      await this.#nextCard();
      await this.openProfile();
    }
  }

  /** Reads a photo: a new one, or the other side of the card in hand. One without anything on it is said to be `blank`. */
  async photo(taken: Photo | Blob, blank = true): Promise<void> {
    this.reading = true;
    await this.attempt(async () => {
      const photo = taken instanceof Blob ? new Uint8Array(await taken.arrayBuffer()) : taken;
      if (this.read) {
        this.turned = await backend.cardSide(photo);
        return;
      }
      const view = await backend.scanPhoto(photo);
      if (blank || view.outcome !== 'nothing') this.take(view);
    });
    this.reading = false;
    // Also after an error: the sheet says it.
    this.turning = false;
  }

  /** The next card of a photo, after the lead before it. */
  async #nextCard(): Promise<void> {
    await this.attempt(async () => {
      const next = await backend.cardNext();
      if (next) this.takeDraft(next);
    });
  }

  say(text: string, undo?: () => void): void {
    clearTimeout(this.#toastTimer);
    this.toast = undo ? { text, undo } : { text };
    this.#toastTimer = setTimeout(() => (this.toast = null), undo ? UNDO_MS : 3_500);
  }

  /** Erases in five seconds, unless undone. */
  async erase(id: LeadId, name: string): Promise<void> {
    await this.settle();
    this.erasing = id;
    this.lead = null;
    this.#later({
      said: m.erase_pending({ name }),
      undone: m.erase_undone(),
      act: () => backend.erase(id),
      done: () => m.erased(),
    });
  }

  /** Marks a promise as kept in five seconds, which starts its retention clock, unless undone. */
  async keep(lead: LeadId, purpose: string, name: string): Promise<void> {
    await this.settle();
    this.keeping = `${lead}/${purpose}`;
    this.#later({
      said: m.promise_keeping({ name }),
      undone: m.promise_keep_undone(),
      act: () => backend.promiseKept(lead, purpose),
      done: () => m.promise_kept_done(),
    });
  }

  /** Takes a whole import back in five seconds, unless undone. */
  async undoList(id: string): Promise<void> {
    await this.settle();
    this.undoing = id;
    this.#later({
      said: m.list_undoing(),
      undone: m.list_undo_stopped(),
      act: () => backend.listUndo(id),
      done: (count) => m.list_undone({ count }),
    });
  }

  /** Takes one decision back in five seconds, or every consent, unless undone. */
  async withdraw(lead: LeadId, box: BoxRef | null, what: string): Promise<void> {
    await this.settle();
    const of = box && { purpose: box.purpose, channel: box.channel };
    this.taking = `${lead}/${of?.purpose ?? ''}/${of?.channel ?? ''}`;
    this.#later({
      said: m.rights_withdrawing({ what }),
      undone: m.rights_undone(),
      act: () => backend.withdraw({ by: 'lead', value: lead }, of),
      done: (taken) => this.#taken(taken, m.rights_withdrawn()),
    });
  }

  /** Notes in five seconds that a person wants no more advertising, unless undone. */
  async object(person: PersonRef, name: string): Promise<void> {
    await this.settle();
    this.#later({
      said: m.rights_objecting({ name }),
      undone: m.rights_undone(),
      act: () => backend.object(person),
      done: (taken) => this.#taken(taken, m.rights_objected()),
    });
  }

  /** Saves what is known of a person, to be handed to them. */
  async access(person: PersonRef): Promise<void> {
    await this.attempt(async () => this.say(m.saved_as({ path: await backend.access(person) })));
  }

  /** Saves the receipt as a page to print. */
  async receipt(id: LeadId): Promise<void> {
    await this.attempt(async () => this.say(m.saved_as({ path: await backend.receiptSave(id) })));
  }

  /** Whoever has withdrawn from everything is gone. */
  #taken({ leads }: Taken, said: string): string {
    const gone = leads.some(({ lead, erased }) => erased && lead === this.lead);
    if (!gone) return said;
    this.lead = null;
    return m.erased();
  }

  #later<T>({ said, undone, act, done }: Late<T>): void {
    const end = () => {
      this.erasing = null;
      this.keeping = null;
      this.undoing = null;
      this.taking = null;
      this.taken += 1;
      this.#late = null;
    };
    this.#late = new Delayed(async () => {
      let text = '';
      const fine = await this.attempt(async () => (text = done(await act())));
      end();
      if (fine) this.say(text);
      const failed = this.error;
      await this.refresh();
      this.error ??= failed;
    }, UNDO_MS);
    this.say(said, () => {
      if (!this.#late?.undo()) return;
      end();
      this.say(undone);
    });
  }

  /** Before anything that must not overtake an erasure. */
  async settle(): Promise<void> {
    await this.#late?.flush();
  }

  /** A purpose by its short name. */
  label(purpose: string): string {
    const found = this.profile?.purposes.find((one) => one.id === purpose);
    const language: Language = this.view?.language ?? 'en';
    return found?.label[language] ?? found?.label.en ?? purpose.replaceAll('_', ' ');
  }

  #forget(): void {
    this.read = null;
    this.blank = false;
    this.typing = false;
    this.turning = false;
    this.turned = null;
    this.lead = null;
    this.error = null;
    this.toast = null;
    this.sync = null;
    this.opened = null;
    this.profile = null;
  }
}

export const staff = new Staff();
