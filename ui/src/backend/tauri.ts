/** The seam's other side in the app: thin, one line a command. */
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

import type { AttendeeBackend, Photo, StaffBackend } from './index';

// Raw bytes: as JSON one frame takes 260 ms, so it takes 3.
const pixels = <T>(
  command: string,
  bytes: Uint8Array,
  { width, height }: { width: number; height: number },
) => invoke<T>(command, bytes, { headers: { width: String(width), height: String(height) } });
const photo = <T>(command: string, taken: Photo) =>
  taken instanceof Uint8Array ? invoke<T>(command, taken) : pixels<T>(command, taken.rgba, taken);
/** Lines, and the file that they are about, in one body. */
function linesAnd(file: Uint8Array, ...lines: string[]): Uint8Array {
  const head = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
  const body = new Uint8Array(head.length + file.length);
  body.set(head);
  body.set(file, head.length);
  return body;
}
const bytes = (answer: ArrayBuffer | number[]) => new Uint8Array(answer);

export function connectStaff(): StaffBackend {
  return {
    appState: () => invoke('app_state'),
    firstTakeOver: (language, secret, file, passphrase) =>
      invoke('first_take_over', linesAnd(file, language, secret, passphrase)),
    firstStart: (language, secret, profile) => invoke('first_start', { language, secret, profile }),
    unlock: (secret) => invoke('unlock', { secret }),
    lock: () => invoke('lock'),
    acceptOlder: () => invoke('accept_older'),
    trustClock: () => invoke('trust_clock'),
    changeSecret: (old, secret) => invoke('change_secret', { old, new: secret }),
    settingsMend: (language) => invoke('settings_mend', { language }),
    setLanguage: (language) => invoke('set_language', { language }),
    profileView: () => invoke('profile_view'),
    profileCheck: (toml) => invoke('profile_check', { toml }),
    profileImport: (toml, secret, leave) => invoke('profile_import', { toml, secret, leave }),
    profileOpened: () => invoke('profile_opened'),
    editorBegin: (start) => invoke('editor_begin', { start }),
    editorLook: (begun) => invoke('editor_look', { begun }),
    profileSave: (toml) => invoke('profile_save', { toml }),
    profileSign: (toml, officeKey, passphrase) => invoke('profile_sign', { toml, officeKey, passphrase }),
    officeKeyMake: (passphrase) => invoke('office_key_make', { passphrase }),
    trustView: () => invoke('trust_view'),
    trust: (key) => invoke('trust', { key }),
    untrust: (secret) => invoke('untrust', { secret }),
    eventList: () => invoke('event_list'),
    eventUse: (event, secret, leave) => invoke('event_use', { event, secret, leave }),
    eventRemove: (event, secret) => invoke('event_remove', { event, secret }),
    closing: () => invoke('closing'),
    eventClose: (anyway) => invoke('event_close', { anyway }),
    eventReopen: () => invoke('event_reopen'),
    closingSave: () => invoke('closing_save'),
    waitingExport: () => invoke('waiting_export'),
    moveOutTo: (recipient) => invoke('move_out_to', { recipient }),
    moveOut: (passphrase) => invoke('move_out', { passphrase }),
    moveIn: (file, passphrase) => invoke('move_in', linesAnd(file, passphrase)),
    scanFrame: (frame) => pixels('scan_frame', frame.luma, frame),
    cardFrame: (frame) => pixels('card_frame', frame.luma, frame),
    scanPhoto: (taken) => photo('scan_photo', taken),
    cardSide: (taken) => photo('card_side', taken),
    cardNext: () => invoke('card_next'),
    cardPicture: async (side) => new Uint8ClampedArray(bytes(await invoke('card_picture', { side })).buffer),
    cardLine: (side, line) => invoke('card_line', { side, line }),
    cardPut: (side, line, field) => invoke('card_put', { side, line, field }),
    cardModels: () => invoke('card_models'),
    setCardModels: (choice) => invoke('set_card_models', { choice }),
    scanText: (typed) => invoke('scan_text', { typed }),
    demoBadge: async () => bytes(await invoke('demo_badge')),
    typePerson: (edits) => invoke('type_person', { edits }),
    draftEdit: (edits) => invoke('draft_edit', { edits }),
    draftDiscard: () => invoke('draft_discard'),
    handOver: (request) => invoke('hand_over', { request }),
    leads: (query, after) => invoke('leads', { query, after }),
    lead: (id) => invoke('lead', { id }),
    leadEdit: (id, edit) => invoke('lead_edit', { id, edit }),
    promiseKept: (id, purpose) => invoke('promise_kept', { id, purpose }),
    erase: (id) => invoke('erase', { id }),
    followUps: () => invoke('follow_ups'),
    followUpWrite: (id, purpose) => invoke('follow_up_write', { id, purpose }),
    followUpsSave: () => invoke('follow_ups_save'),
    listOpen: (bytes) => invoke('list_open', bytes),
    listPreview: (statement) => invoke('list_preview', { statement }),
    listImport: (statement) => invoke('list_import', { statement }),
    listDiscard: () => invoke('list_discard'),
    lists: () => invoke('lists'),
    listUndo: (id) => invoke('list_undo', { id }),
    person: (person) => invoke('person', { person }),
    withdraw: (person, what) => invoke('withdraw', { person, what }),
    object: (person) => invoke('object', { person }),
    correct: (id, edits) => invoke('correct', { id, edits }),
    access: (person) => invoke('access', { person }),
    receiptSave: (id) => invoke('receipt_save', { id }),
    overview: (pick) => invoke('overview', { pick }),
    overviewSave: (part, pick) => invoke('overview_save', { part, pick }),
    sync: () => invoke('sync'),
    networkIsBack: () => invoke('network_is_back'),
    outbox: () => invoke('outbox'),
    retry: (lead) => invoke('retry', { lead }),
    crmSecret: (secret) => invoke('crm_secret', { secret }),
    crmTest: (setUp) => invoke('crm_test', { setUp }),
    signInBegin: (client) => invoke('sign_in_begin', { client }),
    signInFinish: (number) => invoke('sign_in_finish', { number }),
    signInStop: () => invoke('sign_in_stop'),
    lookupKey: (key) => invoke('lookup_key', { key }),
    lookupTest: () => invoke('lookup_test'),
    lookupWho: () => invoke('lookup_who'),
    updateSource: () => invoke('update_source'),
    updateCheck: () => invoke('update_check'),
    updateInstall: () => invoke('update_install'),
    onUpdate: (heard) => void listen('update', (event) => heard(event.payload as never)),
    onPhase: (heard) => void listen('phase', (event) => heard(event.payload as never)),
    onOpened: (heard) => void listen('opened', () => heard()),
    onSync: (heard) => void listen('sync', (event) => heard(event.payload as never)),
  };
}

export function connectAttendee(): AttendeeBackend {
  return {
    attendeeView: () => invoke('attendee_view'),
    attendeeAnswer: (answer) => invoke('attendee_answer', { answer }),
    attendeeTimeout: () => invoke('attendee_timeout'),
    attendeeLeave: (secret) => invoke('attendee_leave', { secret }),
  };
}
